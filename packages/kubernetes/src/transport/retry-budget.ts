import type { Lane } from './request.js';

/**
 * How many requests may be sent again: a fifth of those that are sent at all, for each lane on its own. An outage then meets little more traffic than
 * usual, however many callers want to try again.
 */
export interface RetryBudget {
  /** A request is sent for the first time. */
  sent(lane: Lane): void;
  /** Whether one may be sent again now; it counts as done then. */
  take(lane: Lane): boolean;
}

/** Repetitions that a lane may save up, and has at the beginning: a few failures after a quiet time are no outage. */
export const MOST_RETRIES_SAVED = 50;
const EARNED_PER_REQUEST = 0.2;

/** Holds a number per lane. */
export function createRetryBudget(): RetryBudget {
  const saved = new Map<Lane, number>();
  const of = (lane: Lane): number => saved.get(lane) ?? MOST_RETRIES_SAVED;
  return {
    sent(lane) {
      saved.set(lane, Math.min(MOST_RETRIES_SAVED, of(lane) + EARNED_PER_REQUEST));
    },
    take(lane) {
      const left = of(lane);
      if (left < 1) return false;
      saved.set(lane, left - 1);
      return true;
    },
  };
}
