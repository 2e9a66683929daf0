import type { Commit } from './commit.js';

/**
 * The latest commits of one collection, oldest first. `forgottenThrough` is the newest version whose successors may be missing here:
 * a watch or an exact list from before it gets 410 Expired.
 */
export class History {
  readonly #limit: number;
  #commits: Commit[] = [];
  #start = 0;
  #forgottenThrough: number;

  constructor(limit: number, forgottenThrough: number) {
    this.#limit = limit;
    this.#forgottenThrough = forgottenThrough;
  }

  get forgottenThrough(): number {
    return this.#forgottenThrough;
  }

  append(commit: Commit): void {
    this.#commits.push(commit);
    if (this.#commits.length - this.#start <= this.#limit) return;
    const dropped = this.#commits[this.#start];
    if (dropped !== undefined) this.#forgottenThrough = dropped.version;
    this.#start += 1;
    // Cutting in large steps keeps an append cheap: shifting an array of ten thousand for every write would not be.
    if (this.#start > this.#limit) {
      this.#commits = this.#commits.slice(this.#start);
      this.#start = 0;
    }
  }

  /** The commits after a version, oldest first; undefined when some of them are forgotten. */
  since(version: number): readonly Commit[] | undefined {
    if (version < this.#forgottenThrough) return undefined;
    let low = this.#start;
    let high = this.#commits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#commits[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#commits.slice(low);
  }

  /** Forgets the commits up to a version; what is forgotten already stays so. */
  forget(through: number): void {
    if (through <= this.#forgottenThrough) return;
    this.#commits = [...(this.since(through) ?? [])];
    this.#start = 0;
    this.#forgottenThrough = through;
  }
}
