// What one evaluation has cost so far. It is ended at a limit, and nothing in the expression can take that back.

/** Units that one evaluation may cost. */
const MOST_OF_AN_EVALUATION = 1_000_000;

class CostLimitError extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
    this.name = 'CostLimitError';
  }
}

export class CostMeter {
  #spent = 0;

  get spent(): number {
    return this.#spent;
  }

  /** Set when the limit was exceeded, whatever became of the error in the expression. */
  get error(): Error | undefined {
    return this.#spent > MOST_OF_AN_EVALUATION ? new CostLimitError() : undefined;
  }

  /** Of another evaluation. */
  reset(): void {
    this.#spent = 0;
  }

  /** Throws above the limit, each time. */
  charge(cost: number): void {
    if (this.#spent <= MOST_OF_AN_EVALUATION) this.#spent += cost;
    if (this.#spent > MOST_OF_AN_EVALUATION) throw new CostLimitError();
  }
}
