export interface JitterBounds {
  /** Attempts that failed before this wait, ≥ 0: each doubles the upper bound. */
  readonly attempt: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after failures of something that many do at once: anything from 0 to a bound that doubles with each
 * attempt up to the cap, so that not all come back at the same moment.
 *
 * @param random in [0, 1)
 */
export function fullJitter({ attempt, baseMs, capMs }: JitterBounds, random: number): number {
  // 2 ** 1024 is infinite: the cap holds for any number of attempts.
  return random * Math.min(capMs, baseMs * 2 ** Math.max(0, attempt));
}

/**
 * Milliseconds to wait after so many failures in a row (1 is the first), from a list in seconds; the last one repeats, an
 * empty list means no waiting (spec Q-21).
 */
export function delayFromList(delays: readonly number[], failures: number): number {
  const last = delays.length - 1;
  return (delays[Math.min(Math.max(failures - 1, 0), last)] ?? 0) * 1000;
}
