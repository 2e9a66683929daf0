/**
 * Keys in byte order, as etcd lists them. Additions are collected and merged at the next read, so that a burst of creations costs one
 * sort and not one insertion each.
 */
export class SortedKeys {
  #keys: string[] = [];
  #dirty = false;

  add(key: string): void {
    const last = this.#keys.at(-1);
    if (last !== undefined && last > key) this.#dirty = true;
    this.#keys.push(key);
  }

  remove(key: string): void {
    this.#sort();
    const index = this.#firstFrom(key);
    if (this.#keys[index] === key) this.#keys.splice(index, 1);
  }

  *range(prefix: string, start: string): Generator<string> {
    this.#sort();
    for (let index = this.#firstFrom(start); ; index += 1) {
      const key = this.#keys[index];
      if (key === undefined || !key.startsWith(prefix)) return;
      yield key;
    }
  }

  count(prefix: string, start: string): number {
    this.#sort();
    // The character after every key of the prefix: '/' ends a namespace prefix, '0' is the next one in byte order.
    const end = prefix === '' ? this.#keys.length : this.#firstFrom(`${prefix.slice(0, -1)}0`);
    return Math.max(0, end - this.#firstFrom(start));
  }

  #sort(): void {
    if (!this.#dirty) return;
    this.#keys.sort();
    this.#dirty = false;
  }

  #firstFrom(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
