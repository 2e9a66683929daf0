// The signal that a handler gets: it tells of cancellation, and that the time of the handler is over (the extension of spec E-06).
import { timeoutError } from '../handlers/outcome.js';
import type { Clock } from '../ports/clock.js';
import { OVER } from './race-abort.js';

export interface HandlerSignal {
  readonly signal: AbortSignal;
  /** The handler has ended. */
  release(): void;
}

export interface HandlerTime {
  /** The `timeout` option. */
  readonly timeoutMs: number;
  /** What is left of it. */
  readonly leftMs: number;
}

/** Aborts with the other one, and with a HandlerTimeoutError when the time is over. Nobody is interrupted. */
export function handlerSignal(clock: Clock, told: AbortSignal, time: HandlerTime | undefined): HandlerSignal {
  if (time === undefined) return { signal: told, release: () => undefined };
  const controller = new AbortController();
  const end = new AbortController();
  const abort = (): void => controller.abort(told.reason);
  if (told.aborted) abort();
  else told.addEventListener('abort', abort, { once: true });
  clock.sleep(time.leftMs, end.signal).then(
    () => controller.abort(timeoutError(time.timeoutMs)),
    () => undefined,
  );
  return {
    signal: controller.signal,
    release() {
      told.removeEventListener('abort', abort);
      end.abort(OVER);
    },
  };
}
