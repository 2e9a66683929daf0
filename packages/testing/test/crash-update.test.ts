// An update with two handlers, the first of which fails once, dies at every request, and at every pair of requests.
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it } from 'vitest';
import { entriesOf, type HistoryEntry } from '../src/history/history.js';
import type { PlanOutcome } from '../src/sweep/run-plan.js';
import { sweep } from '../src/sweep/sweep.js';
import { createWorkloads } from '../src/sweep/workloads.js';
import type { Strategy } from '../src/sweep/plan.js';
import { seeds } from './seeds.js';

/** All pairs in the long form (`npm run long -- crash-update`), and with every sweep; one in so many here. */
const ONE_IN = process.env['KOPFTS_COUNT'] === undefined ? 8 : 1;
const UPDATE = createWorkloads(() => [annotations()]).filter(({ name }) => name === 'update');
const HANDLERS = ['update-first', 'update-second'];

async function die(seed: number, strategy: Strategy, oneIn = 1): Promise<readonly PlanOutcome[]> {
  const outcomes: PlanOutcome[] = [];
  const share = { nth: 0, of: oneIn };
  const { failures } = await sweep({ workloads: UPDATE, strategies: [strategy], seed, share, onOutcome: (outcome) => outcomes.push(outcome) });
  expect(failures).toEqual([]);
  return outcomes.filter(({ plan }) => plan.mishaps.length > 0);
}

const startsOf = (history: readonly HistoryEntry[]) => entriesOf(history, 'handler-start').filter(({ handler }) => HANDLERS.includes(handler));
const killsOf = (history: readonly HistoryEntry[]) => entriesOf(history, 'life').filter(({ change }) => change === 'killed').length;
/** The first handler fails once, the second does not. */
const UNDISTURBED = 3;

describe.each(seeds(1))('an update that dies (seed %i)', (seed) => {
  it('x', async () => {
    const t = Date.now();
    const outcomes = await die(seed, 'crash');
    console.log(outcomes.length, Date.now() - t);
    console.log(JSON.stringify(startsOf(outcomes[5]!.history), null, 1).slice(0, 1500), killsOf(outcomes[5]!.history));
    console.log(outcomes.map((o) => startsOf(o.history).length).join());
    const t2 = Date.now();
    const pairs = await die(seed, 'pairs', ONE_IN);
    console.log(pairs.length, Date.now() - t2);
    console.log(pairs.map((o) => startsOf(o.history).length).join(), UNDISTURBED);
  });
});
