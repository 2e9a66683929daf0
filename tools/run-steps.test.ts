import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSteps } from './run-steps.mjs';

const steps = [
  { name: 'good', run: () => ({ passed: 3 }) },
  { name: 'bad', run: () => ({ passed: 1, failed: ['one is wrong'] }) },
  { name: 'broken', run: () => Promise.reject(new Error('no such file')) },
  { name: 'absent', run: () => ({ skipped: ['there is no Go'] }) },
];

describe('npm test', () => {
  let lines: string[] = [];
  beforeEach(() => {
    lines = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('goes on after a failure, counts it, and ends with one line of numbers', async () => {
    vi.stubEnv('CI', '');
    expect(await runSteps(steps)).toBe(2);
    expect(lines.at(-1)).toBe('4 passed, 2 failed');
    expect(lines.join('\n')).toMatch(/one is wrong[^]*no such file[^]*skipped: there is no Go/);
  });

  it('takes what was skipped for a failure under CI', async () => {
    vi.stubEnv('CI', 'true');
    expect(await runSteps(steps, ['good', 'absent'])).toBe(1);
    expect(lines.slice(-2)).toEqual(['  skipped under CI: there is no Go', '3 passed, 1 failed']);
  });

  it('takes a step that passed nothing for a failure under CI, and only there', async () => {
    const silent = [{ name: 'silent', run: () => ({}) }];
    vi.stubEnv('CI', '');
    expect(await runSteps(silent)).toBe(0);
    vi.stubEnv('CI', 'true');
    expect(await runSteps(silent)).toBe(1);
    expect(lines.slice(-2)).toEqual(['  passed nothing, which is a failure under CI', '0 passed, 1 failed']);
  });

  describe('with budgets', () => {
    const suites = [{ file: 'packages/a/x.test.ts', ms: 3 * 60_000 }];
    const slow = [{ name: 'slow', run: () => ({ passed: 1, suites }) }];
    const group = { name: 'all', minutes: 1, suites: ['^packages/'], steps: [] };
    const budgets = { total: { coldMinutes: 75, warmMinutes: 20 }, suite: { minutes: 2 }, groups: [group], steps: { slow: 1 } };

    it('warns in one line of what took too long, and fails under CI', async () => {
      vi.stubEnv('CI', '');
      expect(await runSteps(slow, [], { budgets })).toBe(0);
      expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
        'warning: suite packages/a/x.test.ts took 3 min, 1 min over its 2 min (a failure under CI)',
      ]);
      vi.stubEnv('CI', 'true');
      expect(await runSteps(slow, [], { budgets })).toBe(1);
      expect(lines.at(-2)).toContain('over budget: suite packages/a/x.test.ts took 3 min');
      expect(lines.at(-1)).toBe('1 passed, 1 failed');
    });

    it('fails on a suite without a group, and on a step without a budget', async () => {
      vi.stubEnv('CI', '');
      expect(await runSteps(slow, [], { budgets: { ...budgets, groups: [], steps: {} } })).toBe(2);
      expect(lines.at(-2)).toMatch(/step slow has no time budget[^]*packages\/a\/x\.test\.ts is in no group/);
    });
  });

  it('refuses a step that does not exist, and names those that do', async () => {
    await expect(runSteps(steps, ['units'])).rejects.toThrow('no step units; there are good, bad, broken, absent');
  });
});
