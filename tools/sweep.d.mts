import type { PlanFailure, Strategy } from '@kopfts/testing';

export interface SweepTask {
  readonly strategies: readonly Strategy[] | undefined;
  readonly workloads: readonly string[] | undefined;
  readonly seed?: number;
  readonly processes?: number;
  readonly module?: string;
  readonly mostFailures?: number;
}

export interface SweepSum {
  readonly plans: Readonly<Record<string, number>>;
  readonly failures: readonly PlanFailure[];
}

export function runSweep(task: SweepTask): Promise<SweepSum>;
export function sweepReport(result: SweepSum, seed: number): readonly string[];
