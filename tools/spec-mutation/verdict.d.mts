export interface TriedMutant {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly replacement?: string | undefined;
  readonly status: string;
  readonly killedBy?: readonly string[] | undefined;
  readonly coveredBy?: readonly string[] | undefined;
}

export interface Verdict {
  readonly id: string;
  readonly tests: readonly string[];
  /** Tests that quote the id and fail before anything is changed. */
  readonly failing: readonly string[];
  readonly killed: readonly TriedMutant[];
  readonly survived: readonly TriedMutant[];
  /** Tests that quote the id, ran a mutant and noticed none. */
  readonly blunt: readonly string[];
  readonly wrong: string | undefined;
}

export function verdict(input: {
  readonly id: string;
  readonly tests: readonly string[];
  readonly failing?: readonly string[];
  readonly mutants: readonly TriedMutant[];
}): Verdict;
export function describeVerdict(verdict: Verdict): readonly string[];
