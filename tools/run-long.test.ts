import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { longForms } from './long.mjs';
import { kubernetesVersions, type LongOptions, otherVersions, propertySuites, runLongForms, type RunSuites } from './run-long.mjs';

describe('long forms', () => {
  let lines: string[] = [];
  let ran: LongOptions[] = [];
  const forms = [
    { name: 'good', what: 'things', count: 50, run: (options: LongOptions) => (ran.push(options), { passed: 3 }) },
    { name: 'bad', what: 'things', count: 5, run: () => ({ passed: 1, failed: ['one is wrong'] }) },
    { name: 'silent', what: 'nothing', count: 5, run: () => ({}) },
  ];
  beforeEach(() => {
    lines = [];
    ran = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  });
  afterEach(() => void vi.restoreAllMocks());

  it('end with a line for a note that says how to see it again', async () => {
    expect(await runLongForms(forms, ['good', '--seed', '7', '--count', '20'])).toBe(0);
    expect(ran).toEqual([{ seed: 7, count: 20 }]);
    expect(lines.at(-2)).toMatch(
      /^ok {2}long good at ([0-9a-f]+|no commit): 3 passed, 0 failed in .*; again: npm run long -- good --seed 7 --count 20$/,
    );
    expect(lines.at(-1)).toBe('3 passed, 0 failed');
  });

  it('draw a seed of their own and do as much as they say', async () => {
    await runLongForms(forms, ['good']);
    await runLongForms(forms, ['good']);
    expect(ran.map(({ count }) => count)).toEqual([50, 50]);
    expect(ran[0]?.seed).not.toBe(ran[1]?.seed);
    expect(lines.find((line) => line.startsWith('long  good'))).toContain(`seed ${String(ran[0]?.seed)}`);
  });

  it('all run when none is named, and those that fail or do nothing are failures', async () => {
    expect(await runLongForms(forms, [])).toBe(1);
    expect(lines.slice(-4).map((line) => line.split(' ')[0])).toEqual(['ok', 'FAILED', 'FAILED', '4']);
    expect(lines.at(-1)).toBe('4 passed, 2 failed');
    expect(lines).toContain('  one is wrong');
  });

  it('refuse a name or a seed that is none', async () => {
    await expect(runLongForms(forms, ['god'])).rejects.toThrow('no long form god; there are good, bad, silent');
    await expect(runLongForms(forms, ['--seed', 'x'])).rejects.toThrow('--seed is a whole number below 2^31, not x');
  });

  it('of this project have names of their own, and properties to run', () => {
    const names = longForms.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(propertySuites()).toContain('packages/core/src/cause/diff.test.ts');
  });

  it('on other versions of Kubernetes begin with the newest', () => {
    expect(kubernetesVersions().slice(-2)).toEqual(['1.34', '1.32']);
  });

  it('on other versions fail for a version on which nothing ran', async () => {
    const run: RunSuites = async (_, { env }) => ({ passed: env['KOPFTS_KUBERNETES'] === '1.34' ? 0 : 2, failed: [], skipped: [] });
    const result = await otherVersions(['x.real.test.ts'], { project: 'real', run })({ seed: 1, count: 9 });
    expect(result.passed).toBe(2 * (kubernetesVersions().length - 1));
    expect(result.failed).toEqual(['1.34: no test ran; did its control plane start?']);
  });
});
