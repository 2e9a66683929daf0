import type { SuiteTime, TimeBudgets } from './time-budgets.mjs';

export interface StepResult {
  readonly passed?: number;
  /** One line, or a few, per failure. */
  readonly failed?: readonly string[];
  /** One line with the reason per thing that was not done. */
  readonly skipped?: readonly string[];
  readonly suites?: readonly SuiteTime[];
  /** It built what is kept for the next time: the budget of a cold run applies. */
  readonly isCold?: boolean;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult> | StepResult;
}

/** Runs all steps, or the wanted ones, and returns how much failed. */
export function runSteps(
  steps: readonly Step[],
  wanted?: readonly string[],
  options?: { readonly budgets?: TimeBudgets; readonly isCold?: boolean },
): Promise<number>;
