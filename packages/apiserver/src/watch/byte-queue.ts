/**
 * The bytes of one watch, from the server that never waits to the client that may be slow. A client that lets too many events pile up
 * is cut off, like by kube-apiserver: it resumes from the last version it has seen.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #limit: number;
  readonly #onClose: () => void;
  #chunks: Uint8Array[] = [];
  #next = 0;
  #waiting: { resolve(result: IteratorResult<Uint8Array>): void; reject(error: unknown): void } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isEnded = false;
  #isClosed = false;

  /** @param onClose is called once, when either side is done. */
  constructor(options: { limit: number; onClose: () => void }) {
    this.#limit = options.limit;
    this.#onClose = options.onClose;
  }

  push(chunk: Uint8Array): void {
    if (this.#isEnded) return;
    if (this.#waiting !== undefined) {
      const reader = this.#waiting;
      this.#waiting = undefined;
      reader.resolve({ value: chunk, done: false });
      return;
    }
    this.#chunks.push(chunk);
    if (this.#chunks.length - this.#next > this.#limit) this.end();
  }

  /** What is queued is still delivered. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting?.resolve({ value: undefined, done: true });
    this.#waiting = undefined;
    this.#close();
  }

  /** What is queued is still delivered, then the reader gets the error. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#waiting === undefined) this.#failure = { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#take(),
      return: () => {
        this.#chunks = [];
        this.end();
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }

  #take(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks[this.#next];
    if (chunk !== undefined) {
      this.#next += 1;
      if (this.#next === this.#chunks.length) {
        this.#chunks = [];
        this.#next = 0;
      }
      return Promise.resolve({ value: chunk, done: false });
    }
    if (this.#failure !== undefined) return this.#fail(this.#failure.error);
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async #fail(error: unknown): Promise<never> {
    this.#failure = undefined;
    throw error;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
  }
}
