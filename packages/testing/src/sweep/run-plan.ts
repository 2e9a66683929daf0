import type { ServerSnapshot } from '@kopfts/apiserver';
import { createSeededRandom, type Duration } from '@kopfts/core';
import { HarnessMisuseError } from '../errors.js';
import type { RecordedCall } from '../call-history.js';
import { createHarness, type Harness } from '../harness.js';
import { checkOperators, createRivalry } from './rivalry.js';
import type { HistoryEntry } from '../history/history.js';
import { hashHistory } from '../invariants/determinism.js';
import { checkHistory } from '../invariants/invariants.js';
import { finalState } from '../invariants/final-state.js';
import type { OperatorModel, Violation } from '../invariants/invariant.js';
import { checkNoErrors } from '../invariants/no-errors.js';
import { undisturbedOf } from '../invariants/undisturbed.js';
import { createDelayedOrder, createPctOrder, type DelayedOrder, type ScheduleOrder } from '../schedules/order.js';
import { faultOfMishap } from './fault-of-mishap.js';
import { prepareGround } from './ground.js';
import { type Plan, type PlannedMishap, planText } from './plan.js';
import type { Workload } from './workload.js';

/** What came of a plan. */
export interface PlanOutcome {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly history: readonly HistoryEntry[];
  /** Of the history, made when it is asked for: the same for the same plan and code. */
  readonly hash: string;
  /** Where the story began, and where it was over: mishaps fall in between. */
  readonly story: { readonly begin: Moment; readonly end: Moment };
  /** Where everything happened in turn, but for delays: by step, how many others could have been next. */
  readonly alternatives?: readonly number[] | undefined;
}

/** The next request and the next entry of the history. */
export interface Moment {
  readonly call: number;
  readonly seq: number;
}

export interface RunOptions {
  /** What the objects must be like in the end; default: what a run without mishaps makes of them. */
  readonly reference?: OperatorModel['reference'];
  /** The same, as the model of the rival sees them. */
  readonly rivalReference?: OperatorModel['reference'];
  /** How busy a run without mishaps is, and how often it creates and deletes what; default: not judged. */
  readonly undisturbed?: OperatorModel['undisturbed'];
  readonly rivalUndisturbed?: OperatorModel['undisturbed'];
  /** What the server begins with; default: made of the definitions of the workload. */
  readonly ground?: ServerSnapshot | undefined;
  /** How long nothing may be written at the end; default ten minutes. */
  readonly rest?: Duration | undefined;
  /** Whether mishaps may find no request; default: no, a plan that names a request which never comes proves nothing. */
  readonly mayMiss?: boolean | undefined;
}

/** Mishaps are over by then: time-outs of requests and back-offs included. */
const DISTURBED = '3m';
/** L1: 60 seconds and the longest declared delay. */
const CONVERGING = '61s';
/** A supervisor begins the next life that soon. */
const RESTART_AFTER = '1s';

/** Tells the story of a plan once and checks what happened. */
export async function runPlan(plan: Plan, workload: Workload, options: RunOptions = {}): Promise<PlanOutcome> {
  const order = orderOf(plan);
  const world = await worldOf(plan, workload, { order, snapshot: options.ground ?? (await prepareGround(workload.crds)) });
  try {
    for (const { call, mishap } of plan.mishaps)
      world.faults.add(faultOfMishap(mishap, world, workload), { when: ({ index }) => index === call });
    await workload.prepare(world);
    const begin = { call: world.calls.length, seq: world.history.length };
    await workload.act(world);
    world.keepAlive(RESTART_AFTER);
    await world.advance(DISTURBED);
    if (options.mayMiss !== true) refuseUnmet(plan, world);
    world.faults.clear();
    world.notePhase('steady');
    await world.advance(CONVERGING);
    world.noteHolding();
    world.notePhase('converged');
    const end = { call: world.calls.length, seq: world.history.length };
    await world.advance(options.rest ?? '10m');
    world.noteHolding();
    world.notePhase('quiet');
    const verdict = (await workload.verdict?.(world)) ?? [];
    world.letDie();
    await world.stop();
    const kept = checkKinds(world.history, modelsOf(workload, options), workload.otherKinds);
    const violations = [...kept, ...verdict, ...complaints(plan, workload, world)].filter(
      ({ invariant }) => !excused(plan, world.calls).has(invariant),
    );
    const alternatives = order && 'alternatives' in order ? order.alternatives : undefined;
    return outcomeOf({ plan, violations, history: world.history, story: { begin, end }, alternatives });
  } finally {
    await world.close();
  }
}

