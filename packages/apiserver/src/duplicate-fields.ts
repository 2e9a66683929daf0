// Which members a JSON text names twice. JSON.parse keeps the last of them and says nothing.

/** The paths of repeated members (`spec.a`, `items[0].b`), in the order of the text; only for texts that are valid JSON. */
export function duplicateFields(text: string): readonly string[] {
  return mayRepeat(text) ? new Finder(text).find() : [];
}

/** A cheap look before the walk: a text with as many members as its value has cannot repeat one. */
function mayRepeat(text: string): boolean {
  return (text.match(/"\s*:/g)?.length ?? 0) > membersOf(JSON.parse(text));
}

function membersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + membersOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + membersOf(item), 0);
}

class Finder {
  readonly #text: string;
  readonly #found: string[] = [];
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(): readonly string[] {
    this.#value('');
    return this.#found;
  }

  #value(path: string): void {
    this.#space();
    const character = this.#text.charAt(this.#position);
    if (character === '{') this.#members(path);
    else if (character === '[') this.#items(path);
    else if (character === '"') this.#string();
    else this.#position += /^[^\s,\]}]*/.exec(this.#text.slice(this.#position))?.[0].length ?? 0;
  }

  #members(path: string): void {
    const seen = new Set<string>();
    for (this.#position += 1; this.#next('}'); ) {
      const key = this.#string();
      const at = path === '' ? key : `${path}.${key}`;
      if (seen.has(key)) this.#found.push(at);
      seen.add(key);
      this.#space();
      this.#position += 1;
      this.#value(at);
    }
  }

  #items(path: string): void {
    let index = 0;
    for (this.#position += 1; this.#next(']'); index += 1) this.#value(`${path}[${index}]`);
  }

  /** Whether another member or item follows; passes the comma before it, or the end. */
  #next(end: '}' | ']'): boolean {
    this.#space();
    if (this.#text.charAt(this.#position) === ',') this.#position += 1;
    this.#space();
    if (this.#text.charAt(this.#position) !== end) return true;
    this.#position += 1;
    return false;
  }

  #string(): string {
    const start = this.#position;
    for (this.#position += 1; this.#text.charAt(this.#position) !== '"'; this.#position += 1) {
      if (this.#text.charAt(this.#position) === '\\') this.#position += 1;
    }
    this.#position += 1;
    return JSON.parse(this.#text.slice(start, this.#position)) as string;
  }

  #space(): void {
    while (/\s/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }
}
