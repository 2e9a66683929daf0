import { describe, expect, it, onTestFinished } from 'vitest';
import { runSweep, sweepReport } from '../sweep.mjs';
import { bundleWith, PLANTED_BUGS } from './planted-bugs.mjs';

describe('the sweep', () => {
  it.each(PLANTED_BUGS)('finds the planted bug $name: $is', { timeout: 600_000 }, async (bug) => {
    const { module, remove } = await bundleWith(bug);
    onTestFinished(remove);
    const result = await runSweep({ strategies: bug.strategies, workloads: bug.workloads, seed: 1, processes: 1, module, mostFailures: 1 });
    console.log([`planted bug ${bug.name}:`, ...sweepReport(result, 1)].join('\n'));
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]?.plan).toMatch(/^(create|update|delete|tree) seed=1( @\d+:|$)/);
    expect(result.failures[0]?.violations.map(({ invariant }) => invariant)).toEqual(
      expect.arrayContaining([expect.stringMatching(bug.violates)]),
    );
  });
});
