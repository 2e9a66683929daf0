// An update with two handlers, the first of which fails once, dies at every request, and at every pair of requests.
import { annotations } from '@kopfts/persistence-annotations';
import { beforeAll, describe, expect, it } from 'vitest';
import { entriesOf } from '../src/history/history.js';
import { CRASHES, withEachCall } from '../src/sweep/enumerate-plans.js';
import { planText, type Plan } from '../src/sweep/plan.js';
import type { PlanOutcome } from '../src/sweep/run-plan.js';
import { createJudge, type Judge } from '../src/sweep/sweep.js';
import { createWorkloads } from '../src/sweep/workloads.js';
import { seeds } from './seeds.js';

/** All pairs in the long form (`npm run long -- crash-update`), and in `npm run sweep`; here one in so many. */
const ONE_PAIR_IN = process.env['KOPFTS_COUNT'] === undefined ? 20 : 1;
const PATIENCE_MS = process.env['KOPFTS_COUNT'] === undefined ? 120_000 : 3_600_000;
/** How often they start when nobody dies: the first one fails once. */
const UNDISTURBED = { 'update-first': 2, 'update-second': 1 };

function updateOf(): Parameters<typeof createJudge>[0] {
  const found = createWorkloads(() => [annotations()]).find(({ name }) => name === 'update');
  if (found === undefined) throw new Error('there is no story of an update');
  return found;
}

const sizeOf = (essence: unknown): unknown => (essence as { readonly spec?: { readonly size?: unknown } } | undefined)?.spec?.size;

describe.each(seeds(1))('an update with two handlers (seed %i)', (seed) => {
  let judge: Judge;
  let deaths: readonly PlanOutcome[];

  beforeAll(async () => {
    judge = await createJudge(updateOf(), seed);
    deaths = await all(withEachCall(await judge({ workload: 'update', seed, mishaps: [] }), CRASHES));
  }, PATIENCE_MS);

  async function all(plans: readonly Plan[]): Promise<readonly PlanOutcome[]> {
    const outcomes: PlanOutcome[] = [];
    for (const plan of plans) outcomes.push(await judge(plan));
    return outcomes;
  }

  /** A death repeats each handler at most once. */
  function expectHandled({ plan, history, violations }: PlanOutcome): void {
    const where = planText(plan);
    expect(violations, where).toEqual([]);
    for (const [handler, times] of Object.entries(UNDISTURBED)) {
      const starts = entriesOf(history, 'handler-start').filter((start) => start.handler === handler);
      expect(starts.length, where).toBeGreaterThanOrEqual(times);
      expect(starts.length, where).toBeLessThanOrEqual(times + plan.mishaps.length);
      for (const start of starts) expect([sizeOf(start.old), sizeOf(start.new)], where).toEqual([1, 2]);
    }
  }

  it('[A2, S10, L1] that dies at any request, at any point of it, gets the same old and new state after the restart', () => {
    expect(deaths.length).toBeGreaterThanOrEqual(4 * 4);
    for (const death of deaths) expectHandled(death);
  });

  it(
    '[A6, S8] that dies twice, at any pair of requests, is handled with no more repetitions than deaths',
    { timeout: PATIENCE_MS },
    async () => {
      const pairs = deaths.flatMap((death) => withEachCall(death, CRASHES)).filter((_, index) => index % ONE_PAIR_IN === 0);
      expect(pairs.length).toBeGreaterThan(10);
      for (const outcome of await all(pairs)) expectHandled(outcome);
    },
  );
});
