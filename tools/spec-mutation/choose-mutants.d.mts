export interface SeenMutant {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly replacement?: string | undefined;
  /** Ids of tests: `file#name`. */
  readonly coveredBy: readonly string[];
  /** Runs when its file is loaded. */
  readonly static: boolean;
}

export interface MutationPlan {
  readonly ids: readonly { readonly id: string }[];
  /** Sources that a test file imports. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  readonly perId: number;
  readonly skip: number;
  readonly seed: string;
  readonly msPerId: number;
}

export function distance(testFile: string, sourceFile: string, imported?: readonly string[]): number;
export function chooseMutants(
  mutants: readonly SeenMutant[],
  plan: MutationPlan,
  durations: Readonly<Record<string, number>>,
): ReadonlyMap<string, readonly string[]>;
