import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joined, summary } from './run-vitest.mjs';

const root = join(import.meta.dirname, '..');
const report = (status: string, ...statuses: string[]) => ({
  testResults: [
    {
      name: join(root, 'packages/a/x.test.ts'),
      status,
      message: 'no such module\nat …',
      assertionResults: statuses.map((one, index) => ({ status: one, fullName: `test ${String(index)}` })),
    },
  ],
});

describe('what vitest reports', () => {
  it('is passed or failed, and everything else was skipped: skip, todo, and whatever comes', () => {
    expect(summary(report('passed', 'passed', 'skipped', 'todo', 'pending', 'disabled'), 0)).toEqual({
      passed: 1,
      failed: [],
      skipped: [
        'packages/a/x.test.ts: test 1 (skipped)',
        'packages/a/x.test.ts: test 2 (todo)',
        'packages/a/x.test.ts: test 3 (pending)',
        'packages/a/x.test.ts: test 4 (disabled)',
      ],
    });
  });

  it('has one failure for a suite that did not load, and one for an end that no test explains', () => {
    expect(summary(report('failed'), 1).failed).toEqual(['packages/a/x.test.ts: no such module']);
    expect(summary(report('passed', 'passed'), 1).failed).toEqual(['vitest ended with 1 although no test failed']);
  });

  it('is put together from several lanes, which never run the same suite', () => {
    const lane = (file: string, ...failed: string[]) => ({ passed: 2, failed, skipped: [`${file}: skipped`], suites: [{ file, ms: 5 }] });
    expect(joined([lane('a', 'a: failed'), lane('b')])).toEqual({
      passed: 4,
      failed: ['a: failed'],
      skipped: ['a: skipped', 'b: skipped'],
      suites: [
        { file: 'a', ms: 5 },
        { file: 'b', ms: 5 },
      ],
    });
    expect(joined([lane('a'), lane('a')]).failed).toEqual(['a: ran in two lanes']);
  });
});
