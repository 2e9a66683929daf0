/** Batches, and what follows when they end or break. */
export interface Flattening<T> {
  /** What is said before anything else. */
  readonly first: Iterable<T>;
  /** The next source of batches; `undefined` ends it all. */
  next(): AsyncGenerator<Iterable<T>, void, undefined> | undefined;
  /** A source, or a batch while it was taken, threw: what to say before the next source. `undefined` ends it all. */
  failed(error: unknown): Iterable<T> | undefined;
}

/**
 * The items of batches, one by one. What an asynchronous generator does, without one: its promises and turns of the microtask queue cost each event
 * of a watch more than reading its line. An item of the batch at hand is given at once.
 *
 * *Guarantees*: a batch goes on only when its next item is asked for; a source that is left in the middle is returned from, so its `finally` runs.
 */
export function flatten<T>(flattening: Flattening<T>): AsyncGenerator<T, void, undefined> {
  return new Flattened(flattening);
}

class Flattened<T> implements AsyncGenerator<T, void, undefined> {
  readonly #flattening: Flattening<T>;
  #batch: Iterator<T> | undefined;
  #source: AsyncGenerator<Iterable<T>, void, undefined> | undefined;
  /** The last step that could not be made at once; the next one waits for it. */
  #step: Promise<unknown> | undefined;
  #ended = false;

  constructor(flattening: Flattening<T>) {
    this.#flattening = flattening;
    this.#batch = flattening.first[Symbol.iterator]();
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.#step !== undefined) return this.#after(() => this.#pull());
    try {
      const item = this.#batch?.next();
      if (item?.done === false) return Promise.resolve(item);
    } catch (error) {
      return this.#after(() => this.#fail(error));
    }
    return this.#after(() => this.#pull());
  }

  return(): Promise<IteratorResult<T, void>> {
    return this.#after(() => this.#end());
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    return this.#after(async () => {
      await this.#end();
      throw error;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** One step after the other, as generators do. */
  #after(act: () => Promise<IteratorResult<T, void>>): Promise<IteratorResult<T, void>> {
    const made = this.#step === undefined ? act() : this.#step.then(act, act);
    const over = (): void => {
      if (this.#step === made) this.#step = undefined;
    };
    this.#step = made;
    made.then(over, over);
    return made;
  }

  async #pull(): Promise<IteratorResult<T, void>> {
    while (!this.#ended) {
      try {
        const item = this.#batch?.next();
        if (item?.done === false) return item;
        this.#batch = undefined;
        if (!(await this.#advance())) return await this.#end();
      } catch (error) {
        return this.#fail(error);
      }
    }
    return DONE;
  }

  /** To the next batch, or out of a source that has no more. */
  async #advance(): Promise<boolean> {
    this.#source ??= this.#flattening.next();
    if (this.#source === undefined) return false;
    const { done, value } = await this.#source.next();
    if (done === true) this.#source = undefined;
    else this.#batch = value[Symbol.iterator]();
    return true;
  }

  async #fail(error: unknown): Promise<IteratorResult<T, void>> {
    await this.#leave();
    const said = this.#flattening.failed(error);
    if (said === undefined) return this.#end();
    this.#batch = said[Symbol.iterator]();
    return this.#pull();
  }

  async #leave(): Promise<void> {
    const [batch, source] = [this.#batch, this.#source];
    this.#batch = undefined;
    this.#source = undefined;
    batch?.return?.();
    await source?.return();
  }

  async #end(): Promise<IteratorResult<T, void>> {
    this.#ended = true;
    await this.#leave();
    return DONE;
  }
}

const DONE: IteratorReturnResult<void> = { done: true, value: undefined };
