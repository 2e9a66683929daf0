import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { steps as ofNpmTest } from './test-steps.mjs';
import { describeGroups, formatTime, groupOf, judgeTimes, readBudgets, type TimeBudgets } from './time-budgets.mjs';

const budgets: TimeBudgets = {
  total: { coldMinutes: 10, warmMinutes: 5 },
  suite: { minutes: 2 },
  groups: [
    { name: 'server', minutes: 1, suites: ['^packages/apiserver/'], steps: [] },
    { name: 'real', minutes: 2, suites: ['\\.real\\.test\\.ts$'], steps: [] },
    { name: 'rest', minutes: 3, suites: ['^packages/'], steps: ['build'] },
  ],
  steps: { unit: 4, build: 1 },
};
const minutes = (count: number) => count * 60_000;
const judge = (steps: Parameters<typeof judgeTimes>[1]['steps'], over = {}) =>
  judgeTimes(budgets, { steps, totalMs: minutes(1), isCold: false, ...over });

describe('the group of a suite', () => {
  it('is the first whose pattern fits', () => {
    expect(groupOf(budgets, 'packages/apiserver/test/kubectl.real.test.ts')).toBe('server');
    expect(groupOf(budgets, 'packages/core/a.real.test.ts')).toBe('real');
    expect(groupOf(budgets, 'packages/core/a.test.ts')).toBe('rest');
    expect(groupOf(budgets, 'elsewhere/a.test.ts')).toBeUndefined();
  });

  it('is there for every suite of the work tree', () => {
    const root = join(import.meta.dirname, '..');
    const files = ['packages', 'examples', 'tools']
      .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => /\.(test|test-d)\.ts$/.test(file) && !/node_modules|\/dist\//.test(file));
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => groupOf(readBudgets(), file) === undefined)).toEqual([]);
  });
});

describe('times', () => {
  it('of steps that run suites are shared out to groups by the times of the suites', () => {
    const suites = [
      { file: 'packages/apiserver/a.test.ts', ms: 30 },
      { file: 'packages/core/a.test.ts', ms: 60 },
      { file: 'packages/core/b.test.ts', ms: 30 },
    ];
    const { groups, over } = judge([
      { name: 'unit', ms: 40, suites },
      { name: 'build', ms: 5 },
    ]);
    expect(groups.map(({ name, ms }) => [name, ms])).toEqual([
      ['server', 10],
      ['real', 0],
      ['rest', 35],
    ]);
    expect(groups[2]?.slowest.map(({ file }) => file)).toEqual(['packages/core/a.test.ts', 'packages/core/b.test.ts']);
    expect(over).toEqual([]);
  });

  it('over a budget are told with by how much: of a step, of a suite, of a group, of all', () => {
    const suites = [{ file: 'packages/apiserver/a.test.ts', ms: minutes(3) }];
    expect(judge([{ name: 'unit', ms: minutes(4.5), suites }], { totalMs: minutes(5.5) }).over).toEqual([
      'step unit took 4 min 30 s, 30.0 s over its 4 min',
      'suite packages/apiserver/a.test.ts took 3 min, 1 min over its 2 min',
      'group server took 4 min 30 s, 3 min 30 s over its 1 min',
      'all together, warm, took 5 min 30 s, 30.0 s over its 5 min',
    ]);
  });

  it('of a cold run may be longer', () => {
    expect(judge([], { totalMs: minutes(9), isCold: true }).over).toEqual([]);
    expect(judge([], { totalMs: minutes(9), isCold: false }).over).toHaveLength(1);
  });

  it('need a budget: a new step or a suite in no group is told', () => {
    expect(judge([{ name: 'new', ms: 1, suites: [{ file: 'elsewhere/a.test.ts', ms: 1 }] }]).noPlace).toEqual([
      'step new has no time budget: add it to tools/time-budgets.json',
      'elsewhere/a.test.ts is in no group of time budgets: add it to tools/time-budgets.json',
    ]);
  });

  it('are shown per group that did something, with its slowest suites', () => {
    const { groups } = judge([{ name: 'unit', ms: 61_000, suites: [{ file: 'packages/core/a.test.ts', ms: 1500 }] }]);
    expect(describeGroups(groups)).toEqual(['time  rest  1 min 1 s of 3 min  (slowest: packages/core/a.test.ts 1.5 s)']);
    expect([59_940, 59_990, 60_000, 119_700].map(formatTime)).toEqual(['59.9 s', '1 min', '1 min', '2 min']);
  });
});

describe('the budgets of npm test', () => {
  it('are there for every step, and for nothing else', () => {
    const real = readBudgets();
    expect(Object.keys(real.steps).sort()).toEqual(ofNpmTest.map(({ name }) => name).sort());
    const named = ofNpmTest.map(({ name }) => name);
    expect(real.groups.flatMap(({ steps }) => steps).filter((name) => !named.includes(name))).toEqual([]);
  });
});
