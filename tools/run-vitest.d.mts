import type { StepResult } from './run-steps.mjs';

export function runVitest(
  projects: readonly string[],
  options?: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly lanes?: number },
): Promise<StepResult>;
export function summary(
  report: {
    readonly testResults: readonly {
      readonly name: string;
      readonly status: string;
      readonly message?: string;
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  },
  code: number,
): StepResult;
export function joined(results: readonly Required<Pick<StepResult, 'passed' | 'failed' | 'skipped' | 'suites'>>[]): StepResult;
