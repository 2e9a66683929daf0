// The flag that tells a timer or daemon to come to an end (spec DM-20..DM-23).
import { durationMs, type Duration } from '../../model/duration.js';
import type { StopFlag, StopReason } from '../../model/handler-function.js';
import type { Clock } from '../../ports/clock.js';
import { OVER } from '../race-abort.js';

/** The flag, and what only the engine may do with it. */
export interface StopSwitch {
  readonly flag: StopFlag;
  /** Raises the flag, or adds a reason to those that it has. */
  raise(reason: StopReason): void;
}

/** Waiting for the flag costs nothing while nothing happens: without a limit of time there is no timer. */
export function createStopSwitch(clock: Clock): StopSwitch {
  const reasons: StopReason[] = [];
  // Most are never waited for.
  let waiting: Set<() => void> | undefined;
  const isSet = (): boolean => reasons.length > 0;
  const raised = (limitMs: number | undefined): Promise<boolean> =>
    new Promise((resolve) => {
      const patience = limitMs === undefined ? undefined : new AbortController();
      const settle = (): void => {
        waiting?.delete(settle);
        patience?.abort(OVER);
        resolve(isSet());
      };
      (waiting ??= new Set()).add(settle);
      if (limitMs !== undefined && patience) clock.sleep(limitMs, patience.signal).then(settle, () => undefined);
    });
  return {
    flag: Object.freeze({
      isSet,
      get reason() {
        return reasons[0];
      },
      get reasons() {
        return Object.freeze([...reasons]);
      },
      async wait(timeout?: Duration) {
        const limitMs = timeout === undefined ? undefined : durationMs(timeout, 'the time-out of stopped.wait()');
        return isSet() || raised(limitMs);
      },
    }),
    raise(reason) {
      if (!reasons.includes(reason)) reasons.push(reason);
      for (const settle of [...(waiting ?? [])]) settle();
    },
  };
}