/** The hash is for the few that are told twice. */
function outcomeOf(outcome: Omit<PlanOutcome, 'hash'>): PlanOutcome {
  return {
    ...outcome,
    get hash() {
      return hashHistory(outcome.history);
    },
  };
}

function modelsOf({ model, rival }: Workload, options: RunOptions): readonly OperatorModel[] {
  const { reference, undisturbed, rivalReference, rivalUndisturbed } = options;
  const second = rival && { ...rival.model, reference: rivalReference, undisturbed: rivalUndisturbed };
  return [{ ...model, reference, undisturbed }, ...(second ? [second] : [])];
}

/** Where nothing was done to anybody, nobody has anything to complain about. */
function complaints({ mishaps }: Plan, { mayFail = false }: Workload, world: Harness): readonly Violation[] {
  return mishaps.length === 0 && !mayFail ? checkNoErrors(world.facts) : [];
}

/** What is promised for the objects of each kind. */
function checkKinds(
  history: readonly HistoryEntry[],
  models: readonly OperatorModel[],
  others: readonly OperatorModel[] | undefined,
): readonly Violation[] {
  if (others === undefined) return checkOperators(history, models);
  return [...models, ...others].flatMap((model) => checkHistory(historyOfKind(history, model), model));
}

/** Without what handlers of other kinds did. */
function historyOfKind(history: readonly HistoryEntry[], { handlers }: OperatorModel): readonly HistoryEntry[] {
  const known = new Set(handlers.map(({ id }) => id));
  const foreign = new Set<number>();
  return history.filter((entry) => {
    if (entry.kind === 'handler-end') return !foreign.has(entry.invocation);
    if (entry.kind !== 'handler-start' || known.has(entry.handler)) return true;
    foreign.add(entry.invocation);
    return false;
  });
}

interface Beginning {
  readonly order: ScheduleOrder | undefined;
  readonly snapshot: ServerSnapshot;
}

function worldOf({ seed }: Plan, { config, rival, rarely }: Workload, beginning: Beginning): Promise<Harness> {
  const options = { ...beginning, seed, config, rarely };
  return rival === undefined ? createHarness(options) : createRivalry({ ...options, rival: rival.config });
}

function orderOf({ seed, order }: Plan): ScheduleOrder | DelayedOrder | undefined {
  if (order === undefined) return undefined;
  return order.by === 'pct' ? createPctOrder(createSeededRandom(seed), order.depth) : createDelayedOrder(new Map(order.delays));
}

/** A plan that names a request which never comes proves nothing; of more than two mishaps the later ones may fall away by the earlier ones. */
function refuseUnmet(plan: Plan, world: Harness): void {
  const { pending } = world.faults;
  if (pending === 0 || (plan.mishaps.length > 2 && pending < plan.mishaps.length)) return;
  throw new HarnessMisuseError(
    `${String(pending)} mishaps of the plan '${planText(plan)}' found no request: there were ${String(world.calls.length)}.`,
    'Name requests that the story has.',
  );
}

/** What the objects of a workload are like in the end when nothing goes wrong. */
export async function referenceOf(workload: Workload, seed: number): Promise<OperatorModel['reference']> {
  return (await referencesOf(workload, seed)).reference;
}

/** The same for both operators of a workload. */
export async function referencesOf(
  workload: Workload,
  seed: number,
  ground?: ServerSnapshot,
): Promise<Omit<RunOptions, 'rest' | 'ground'>> {
  const { history } = await runPlan({ workload: workload.name, seed, mishaps: [] }, workload, { ground });
  const { model, rival } = workload;
  return {
    reference: finalState(history, model),
    undisturbed: undisturbedOf(history, model),
    ...(rival ? { rivalReference: finalState(history, rival.model), rivalUndisturbed: undisturbedOf(history, rival.model) } : {}),
  };
}

/** Results that the cluster refuses are lost by design, and so is what would have come of them; what was handled is unknown where somebody took our notes away. */
function excused({ mishaps }: Plan, calls: readonly RecordedCall[]): ReadonlySet<string> {
  const excusedBy = ({ call, mishap }: PlannedMishap): readonly string[] => {
    // A merge patch has no test that could have failed: without causes it is invalid, too.
    const hasTests = calls[call]?.contentType?.includes('json-patch') ?? false;
    if (mishap.kind === 'answer' && (mishap.how === '422i' || (mishap.how === '422s' && !hasTests))) return ['S7', 'S9', 'L1'];
    return mishap.kind === 'meddled' && (mishap.how === 'garbled' || mishap.how === 'forgotten') ? ['S7'] : [];
  };
  return new Set(mishaps.flatMap(excusedBy));
}
