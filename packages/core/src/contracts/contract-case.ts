/**
 * Contracts: what every implementation of a port must do, as data. No test runner is imported, so that adapters outside this
 * repository run the same cases, by `describeContract` or by a loop of their own: `for (const c of clockContract) it(c.name, () => c.run(make))`.
 */

/** One promise of a port. */
export interface ContractCase<Subject> {
  /** A behaviour, in words. */
  readonly name: string;
  /** Why this implementation cannot keep it; set by {@link exceptCases} only. A runner shows it instead of running the case. */
  readonly skipped?: string;
  /** Throws if the subject breaks the promise. `make` gives a fresh subject at each call. */
  run(make: () => Promise<Subject> | Subject): Promise<void>;
}

/** Thrown by a case whose promise is broken. */
export class ContractViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContractViolation';
  }
}

/**
 * Takes cases out by name, each with a reason. A name that is not in the contract throws, so that reasons do not outlive their cases.
 *
 * @throws ContractViolation for a name that no case has, or an empty reason.
 */
export function exceptCases<Subject>(
  contract: readonly ContractCase<Subject>[],
  reasons: Readonly<Record<string, string>>,
): readonly ContractCase<Subject>[] {
  for (const [name, reason] of Object.entries(reasons)) {
    if (!contract.some((one) => one.name === name)) throw new ContractViolation(`no case is called '${name}'`);
    if (reason.trim() === '') throw new ContractViolation(`the case '${name}' is skipped without a reason`);
  }
  return contract.map((one) => {
    const reason = reasons[one.name];
    return reason === undefined ? one : { ...one, skipped: reason };
  });
}
