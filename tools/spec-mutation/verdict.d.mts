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
  readonly killed: readonly TriedMutant[];
  readonly survived: readonly TriedMutant[];
  /** Tests that quote the id and noticed no mutant. */
  readonly blunt: readonly string[];
  readonly wrong: string | undefined;
}

export function verdict(id: string, tests: readonly string[], mutants: readonly TriedMutant[]): Verdict;
export function describeVerdict(verdict: Verdict): readonly string[];
