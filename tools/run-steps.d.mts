export interface StepResult {
  readonly passed?: number;
  /** One line, or a few, per failure. */
  readonly failed?: readonly string[];
  /** One line with the reason per thing that was not done. */
  readonly skipped?: readonly string[];
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult> | StepResult;
}

/** Runs all steps, or the wanted ones, and returns how much failed. */
export function runSteps(steps: readonly Step[], wanted?: readonly string[]): Promise<number>;
