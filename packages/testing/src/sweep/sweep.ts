// Sweeps: a strategy says which plans there are, and every one of them is told and checked.
import { CRASHES, withEachCall, withEachLine, withEachPause, withEachWrite } from './enumerate-plans.js';
import { type Plan, planText } from './plan.js';
import { type PlanOutcome, referenceOf, runPlan } from './run-plan.js';
import type { Workload } from './workload.js';

/** `crash`: one death; `pairs`: two deaths; `watch`: lines of watches; `error`: answers to writes; `pause`: a standstill. */
export const STRATEGIES = ['crash', 'pairs', 'watch', 'error', 'pause'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface SweepOptions {
  readonly workloads: readonly Workload[];
  readonly strategies: readonly Strategy[];
  readonly seed: number;
  /** Only every n-th plan of each strategy, for a part of the work: `{ nth: 1, of: 2 }` is the second half. Default: all. */
  readonly share?: { readonly nth: number; readonly of: number } | undefined;
  /** Told of every outcome; a failing one is told first of all. */
  readonly onOutcome?: ((outcome: PlanOutcome) => void) | undefined;
}

export interface SweepResult {
  readonly plans: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly plan: string; readonly violations: PlanOutcome['violations'] }[];
}

/** One in so many plans rests for a whole day. */
const RESTS_A_DAY = 100;

/** Runs all plans. Never throws for a plan: what it throws is a violation of the plan. */
export async function sweep({ workloads, strategies, seed, share, onOutcome }: SweepOptions): Promise<SweepResult> {
  const plans: Record<string, number> = {};
  const failures: { plan: string; violations: PlanOutcome['violations'] }[] = [];
  let count = 0;
  const tell = async (strategy: Strategy, plan: Plan, judge: Judge): Promise<void> => {
    count += 1;
    if (share && count % share.of !== share.nth) return;
    plans[strategy] = (plans[strategy] ?? 0) + 1;
    const outcome = await judge(plan, count % RESTS_A_DAY === 0);
    onOutcome?.(outcome);
    if (outcome.violations.length > 0) failures.push({ plan: planText(plan), violations: outcome.violations });
  };
  for (const workload of workloads) {
    const judge = await createJudge(workload, seed);
    for (const strategy of strategies)
      for await (const plan of plansOf(strategy, { name: workload.name, seed }, judge)) await tell(strategy, plan, judge);
  }
  return { plans, failures };
}

/** Runs a plan against what is right for it. */
export type Judge = (plan: Plan, restsADay?: boolean) => Promise<PlanOutcome>;

/** What is right in the end depends on what others did: an object made anew is as a created one, a removed one is not there. */
export async function createJudge(workload: Workload, seed: number): Promise<Judge> {
  const undisturbed = await referenceOf(workload, seed);
  const created = workload.anew === undefined ? undisturbed : await referenceOf(workload.anew, seed);
  return async (plan, restsADay = false) => {
    const last = plan.mishaps.findLast(({ mishap }) => mishap.kind === 'removed' || mishap.kind === 'replaced')?.mishap.kind;
    const reference = last === 'replaced' ? created : last === 'removed' ? {} : undisturbed;
    return runPlan(plan, workload, { reference, rest: restsADay ? '1d' : '10m' }).catch((error: unknown) => failed(plan, error));
  };
}

const NOWHERE = { call: 0, seq: 0 };

function failed(plan: Plan, error: unknown): PlanOutcome {
  const message = error instanceof Error ? error.message : String(error);
  return {
    plan,
    violations: [{ invariant: 'run', message, seq: undefined }],
    history: [],
    hash: '',
    story: { begin: NOWHERE, end: NOWHERE },
  };
}

async function* plansOf(strategy: Strategy, { name, seed }: { name: string; seed: number }, judge: Judge): AsyncGenerator<Plan> {
  const undisturbed = await judge({ workload: name, seed, mishaps: [] });
  switch (strategy) {
    case 'crash':
      yield* withEachCall(undisturbed, CRASHES);
      return;
    case 'pairs':
      for (const first of withEachCall(undisturbed, CRASHES)) yield* withEachCall(await judge(first), CRASHES);
      return;
    case 'watch':
      yield* withEachLine(undisturbed);
      return;
    case 'error':
      yield* withEachWrite(undisturbed);
      return;
    case 'pause':
      yield* withEachPause(undisturbed);
  }
}
