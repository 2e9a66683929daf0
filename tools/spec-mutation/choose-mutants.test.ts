import { describe, expect, it } from 'vitest';
import { chooseMutants, distance, type SeenMutant } from './choose-mutants.mjs';

const OWN = 'packages/core/src/a/timer.test.ts#timer [T-1] waits';
const OTHER = 'packages/core/src/a/timer.test.ts#timer ends';
let next = 0;
const mutant = (over: Partial<SeenMutant>): SeenMutant => ({
  id: String((next += 1)),
  file: 'packages/core/src/a/timer.ts',
  line: next,
  kind: 'BlockStatement',
  coveredBy: [OWN],
  static: false,
  ...over,
});
const plan = { ids: [{ id: 'T-1' }], imports: {}, perId: 2, skip: 0, seed: 'x', msPerId: 60_000 };
const durations = { [OWN]: 10, [OTHER]: 10 };
const choose = (mutants: SeenMutant[], over = {}, times: Record<string, number> = durations) => [
  ...chooseMutants(mutants, { ...plan, ...over }, times).keys(),
];

describe('the distance of code from a test', () => {
  it('grows from the file beside it over what it imports and the rest of its package to other packages', () => {
    const from = (source: string) => distance('packages/core/src/a/timer.test.ts', source, ['packages/core/src/b/clock.ts']);
    const distances = ['core/src/a/timer.ts', 'core/src/b/clock.ts', 'core/src/b/timer-list.ts', 'core/src/b/other.ts', 'cli/src/x.ts'];
    const found = distances.map((path) => from(`packages/${path}`));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(new Set(found).size).toBe(5);
  });

  it('is not small because a test imports errors or an index', () => {
    const imported = ['packages/core/src/errors.ts', 'packages/core/src/index.ts', 'packages/core/src/b/clock.ts'];
    const [errors, index, clock] = imported.map((source) => distance('packages/core/src/a/timer.test.ts', source, imported));
    expect(errors).toBeGreaterThan(clock ?? 0);
    expect(index).toBeGreaterThan(clock ?? 0);
  });

  it('of a test of whole operators is measured from core, and the harness is last', () => {
    const from = (source: string) => distance('packages/testing/test/timers.test.ts', source);
    expect(from('packages/core/src/engine/timers.ts')).toBe(0);
    expect(from('packages/testing/src/harness.ts')).toBeGreaterThan(from('packages/kubernetes/src/client.ts'));
  });
});

describe('the mutants for an id', () => {
  it('are run by a test that quotes it', () => {
    const covered = mutant({});
    expect(choose([mutant({ coveredBy: [OTHER] }), covered, mutant({ coveredBy: [] })])).toEqual([covered.id]);
  });

  it('are rather those that no other test runs', () => {
    const shared = Array.from({ length: 5 }, () => mutant({ coveredBy: [OWN, OTHER, `${OTHER} 2`, `${OTHER} 3`] }));
    const special = [mutant({}), mutant({})];
    expect(choose([...shared, ...special]).sort()).toEqual(special.map(({ id }) => id).sort());
  });

  it('are not all of one line', () => {
    const crowded = Array.from({ length: 5 }, () => mutant({ line: 1 }));
    const elsewhere = mutant({ kind: 'StringLiteral' });
    expect(choose([...crowded, elsewhere], { perId: 3 })).toContain(elsewhere.id);
  });

  it('are spread over all tests that quote it', () => {
    const second = 'packages/core/src/b/wait.test.ts#[T-1] ends';
    const far = mutant({ coveredBy: [second] });
    expect(choose([mutant({}), mutant({}), mutant({}), far], {}, { ...durations, [second]: 1 })).toContain(far.id);
  });

  it('may run on load where they are near, not elsewhere', () => {
    const near = mutant({ static: true, coveredBy: [] });
    expect(choose([near, mutant({ static: true, coveredBy: [], file: 'packages/core/src/b/other.ts' })])).toEqual([near.id]);
  });

  it('are three of a test that takes long, others the second time', () => {
    const mutants = Array.from({ length: 20 }, () => mutant({}));
    const slow = { [OWN]: 9_000 };
    const first = choose(mutants, { perId: 8, msPerId: 15_000 }, slow);
    expect(first).toHaveLength(3);
    expect(choose(mutants, { perId: 8, skip: 8 }).filter((id) => first.includes(id))).toEqual([]);
  });
});
