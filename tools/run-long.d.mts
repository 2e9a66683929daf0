import type { StepResult } from './run-steps.mjs';

export interface LongOptions {
  readonly seed: number;
  readonly count: number;
}

export interface LongForm {
  readonly name: string;
  readonly what: string;
  /** How much is done unless told otherwise. */
  readonly count: number;
  run(options: LongOptions): Promise<StepResult> | StepResult;
}

export function suites(
  files: readonly string[],
  options?: { readonly project?: string },
): LongForm['run'] & { /** Which they are. */ readonly files: readonly string[] };
/** Runs them on other versions of the control plane; `count` is of how many, newest first. */
export function otherVersions(files: readonly string[], options: { readonly project: string; readonly run?: RunSuites }): LongForm['run'];
/** Of these projects; `runVitest` unless told otherwise. */
export type RunSuites = (
  projects: readonly string[],
  options: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
) => Promise<Required<Pick<StepResult, 'passed' | 'failed' | 'skipped'>>>;
/** Such as `1.37`, newest first; not the usual one. */
export function kubernetesVersions(): readonly string[];
/** Test files that import fast-check, from the root. */
export function propertySuites(): readonly string[];
/** Returns the exit code. */
export function runLongForms(forms: readonly LongForm[], args: readonly string[]): Promise<number>;
