// What most attempts are never asked for, made when it is: a signal with its controller, and a promise.

/** Who is told to end, by a signal that may be made when it is read. */
export interface Told {
  readonly signal: AbortSignal;
}

/** An abort that has a signal as soon as somebody wants one. */
export class LateAbort implements Told {
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #racing: Set<() => void> | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): Error | undefined {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The first reason counts. */
  abort(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const abort of [...(this.#racing ?? [])]) abort();
  }

  /** As `raceAbort`, without a signal. */
  race<T, U>(promise: Promise<T>, onAbort: U): Promise<T | U> {
    if (this.aborted) return Promise.resolve(onAbort);
    return new Promise((resolve) => {
      const abort = (): void => resolve(onAbort);
      const settle = (): void => {
        this.#racing?.delete(abort);
        resolve(promise);
      };
      (this.#racing ??= new Set()).add(abort);
      promise.then(settle, settle);
    });
  }
}

/** The end of something, for those who wait for it. */
export class LateEnd {
  #promise: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #isOver = false;

  get promise(): Promise<void> {
    return (this.#promise ??= this.#isOver ? Promise.resolve() : new Promise((resolve) => (this.#resolve = resolve)));
  }

  end(): void {
    this.#isOver = true;
    this.#resolve?.();
  }
}
