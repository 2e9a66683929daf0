// The flag that tells a timer or daemon to come to an end (spec DM-20..DM-23).
import { durationMs } from '../../model/duration.js';
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
  return new Switch(clock);
}

class Switch implements StopSwitch {
  readonly flag: StopFlag;
  readonly #reasons: StopReason[] = [];
  // Most are never waited for.
  #waiting: Set<() => void> | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.flag = new Flag(this.#reasons, (limitMs) => this.#raised(limitMs));
  }

  raise(reason: StopReason): void {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
    for (const settle of [...(this.#waiting ?? [])]) settle();
  }

  #raised(limitMs: number | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const patience = limitMs === undefined ? undefined : new AbortController();
      const settle = (): void => {
        this.#waiting?.delete(settle);
        patience?.abort(OVER);
        resolve(this.#reasons.length > 0);
      };
      (this.#waiting ??= new Set()).add(settle);
      if (limitMs !== undefined && patience) this.#clock.sleep(limitMs, patience.signal).then(settle, () => undefined);
    });
  }
}

/** Its functions work when they are taken out of it. Accessors of its own would make each flag a shape of its own, which is slow and large. */
class Flag implements StopFlag {
  readonly isSet: StopFlag['isSet'];
  readonly wait: StopFlag['wait'];
  readonly #reasons: readonly StopReason[];

  constructor(reasons: readonly StopReason[], raised: (limitMs: number | undefined) => Promise<boolean>) {
    this.#reasons = reasons;
    this.isSet = () => reasons.length > 0;
    this.wait = async (timeout) => {
      const limitMs = timeout === undefined ? undefined : durationMs(timeout, 'the time-out of stopped.wait()');
      return reasons.length > 0 || raised(limitMs);
    };
    Object.freeze(this);
  }

  get reason(): StopReason | undefined {
    return this.#reasons[0];
  }

  get reasons(): readonly StopReason[] {
    return Object.freeze([...this.#reasons]);
  }
}
