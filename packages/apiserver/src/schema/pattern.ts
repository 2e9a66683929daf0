/** The compiled patterns of one schema: a pattern is tested on every write of its kind. */
export class Patterns {
  readonly #compiled = new Map<string, RegExp | undefined>();

  /** Undefined when JavaScript cannot read the pattern: then it restricts nothing here. RE2, which Kubernetes uses, has the same common syntax. */
  get(pattern: string): RegExp | undefined {
    if (!this.#compiled.has(pattern)) this.#compiled.set(pattern, compilePattern(pattern));
    return this.#compiled.get(pattern);
  }
}

function compilePattern(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      continue;
    }
  }
  return undefined;
}
