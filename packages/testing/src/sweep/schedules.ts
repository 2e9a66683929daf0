// Interleavings as plans: what the seed of a sweep does not meet by chance.
import { createSeededRandom } from '@kopfts/core';
import { below } from './draw.js';
import type { Plan } from './plan.js';

/** How many plans of each of both kinds a story has by default. */
export const SCHEDULES = 12;
const DEPTH = 3;
const SEEDS_APART = 1_000_000;

/** Priorities that a seed draws, with two changes. */
export function* withPriorities(plan: Plan, count: number): Generator<Plan> {
  for (let nth = 0; nth < count; nth += 1) yield { ...plan, seed: plan.seed * SEEDS_APART + nth, order: { by: 'pct', depth: DEPTH } };
}

/** Everything in turn: what `withDelays` begins with. */
export function inTurn(plan: Plan): Plan {
  return { ...plan, order: { by: 'delays', delays: [] } };
}

/**
 * Where so many others could have been next by step, one of them is: every single delay, or as many as are wanted, evenly spread; and half
 * as many pairs of delays, drawn by the seed.
 */
export function* withDelays(plan: Plan, alternatives: readonly number[], count: number): Generator<Plan> {
  const singles = alternatives.flatMap((others, step) => Array.from({ length: others }, (_, nth) => [step, nth + 1] as const));
  const every = Math.max(1, singles.length / Math.max(1, count));
  for (let at = 0; at < singles.length; at += every) {
    const single = singles[Math.floor(at)];
    if (single !== undefined) yield { ...plan, order: { by: 'delays', delays: [single] } };
  }
  const random = createSeededRandom(plan.seed);
  for (let nth = 0; nth < count / 2 && singles.length > 1; nth += 1) {
    const [first, second] = [singles[below(random, singles.length)], singles[below(random, singles.length)]];
    if (first === undefined || second === undefined || first[0] === second[0]) continue;
    const delays = first[0] < second[0] ? [first, second] : [second, first];
    yield { ...plan, order: { by: 'delays', delays } };
  }
}
