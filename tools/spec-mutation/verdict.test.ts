import { describe, expect, it } from 'vitest';
import { describeVerdict, type TriedMutant, verdict } from './verdict.mjs';

const KEEN = 'a.test.ts#[T-1] counts';
const BLUNT = 'a.test.ts#[T-1] is there';
const UNTRIED = 'a.test.ts#[T-1] is elsewhere';
const STRANGE = 'a.test.ts#something else';
const mutant = (over: Partial<TriedMutant>): TriedMutant => ({
  file: 'a.ts',
  line: 1,
  kind: 'BlockStatement',
  replacement: '{}',
  status: 'Survived',
  ...over,
});

describe('the verdict on an id', () => {
  it('is good when one of its tests noticed one change, and names the test that did not though it could', () => {
    const result = verdict({
      id: 'T-1',
      tests: [KEEN, BLUNT, UNTRIED, STRANGE],
      mutants: [mutant({ status: 'Killed', killedBy: [KEEN] }), mutant({ line: 7, coveredBy: [BLUNT] })],
    });
    expect(result.wrong).toBeUndefined();
    expect(describeVerdict(result)).toEqual([
      'T-1: 1 of 2 mutants killed by 3 tests',
      '  survived a.ts:7 BlockStatement → {}',
      `  noticed none of them: ${BLUNT}`,
    ]);
  });

  it('is bad when only tests that do not quote it noticed', () => {
    const result = verdict({ id: 'T-1', tests: [BLUNT, STRANGE], mutants: [mutant({ status: 'Killed', killedBy: [STRANGE] })] });
    expect(result.wrong).toBe(`T-1: its tests noticed none of 1 mutants of the code they run, as if they could not fail (${BLUNT})`);
  });

  it('takes a test that never ends for one that noticed', () => {
    expect(verdict({ id: 'T-1', tests: [KEEN], mutants: [mutant({ status: 'Timeout', coveredBy: [KEEN] })] }).wrong).toBeUndefined();
    expect(verdict({ id: 'T-1', tests: [KEEN], mutants: [mutant({ status: 'Timeout', coveredBy: [STRANGE] })] }).wrong).toBeDefined();
  });

  it('does not count what could not be tried', () => {
    expect(
      verdict({ id: 'T-1', tests: [KEEN], mutants: [mutant({ status: 'RuntimeError' }), mutant({ status: 'CompileError' })] }).wrong,
    ).toBe('T-1: its tests run no code that could be changed');
  });

  it('tells tests that fail before anything is changed, and is bad when there are no others', () => {
    const mutants = [mutant({ status: 'Killed', killedBy: [KEEN] })];
    expect(describeVerdict(verdict({ id: 'T-1', tests: [KEEN], failing: [BLUNT, STRANGE], mutants }))).toEqual([
      'T-1: 1 of 1 mutants killed by 1 test',
      `  cannot be run on mutants, it fails on the code as it is: ${BLUNT}`,
    ]);
    expect(verdict({ id: 'T-1', tests: [], failing: [BLUNT], mutants: [] }).wrong).toBe(
      `T-1: its tests cannot be run on mutants, they fail on the code as it is (${BLUNT})`,
    );
  });

  it('is bad when no test of the name ran', () => {
    expect(verdict({ id: 'T-1', tests: [STRANGE], mutants: [] }).wrong).toBe('T-1: titles quote it, but no test of that name ran');
  });
});
