// Drawn stories by the thousand: each seed is one, with its faults; then everything heals, and all that was promised must hold.
import type { ServerSnapshot } from '@kopfts/apiserver';
import { checkDeterminism } from '../invariants/determinism.js';
import { type Coverage, createCoverage } from '../sweep/coverage.js';
import { type Plan, planText } from '../sweep/plan.js';
import { prepareGround } from '../sweep/ground.js';
import { type PlanOutcome, runPlan } from '../sweep/run-plan.js';
import { shrinkPlan, type ShrunkPlan } from '../sweep/shrink.js';
import type { PlanFailure } from '../sweep/sweep.js';
import type { Stores } from '../sweep/workloads.js';
import { drawStory } from './draw-story.js';
import { createDrawnWorkload, DRAWN, DRAWN_CRDS, storyWithout } from './drawn-workload.js';

export interface SwarmOptions {
  /** The first one; each next is one more. */
  readonly seed: number;
  /** How many. */
  readonly count: number;
  /** What keeps progress and diff base. */
  readonly stores: Stores;
  /** Whether stories are told without mishaps: what is found then is a false alarm, or a bug that needs none. Default false. */
  readonly faultless?: boolean | undefined;
  /** Only every n-th seed, for a part of the work. Default: all. */
  readonly share?: { readonly nth: number; readonly of: number } | undefined;
  /** Ends after so many failures. Default: never. */
  readonly mostFailures?: number | undefined;
  /** Told of every outcome. */
  readonly onOutcome?: ((outcome: PlanOutcome) => void) | undefined;
}

export interface SwarmResult {
  readonly seeds: number;
  readonly failures: readonly PlanFailure[];
  /** What was injected where. */
  readonly coverage: Coverage;
}

/** One in so many is told twice: the same seed must be the same story. */
const TOLD_TWICE = 100;

/** Tells the stories of these seeds. Never throws for a story: what it throws is a violation. */
export async function runSwarm({ seed, count, stores, faultless, share, mostFailures, onOutcome }: SwarmOptions): Promise<SwarmResult> {
  const failures: PlanFailure[] = [];
  const coverage = createCoverage();
  const ground = await prepareGround(DRAWN_CRDS);
  let seeds = 0;
  for (let nth = 0; nth < count && failures.length < (mostFailures ?? Infinity); nth += 1) {
    if (share && nth % share.of !== share.nth) continue;
    seeds += 1;
    const drawn = swarmPlan(seed + nth);
    const plan = faultless === true ? { ...drawn, mishaps: [] } : drawn;
    const heard = (outcome: PlanOutcome): void => {
      coverage.add(outcome);
      onOutcome?.(outcome);
    };
    const violations = await tell(plan, { stores, ground }, { isToldTwice: nth % TOLD_TWICE === 0, onOutcome: heard });
    if (violations.length > 0) failures.push({ plan: planText(plan), violations });
  }
  return { seeds, failures, coverage: coverage.coverage };
}

/** The plan of a seed, with the mishaps that it draws. */
export function swarmPlan(seed: number): Plan {
  return { workload: DRAWN, seed, mishaps: drawStory(seed).mishaps };
}

/** Tells a drawn story as a plan has it: only those of its parts that the plan does not leave out, and the mishaps of the plan. */
export async function runDrawn(plan: Plan, stores: Stores): Promise<PlanOutcome> {
  return runOn(plan, { stores, ground: await prepareGround(DRAWN_CRDS) });
}

/** The smallest plan that breaks one of the same promises. */
export async function shrinkDrawn(plan: Plan, stores: Stores, mostTries?: number): Promise<ShrunkPlan> {
  const place: Place = { stores, ground: await prepareGround(DRAWN_CRDS) };
  const violationsOf = (tried: Plan): Promise<PlanFailure['violations']> =>
    tell(tried, place, { isToldTwice: false, onOutcome: undefined });
  const broken = new Set((await violationsOf(plan)).map(({ invariant }) => invariant));
  const { handlers, commands } = drawStory(plan.seed);
  return shrinkPlan(plan, {
    names: [...handlers, ...commands].map(({ name }) => name),
    fails: async (smaller) => (await violationsOf(smaller)).some(({ invariant }) => broken.has(invariant)),
    mostTries,
  });
}

/** What stories have in common. */
interface Place {
  readonly stores: Stores;
  readonly ground: ServerSnapshot;
}

async function runOn(plan: Plan, { stores, ground }: Place): Promise<PlanOutcome> {
  const story = storyWithout(drawStory(plan.seed), plan.without ?? []);
  const rest = story.restsADay ? '24h' : undefined;
  return runPlan(plan, createDrawnWorkload(story, stores), { mayMiss: true, ground, rest });
}

interface Telling {
  readonly isToldTwice: boolean;
  readonly onOutcome: SwarmOptions['onOutcome'];
}

async function tell(plan: Plan, place: Place, { isToldTwice, onOutcome }: Telling): Promise<PlanFailure['violations']> {
  try {
    const outcome = await runOn(plan, place);
    onOutcome?.(outcome);
    if (!isToldTwice) return outcome.violations;
    const again = await runOn(plan, place);
    return [...outcome.violations, ...checkDeterminism(outcome.history, again.history)];
  } catch (error) {
    return [{ invariant: 'run', message: error instanceof Error ? error.message : String(error), seq: undefined }];
  }
}
