// Sweeps: a strategy says which plans there are, and every one of them is told and checked.
import {
  CRASHES,
  withEachCall,
  withEachGap,
  withEachLine,
  withEachMeddling,
  withEachPause,
  withEachView,
  withEachWrite,
} from './enumerate-plans.js';
import { type Coverage, createCoverage } from './coverage.js';
import { prepareGround } from './ground.js';
import { inTurn, SCHEDULES, withDelays, withPriorities } from './schedules.js';
import { SWARM, swarm } from './swarm.js';
import { checkDeterminism } from '../invariants/determinism.js';
import type { Violation } from '../invariants/invariant.js';
import { type Plan, planText, type Strategy } from './plan.js';
import { type PlanOutcome, referencesOf, runPlan } from './run-plan.js';
import type { Workload } from './workload.js';

export interface SweepOptions {
  readonly workloads: readonly Workload[];
  readonly strategies: readonly Strategy[];
  readonly seed: number;
  /** Only every n-th plan of each strategy, for a part of the work: `{ nth: 1, of: 2 }` is the second half. Default: all. */
  readonly share?: { readonly nth: number; readonly of: number } | undefined;
  /** Ends after so many failures. Default: never. */
  readonly mostFailures?: number | undefined;
  /** Told of every outcome. */
  readonly onOutcome?: ((outcome: PlanOutcome) => void) | undefined;
}

export interface SweepResult {
  /** How many were run, by strategy. */
  readonly plans: Readonly<Record<string, number>>;
  readonly failures: readonly PlanFailure[];
  /** What was injected where. */
  readonly coverage: Coverage;
}

export interface PlanFailure {
  /** As `parsePlan` reads it. */
  readonly plan: string;
  readonly violations: readonly Violation[];
}

/** One in so many plans rests for a whole day. */
const RESTS_A_DAY = 100;
/** One in so many is run twice: the same seed must give the same history. */
const RUNS_TWICE = 20;

/** Runs all plans. Never throws for a plan: what it throws is a violation of the plan. */
export async function sweep({ workloads, strategies, seed, share, mostFailures, onOutcome }: SweepOptions): Promise<SweepResult> {
  const plans: Record<string, number> = {};
  const failures: PlanFailure[] = [];
  const coverage = createCoverage();
  let count = 0;
  const tell = async (strategy: Strategy, plan: Plan, judge: Judge): Promise<void> => {
    count += 1;
    if (share && count % share.of !== share.nth) return;
    plans[strategy] = (plans[strategy] ?? 0) + 1;
    const outcome = await judge(plan, count % RESTS_A_DAY === 0);
    const again = count % RUNS_TWICE === 1 ? checkDeterminism(outcome.history, (await judge(plan, count % RESTS_A_DAY === 0)).history) : [];
    onOutcome?.(outcome);
    coverage.add(outcome);
    const violations = [...outcome.violations, ...again];
    if (violations.length > 0) failures.push({ plan: planText(plan), violations });
  };
  for await (const { strategy, plan, judge } of allPlans(workloads, strategies, seed)) {
    await tell(strategy, plan, judge);
    if (failures.length >= (mostFailures ?? Infinity)) break;
  }
  return { plans, failures, coverage: coverage.coverage };
}

interface ChosenPlan {
  readonly strategy: Strategy;
  readonly plan: Plan;
  readonly judge: Judge;
}

async function* allPlans(workloads: readonly Workload[], strategies: readonly Strategy[], seed: number): AsyncGenerator<ChosenPlan> {
  for (const workload of workloads) {
    const judge = await createJudge(workload, seed);
    const own = strategies.filter((one) => workload.strategies?.includes(one) ?? true);
    // Without a mishap, too: a story in which nothing happens has no place for one.
    if (own[0] !== undefined) yield { strategy: own[0], plan: { workload: workload.name, seed, mishaps: [] }, judge };
    for (const strategy of own) for await (const plan of plansOf(strategy, { workload, seed }, judge)) yield { strategy, plan, judge };
  }
}

