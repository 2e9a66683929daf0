// The end of the operator has an end: what has not ended by then is left behind (spec RU-32, AC-10).
import { ExitTimeoutError } from '../errors.js';
import type { Clock } from '../ports/clock.js';

export interface ExitLimit {
  /** Aborts, with the error, when the time is over. */
  readonly exceeded: AbortSignal;
  dispose(): void;
}

/** The time begins when the operator begins to stop; how much there is, is asked then, since startup handlers may change it. */
export function limitExit(clock: Clock, stopping: AbortSignal, limitMs: () => number | undefined): ExitLimit {
  const over = new AbortController();
  const done = new AbortController();
  const begin = (): void => {
    const ms = limitMs();
    if (ms === undefined) return;
    clock.sleep(ms, done.signal).then(
      () => over.abort(new ExitTimeoutError(ms)),
      () => undefined,
    );
  };
  if (stopping.aborted) begin();
  else stopping.addEventListener('abort', begin, { once: true });
  return {
    exceeded: over.signal,
    dispose() {
      stopping.removeEventListener('abort', begin);
      done.abort();
    },
  };
}
