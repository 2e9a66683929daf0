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

  it('refuses a step that does not exist, and names those that do', async () => {
    await expect(runSteps(steps, ['units'])).rejects.toThrow('no step units; there are good, bad, broken, absent');
  });
});
