// Everything that can happen in a small world: one operator, two objects, a few deeds of people and a few faults, in every order.
import { createHash } from 'node:crypto';
import type { ServerSnapshot } from '@kopfts/apiserver';
import { isWrite } from '../call-history.js';
import type { Harness } from '../harness.js';
import { canonicalText } from '../invariants/canonical-text.js';
import { maskedObject } from '../invariants/final-state.js';
import { faultOfMishap } from '../sweep/fault-of-mishap.js';
import { type AnswerMishap, type Move, type Plan, planText } from '../sweep/plan.js';
import { prepareGround } from '../sweep/ground.js';
import { type PlanOutcome, runPlan } from '../sweep/run-plan.js';
import type { PlanFailure } from '../sweep/sweep.js';
import type { Workload } from '../sweep/workload.js';
import type { Stores } from '../sweep/workloads.js';
import { createDrawnWorkload, DRAWN_CRDS } from '../swarm/drawn-workload.js';
import { SMALL_STORY } from './small-story.js';

/** Workloads of this name are the small world, with the moves of the plan. */
export const SMALL = 'small';

export interface ScopeBounds {
  /** The most deeds of people: creations, edits, deletions. Default 3. */
  readonly deeds?: number | undefined;
  /** The most faults. Default 2. */
  readonly faults?: number | undefined;
  /** How often time may pass in between. Default 1. */
  readonly waits?: number | undefined;
  /** Ends after so many runs; default: when everything was seen. */
  readonly mostRuns?: number | undefined;
  /** Only what begins with every n-th of the ways of three moves: `{ nth: 1, of: 16 }` is the second slice. Default: all. */
  readonly slice?: { readonly nth: number; readonly of: number } | undefined;
}

export interface ScopeResult {
  /** How often the world was run: once for each way to a state that was not seen before. */
  readonly runs: number;
  /** Distinct states: the objects in the cluster, what the operator holds and whether it lives, and which fault waits. */
  readonly states: number;
  /** Whether there is nothing within the bounds that was not tried. */
  readonly isComplete: boolean;
  readonly failures: readonly PlanFailure[];
}

const POINTS = ['c1', 'c2', 'c3', 'c4'] as const;
const ANSWERS: readonly AnswerMishap[] = ['409', '504c', 'lost'];
const FAULTS: readonly Move[] = [
  ...POINTS.map((point): Move => ({ do: 'kill', point })),
  ...ANSWERS.map((how): Move => ({ do: 'answer', how })),
];
/** Shorter ways are in all slices. */
const SLICED_AT = 3;
/** A retry of the story is due within that time. */
const WAIT = '1500ms';
const OBJECTS = ['a', 'b'] as const;

/**
 * Breadth first: each way to a new state is told to its end, healed and judged, and goes on from there. A way to a state that another way led
 * to with as much left to spend is judged, but not followed.
 */
