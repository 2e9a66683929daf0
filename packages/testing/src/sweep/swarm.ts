// Several mishaps of all kinds in one story, drawn by the seed: what no strategy puts together.
import { createSeededRandom, type Random } from '@kopfts/core';
import { below, oneOf } from './draw.js';
import { ANSWER_MISHAPS, LINE_MISHAPS, MEDDLINGS, type Mishap, type Plan, type PlannedMishap } from './plan.js';
import type { PlanOutcome } from './run-plan.js';

/** How many plans a story has by default. */
export const SWARM = 20;
const LEAST_MISHAPS = 3;
const MOST_MISHAPS = 6;
const MOST_LINES = 6;
const MOST_BEHIND = 6;
/** A story with mishaps has more requests than one without. */
const LONGER = 2;
const POINTS = ['c1', 'c2', 'c3', 'c4'] as const;

/** So many plans, each with an interleaving of its own and three to six mishaps. Later ones may find no request: earlier ones change what is asked. */
export function* swarm({ plan, story }: PlanOutcome, count: number): Generator<Plan> {
  const requests = Math.max(1, story.end.call - story.begin.call);
  for (let nth = 0; nth < count; nth += 1) {
    const seed = plan.seed * SEEDS_APART + nth;
    const random = createSeededRandom(seed);
    const places = new Set([story.begin.call + below(random, requests)]);
    const wanted = LEAST_MISHAPS + below(random, MOST_MISHAPS - LEAST_MISHAPS + 1);
    for (let tries = 0; places.size < wanted && tries < wanted * 5; tries += 1)
      places.add(story.begin.call + below(random, Math.max(requests * LONGER, MOST_MISHAPS + requests)));
    const mishaps = [...places].sort((a, b) => a - b).map((call): PlannedMishap => ({ call, mishap: drawMishap(random) }));
    yield { ...plan, seed, mishaps };
  }
}

const SEEDS_APART = 1_000_000;

/** Any one of them. */
export function drawMishap(random: Random): Mishap {
  switch (below(random, 8)) {
    case 0:
      return { kind: 'kill', point: oneOf(random, POINTS) };
    case 1:
      return { kind: 'pause', point: oneOf(random, POINTS) };
    case 2:
      return { kind: 'line', nth: below(random, MOST_LINES), how: oneOf(random, LINE_MISHAPS) };
    case 3:
      return { kind: 'answer', how: oneOf(random, ANSWER_MISHAPS) };
    case 4:
      return { kind: 'meddled', how: oneOf(random, MEDDLINGS), when: oneOf(random, ['before', 'after'] as const) };
    case 5:
      return { kind: 'stale', behind: 1 + below(random, MOST_BEHIND) };
    case 6:
      return { kind: 'unobserved', nth: below(random, MOST_LINES), lines: 1 + below(random, 2) };
    default:
      return { kind: oneOf(random, ['removed', 'replaced'] as const) };
  }
}
