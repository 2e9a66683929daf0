import type { ApiServerClock } from '../clock.js';
import { ConnectionError } from './connection-error.js';

/** Requests and streams that a fault holds back. They end with their client, or with the server: then as a broken connection. */
export class Waiting {
  readonly #clock: ApiServerClock;
  readonly #ends = new Set<() => void>();
  #isOver = false;

  constructor(clock: ApiServerClock) {
    this.#clock = clock;
  }

  forMs(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = this.#hold(reject, signal);
      const stop = this.#clock.setTimer(ms, () => {
        done.forget();
        resolve();
      });
      done.onEnd(stop);
    });
  }

  forever(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.#hold(reject, signal);
    });
  }

  /** Ends what is held, and everything that would be held from now on. */
  endAll(): void {
    this.#isOver = true;
    for (const end of [...this.#ends]) end();
  }

  #hold(reject: (error: Error) => void, signal: AbortSignal | undefined): { forget(): void; onEnd(act: () => void): void } {
    const acts: (() => void)[] = [];
    const forget = (): void => {
      this.#ends.delete(end);
      signal?.removeEventListener('abort', end);
    };
    const end = (): void => {
      forget();
      for (const act of acts) act();
      reject(new ConnectionError('ECONNRESET'));
    };
    this.#ends.add(end);
    if (this.#isOver || signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
    return { forget, onEnd: (act) => acts.push(act) };
  }
}
