// The signal that a handler gets: it tells of cancellation, and that the time of the handler is over (the extension of spec E-06).
import { timeoutError } from '../handlers/outcome.js';
import type { Clock } from '../ports/clock.js';
import { LateAbort } from './late-abort.js';
import { OVER } from './race-abort.js';

export interface HandlerSignal {
  readonly signal: AbortSignal;
  /** Aborts with a HandlerTimeoutError when the handler has had time to come to its end, and has not: it is given up. Absent: never. */
  readonly lost?: AbortSignal;
  /** The handler has ended. */
  release(): void;
}

export interface HandlerTime {
  /** The `timeout` option. */
  readonly timeoutMs: number;
  /** What is left of it. */
  readonly leftMs: number;
  /** How long after it a handler may take to come to its end. */
  readonly graceMs: number;
}

/** Aborts with the other one, and with a HandlerTimeoutError when the time is over. Nobody is interrupted: who ignores it is given up (faults M4). */
export function handlerSignal(clock: Clock, by: AbortSignal | LateAbort, time: HandlerTime | undefined): HandlerSignal {
  if (time === undefined) return new Untimed(by);
  const told = signalOf(by);
  const controller = new AbortController();
  const end = new AbortController();
  const abort = (): void => controller.abort(told.reason);
  if (told.aborted) abort();
  else told.addEventListener('abort', abort, { once: true });
  const lost = new AbortController();
  const watch = async (): Promise<void> => {
    await clock.sleep(time.leftMs, end.signal);
    controller.abort(timeoutError(time.timeoutMs));
    await clock.sleep(time.graceMs, end.signal);
    lost.abort(timeoutError(time.timeoutMs));
  };
  watch().catch(() => undefined); // the handler ended in time
  return {
    signal: controller.signal,
    lost: lost.signal,
    release() {
      told.removeEventListener('abort', abort);
      end.abort(OVER);
    },
  };
}

/** Whoever tells it is heard by itself, and not before somebody asks: a signal may be made when it is read. */
class Untimed implements HandlerSignal {
  readonly #by: AbortSignal | LateAbort;

  constructor(by: AbortSignal | LateAbort) {
    this.#by = by;
  }

  get signal(): AbortSignal {
    return signalOf(this.#by);
  }

  release(): void {
    // nothing is heard
  }
}

function signalOf(by: AbortSignal | LateAbort): AbortSignal {
  return by instanceof LateAbort ? by.signal : by;
}
