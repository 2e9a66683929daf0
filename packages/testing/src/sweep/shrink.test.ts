import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.js';
import { shrinkPlan } from './shrink.js';

const kill = { kind: 'kill', point: 'c2' } as const;
const plan = (calls: readonly number[], without?: readonly string[]): Plan => ({
  workload: 'drawn',
  seed: 1,
  mishaps: calls.map((call) => ({ call, mishap: kill })),
  ...(without ? { without } : {}),
});
const callsOf = ({ mishaps }: Plan) => mishaps.map(({ call }) => call);

describe('shrinking a failing plan', () => {
  it('keeps exactly the faults and the parts of the story that its failure needs', async () => {
    const names = ['h0', 'h1', 'c0', 'c1', 'c2'];
    const fails = (tried: Plan) =>
      Promise.resolve(
        [3, 8].every((call) => callsOf(tried).includes(call)) && !tried.without?.some((name) => name === 'h1' || name === 'c2'),
      );
    const shrunk = await shrinkPlan(plan([1, 3, 5, 8, 9]), { names, fails });
    expect(shrunk.plan).toEqual(plan([3, 8], ['h0', 'c0', 'c1']));
    expect(shrunk.isMinimal).toBe(true);
  });

  it('leaves nothing out that is needed, whatever is, and nothing in that is not', async () => {
    const needs = fc.uniqueArray(fc.nat(11), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(needs, async (needed) => {
        const fails = (tried: Plan) => Promise.resolve(needed.every((call) => callsOf(tried).includes(call)));
        const { plan: small } = await shrinkPlan(plan([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), { fails });
        expect(callsOf(small)).toEqual([...needed].sort((one, other) => one - other));
      }),
    );
  });

  it('gives what it has when its tries are used up, and says that it may be smaller', async () => {
    const asked: Plan[] = [];
    const fails = (tried: Plan) => Promise.resolve(asked.push(tried) > 0 && callsOf(tried).includes(0));
    const shrunk = await shrinkPlan(plan([0, 1, 2, 3, 4, 5, 6, 7]), { fails, mostTries: 2 });
    expect(asked).toHaveLength(2);
    expect(callsOf(shrunk.plan)).toEqual([0, 1]);
    expect(shrunk.isMinimal).toBe(false);
  });
});
