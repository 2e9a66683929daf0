import type { ContractCase } from './contract-case.js';

/** What contract suites need of a test runner: `describe` and `it` of vitest, of `node:test`, of Jest or Mocha. */
export interface ContractRunner {
  readonly describe: (name: string, declare: () => void) => unknown;
  readonly it: {
    (name: string, run: () => Promise<void>): unknown;
    readonly skip: (name: string, run: () => Promise<void>) => unknown;
  };
}

/** Which contract, and of what. */
export interface ContractSubject<Subject> {
  readonly contract: readonly ContractCase<Subject>[];
  /** Gives a fresh subject at each call. */
  readonly make: () => Promise<Subject> | Subject;
}

/**
 * Declares a test for each case of a contract; cases that `exceptCases` took out are skipped, with the reason in their names.
 *
 * @example
 * import { describe, it } from 'node:test';
 * describeContract({ describe, it }, 'my progress store', { contract: progressStoreContract, make });
 */
export function describeContract<Subject>(
  { describe, it }: ContractRunner,
  title: string,
  { contract, make }: ContractSubject<Subject>,
): void {
  describe(title, () => {
    for (const one of contract) {
      const { name, skipped } = one;
      if (skipped === undefined) it(name, () => one.run(make));
      // Taken out by `exceptCases`, which wants a reason: the runner shows both, and nobody takes it for passed.
      else it.skip(`${name} (${skipped})`, () => Promise.resolve());
    }
  });
}
