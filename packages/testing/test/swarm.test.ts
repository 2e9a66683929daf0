import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it } from 'vitest';
import { createWorkloads, exploreScope, parsePlan, planText, runDrawn, runSwarm, shrinkDrawn, swarmPlan, sweep } from '../src/index.js';

// `npm run sweep -- --drawn 1000` and `npm run long -- swarm small-world` do more of the same.
const stores = () => [annotations()];

const PATIENCE = { timeout: 240_000 };

describe('stories drawn by seeds', PATIENCE, () => {
  it('[S22, S2] keep every promise through the faults that they draw, and are the same when they are told again', async () => {
    const hashes: string[] = [];
    const { seeds, failures, coverage } = await runSwarm({ seed: 7, count: 6, stores, onOutcome: ({ hash }) => hashes.push(hash) });
    expect(failures).toEqual([]);
    expect(seeds).toBe(6);
    expect(new Set(hashes).size).toBe(6);
    expect(Object.keys(coverage.requests)).toContain('B2 watch');
    expect((await runDrawn(swarmPlan(9), stores)).hash).toBe(hashes[2]);
  });

  it('have no faults where none are wanted', async () => {
    const seen: number[] = [];
    const onOutcome = ({ plan }: { readonly plan: { readonly mishaps: readonly unknown[] } }) => seen.push(plan.mishaps.length);
    expect((await runSwarm({ seed: 20, count: 2, stores, faultless: true, onOutcome })).failures).toEqual([]);
    expect(seen).toEqual([0, 0]);
  });

  it('that fail shrink to the one line of what the failure needs', async () => {
    // A deletion that is hidden for ever is no fault that an operator can survive, so it serves as one here.
    const failing = parsePlan(
      'drawn seed=69 @2:unobserved-2-2 @3:answer-504c @4:answer-drop @5:pause-c3 @13:kill-c4 @14:unobserved-1-1 @18:stale-5',
    );
    const { plan } = await shrinkDrawn(failing, stores);
    expect(plan.mishaps).toHaveLength(1);
    expect(planText(plan)).toMatch(/^drawn seed=69 without=[hc0-9,]+ @\d+:unobserved-\d-\d$/);
    expect((await runDrawn(parsePlan(planText(plan)), stores)).violations[0]?.invariant).toBe('S16');
  });
});

describe('a small world', PATIENCE, () => {
  it('is told in full: every deed with every fault of a write, each state once', async () => {
    const { runs, states, isComplete, failures } = await exploreScope(1, stores, { deeds: 1, faults: 1, waits: 0 });
    expect(failures).toEqual([]);
    expect(isComplete).toBe(true);
    expect(states).toBeGreaterThan(4);
    expect(runs).toBeGreaterThan(states);
  });

  it('says when it was not told in full', async () => {
    expect(await exploreScope(1, stores, { mostRuns: 2 })).toMatchObject({ runs: 2, isComplete: false });
  });
});

describe('stories that hang on who is first', PATIENCE, () => {
  it.each(['edited', 'counted'])('[B17, D8] have the same end in other interleavings: %s', async (name) => {
    const workloads = createWorkloads(stores).filter((workload) => workload.name === name);
    const { plans, failures } = await sweep({ workloads, strategies: ['pct', 'delays'], seed: 1, share: { nth: 0, of: 12 } });
    expect(failures).toEqual([]);
    expect(plans['pct']).toBeGreaterThan(2);
    expect(plans['delays']).toBeGreaterThan(2);
  });
});
