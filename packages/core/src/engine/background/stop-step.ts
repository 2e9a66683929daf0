// How far the stopping of a daemon has come, as a function of time (spec DM-32..DM-36). Pure.

/** The options of a daemon, in milliseconds. */
export interface StopPatience {
  /** Between the flag and the abort of the signal; `undefined`: both at once. */
  readonly backoffMs: number | undefined;
  /** From the abort of the signal until it is given up; `undefined`: never. */
  readonly timeoutMs: number | undefined;
  /** How often it is told that a daemon without a time-out still runs. */
  readonly pollingMs: number;
}

/** `signalled`: only the flag is raised; `cancelled`: the signal is aborted, too; `abandoned`: nobody waits for it any more. */
export interface StopStep {
  readonly stage: 'signalled' | 'cancelled' | 'abandoned';
  /** When to look again; `undefined` at the end. */
  readonly waitMs: number | undefined;
}

export function stopStep({ backoffMs = 0, timeoutMs, pollingMs }: StopPatience, ageMs: number): StopStep {
  if (ageMs < backoffMs) return { stage: 'signalled', waitMs: backoffMs - ageMs };
  if (timeoutMs === undefined) return { stage: 'cancelled', waitMs: pollingMs };
  const leftMs = backoffMs + timeoutMs - ageMs;
  return leftMs > 0 ? { stage: 'cancelled', waitMs: leftMs } : { stage: 'abandoned', waitMs: undefined };
}
