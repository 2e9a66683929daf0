// Drawn stories by the thousand: each seed is one, with its faults; then everything heals, and all that was promised must hold.
import { checkDeterminism } from '../invariants/determinism.js';
import { type Plan, planText } from '../sweep/plan.js';
import { type PlanOutcome, runPlan } from '../sweep/run-plan.js';
import type { PlanFailure } from '../sweep/sweep.js';
import type { Stores } from '../sweep/workloads.js';
import { drawStory } from './draw-story.js';
import { createDrawnWorkload, DRAWN, storyWithout } from './drawn-workload.js';

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
}

/** One in so many is told twice: the same seed must be the same story. */
const TOLD_TWICE = 100;
/** One in so many rests for a whole day. */
const RESTS_A_DAY = 100;

/** Tells the stories of these seeds. Never throws for a story: what it throws is a violation. */
export async function runSwarm({ seed, count, stores, faultless, share, mostFailures, onOutcome }: SwarmOptions): Promise<SwarmResult> {
  const failures: PlanFailure[] = [];
  let seeds = 0;
  for (let nth = 0; nth < count && failures.length < (mostFailures ?? Infinity); nth += 1) {
    if (share && nth % share.of !== share.nth) continue;
    seeds += 1;
    const plan = swarmPlan(seed + nth);
    const violations = await tell(faultless === true ? { ...plan, mishaps: [] } : plan, stores, { nth, onOutcome });
    if (violations.length > 0) failures.push({ plan: planText(faultless === true ? { ...plan, mishaps: [] } : plan), violations });
  }
  return { seeds, failures };
}

/** The plan of a seed, with the mishaps that it draws. */
export function swarmPlan(seed: number): Plan {
  return { workload: DRAWN, seed, mishaps: drawStory(seed).mishaps };
}

/** Tells a drawn story as a plan has it: only those of its parts that the plan does not leave out, and the mishaps of the plan. */
export async function runDrawn(plan: Plan, stores: Stores, restsADay = false): Promise<PlanOutcome> {
  const story = storyWithout(drawStory(plan.seed), plan.without ?? []);
  return runPlan(plan, createDrawnWorkload(story, stores), { mayMiss: true, rest: restsADay ? '24h' : undefined });
}

interface Telling {
  readonly nth: number;
  readonly onOutcome: SwarmOptions['onOutcome'];
}

async function tell(plan: Plan, stores: Stores, { nth, onOutcome }: Telling): Promise<PlanFailure['violations']> {
  try {
    const restsADay = nth % RESTS_A_DAY === RESTS_A_DAY - 1;
    const outcome = await runDrawn(plan, stores, restsADay);
    onOutcome?.(outcome);
    if (nth % TOLD_TWICE !== 0) return outcome.violations;
    const again = await runDrawn(plan, stores, restsADay);
    return [...outcome.violations, ...checkDeterminism(outcome.history, again.history)];
  } catch (error) {
    return [{ invariant: 'run', message: error instanceof Error ? error.message : String(error), seq: undefined }];
  }
}
