/** Waits below are exact. */
const SHORTEST_MS = 1000;
/** The part of a wait by which it may become longer. */
const PART = 128;
/** Beyond, nothing is gained: so few wake-ups a second cost nothing. */
const COARSEST_MS = 64;

/**
 * How long to wait so that waits which are due at nearly the same time end at the same time, and the process is woken once for all of them: never less
 * than asked for, at most a hundredth more, and no more than 64 ms. `nowMs` is monotonic.
 */
export function untilSharedMoment(waitMs: number, nowMs: number): number {
  if (waitMs < SHORTEST_MS) return waitMs;
  // Powers of two: moments of a coarser grid are moments of a finer one, too.
  const gridMs = Math.min(COARSEST_MS, 2 ** Math.floor(Math.log2(waitMs / PART)));
  return Math.max(waitMs, Math.ceil((nowMs + waitMs) / gridMs) * gridMs - nowMs);
}