export async function exploreScope(seed: number, stores: Stores, bounds: ScopeBounds = {}): Promise<ScopeResult> {
  const { mostRuns = Infinity, slice = { nth: 0, of: 1 } } = bounds;
  let sliced = 0;
  const isOurs = ({ length }: readonly Move[]): boolean => length !== SLICED_AT || sliced++ % slice.of === slice.nth;
  const seen = new Set<string>();
  const states = new Set<string>();
  const failures: PlanFailure[] = [];
  const waiting: (readonly Move[])[] = [[]];
  const ground = await prepareGround(DRAWN_CRDS);
  let runs = 0;
  for (let moves = waiting.shift(); moves !== undefined; moves = waiting.shift()) {
    if (runs >= mostRuns) return { runs, states: states.size, isComplete: false, failures };
    runs += 1;
    const plan = planOfMoves(seed, moves);
    const { outcome, state, exists } = await runMoves(plan, stores, ground);
    if (outcome.violations.length > 0) failures.push({ plan: planText(plan), violations: outcome.violations });
    states.add(state);
    const key = `${state} ${spentText(moves)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const next of nextMoves(moves, exists, bounds)) if (isOurs([...moves, next])) waiting.push([...moves, next]);
  }
  return { runs, states: states.size, isComplete: true, failures };
}

/** Tells the story of the moves of a plan, and judges it. */
export async function runSmall(plan: Plan, stores: Stores): Promise<PlanOutcome> {
  return (await runMoves(plan, stores)).outcome;
}

function planOfMoves(seed: number, moves: readonly Move[]): Plan {
  return { workload: SMALL, seed, mishaps: [], ...(moves.length === 0 ? {} : { moves }) };
}

interface Reached {
  readonly outcome: PlanOutcome;
  readonly state: string;
  /** The names of the objects that are there. */
  readonly exists: ReadonlySet<string>;
}

async function runMoves(plan: Plan, stores: Stores, ground?: ServerSnapshot): Promise<Reached> {
  const base = createDrawnWorkload(SMALL_STORY, stores);
  let reached: Omit<Reached, 'outcome'> = { state: '', exists: new Set() };
  const workload: Workload = {
    ...base,
    name: SMALL,
    act: async (world) => {
      await base.act(world);
      for (const move of plan.moves ?? []) await carryOut(move, world, base);
      reached = await stateOf(world, base);
    },
  };
  const outcome = await runPlan(plan, workload, { mayMiss: true, ground });
  return { ...reached, outcome };
}

async function carryOut(move: Move, world: Harness, workload: Workload): Promise<void> {
  switch (move.do) {
    case 'create':
      await world.create(named(workload, move.object));
      break;
    case 'edit':
      await world.patch(named(workload, move.object), { spec: { size: 2 } });
      break;
    case 'delete':
      await world.delete(named(workload, move.object));
      break;
    case 'kill':
    case 'answer': {
      const mishap = move.do === 'kill' ? ({ kind: 'kill', point: move.point } as const) : ({ kind: 'answer', how: move.how } as const);
      world.faults.add(faultOfMishap(mishap, world, workload), { when: isWrite });
      return;
    }
    case 'wait':
      await world.advance(WAIT);
      return;
  }
  await world.settle();
}

function named({ object }: Workload, name: string): Workload['object'] {
  return { ...object, metadata: { ...object.metadata, name } };
}

async function stateOf(world: Harness, { model, object }: Workload): Promise<Omit<Reached, 'outcome'>> {
  const bodies = await world.list({ apiVersion: object.apiVersion, kind: object.kind });
  const names = new Map<string, string>(bodies.map(({ metadata }) => [metadata.uid, metadata.name]));
  world.noteHolding();
  const held = world.running ? world.history.findLast((entry) => entry.kind === 'holding') : undefined;
  const text = canonicalText({
    cluster: bodies.map((body) => maskedObject(body, model)),
    held: held?.kind === 'holding' ? held.objects.map((uid) => names.get(uid) ?? 'gone').sort() : [],
    runs: world.running,
    waits: world.faults.pending,
  });
  return { state: createHash('sha256').update(text).digest('hex'), exists: new Set(names.values()) };
}

/** What of the bounds was spent, and which fault waits: states alike in this have the same future. */
function spentText(moves: readonly Move[]): string {
  const { deeds, faults, waits } = spent(moves);
  const last = moves.findLast((move) => move.do === 'kill' || move.do === 'answer');
  return `${String(deeds)} ${String(faults)} ${String(waits)} ${JSON.stringify(last ?? null)}`;
}

function spent(moves: readonly Move[]): { readonly deeds: number; readonly faults: number; readonly waits: number } {
  const faults = moves.filter((move) => move.do === 'kill' || move.do === 'answer').length;
  const waits = moves.filter((move) => move.do === 'wait').length;
  return { deeds: moves.length - faults - waits, faults, waits };
}

function nextMoves(moves: readonly Move[], exists: ReadonlySet<string>, bounds: ScopeBounds): readonly Move[] {
  const { deeds, faults, waits } = spent(moves);
  const next: Move[] = [];
  if (deeds < (bounds.deeds ?? 3)) next.push(...OBJECTS.flatMap((object) => deedsWith(object, moves, exists)));
  // A fault is for what follows: after the last deed nothing is written but retries.
  if (faults < (bounds.faults ?? 2) && (deeds < (bounds.deeds ?? 3) || waits < (bounds.waits ?? 1))) next.push(...FAULTS);
  if (waits < (bounds.waits ?? 1) && deeds > 0 && moves.at(-1)?.do !== 'wait') next.push({ do: 'wait' });
  return next;
}

/** Both objects are alike: whoever comes first is called `a`. */
function deedsWith(object: 'a' | 'b', moves: readonly Move[], exists: ReadonlySet<string>): readonly Move[] {
  if (object === 'b' && !moves.some((move) => move.do === 'create')) return [];
  return exists.has(object)
    ? [
        { do: 'edit', object },
        { do: 'delete', object },
      ]
    : [{ do: 'create', object }];
}