/** Runs a plan against what is right for it. */
export type Judge = (plan: Plan, restsADay?: boolean) => Promise<PlanOutcome>;

/** What is right in the end depends on what others did: an object made anew is as a created one, a removed one is not there. */
export async function createJudge(workload: Workload, seed: number): Promise<Judge> {
  const ground = await prepareGround(workload.crds);
  const undisturbed = await referencesOf(workload, seed, ground);
  const created = workload.anew === undefined ? undisturbed : await referencesOf(workload.anew, seed, ground);
  return async (plan, restsADay = false) => {
    const right = rightOf(plan, { undisturbed, created });
    return runPlan(plan, workload, { ...right, ground, rest: restsADay ? '1d' : '10m' }).catch((error: unknown) => failed(plan, error));
  };
}

type References = Awaited<ReturnType<typeof referencesOf>>;

const NOTHING_LEFT: References = { reference: {}, rivalReference: {} };
/** What the objects are like in the end depends on when somebody meddled. */
const ANYTHING: References = { reference: undefined, rivalReference: undefined };
const TAKES_AWAY: ReadonlySet<string> = new Set(['removed', 'replaced', 'deleted']);

function rightOf({ mishaps }: Plan, { undisturbed, created }: Readonly<Record<'undisturbed' | 'created', References>>): References {
  const kinds = mishaps.map(({ mishap }) => (mishap.kind === 'meddled' ? mishap.how : mishap.kind));
  const ends = kinds.filter((kind) => TAKES_AWAY.has(kind));
  const measure = ends.length === 0 ? undisturbed : withoutCounts(undisturbed);
  if (kinds.some((kind) => ['edited', 'labelled', 'garbled', 'forgotten'].includes(kind))) return { ...measure, ...ANYTHING };
  const last = ends.at(-1);
  if (last === undefined) return measure;
  if (kinds.length > 2) return { ...measure, ...ANYTHING }; // which of them find their request is not known before
  return last === 'replaced' ? withoutCounts(created) : { ...measure, ...NOTHING_LEFT };
}

/** How often an object is created is up to those who take it away and make it anew; how busy an operator may be is not. */
function withoutCounts(right: References): References {
  const { undisturbed, rivalUndisturbed } = right;
  return {
    ...right,
    undisturbed: undisturbed && { ...undisturbed, counts: undefined },
    rivalUndisturbed: rivalUndisturbed && { ...rivalUndisturbed, counts: undefined },
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

interface Story {
  readonly workload: Workload;
  readonly seed: number;
}

async function* plansOf(strategy: Strategy, { workload, seed }: Story, judge: Judge): AsyncGenerator<Plan> {
  const undisturbed = await judge({ workload: workload.name, seed, mishaps: [] });
  const some = (plans: readonly Plan[]): readonly Plan[] => plans.filter((_, index) => index % (workload.pairsEvery ?? 1) === 0);
  switch (strategy) {
    case 'crash':
      yield* withEachCall(undisturbed, CRASHES);
      return;
    case 'pairs':
      for (const first of some(withEachCall(undisturbed, CRASHES))) yield* some(withEachCall(await judge(first), CRASHES));
      return;
    case 'watch':
      yield* withEachLine(undisturbed);
      return;
    case 'error':
      yield* withEachWrite(undisturbed);
      return;
    case 'pause':
      yield* withEachPause(undisturbed);
      return;
    case 'external':
      yield* withEachMeddling(undisturbed);
      return;
    case 'stale':
      yield* withEachView(undisturbed);
      return;
    case 'unobserved':
      yield* withEachGap(undisturbed);
      return;
    case 'swarm':
      yield* swarm(undisturbed, workload.swarm ?? SWARM);
      return;
    case 'pct':
      yield* withPriorities(undisturbed.plan, workload.schedules ?? SCHEDULES);
      return;
    case 'delays': {
      const { alternatives = [] } = await judge(inTurn(undisturbed.plan));
      yield* withDelays(undisturbed.plan, alternatives, workload.schedules ?? SCHEDULES);
    }
  }
}
