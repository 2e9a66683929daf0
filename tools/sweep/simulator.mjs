/** What the sweep is made of: the simulator, and stories of an operator that keeps its progress in annotations. */
import { annotations } from '@kopfts/persistence-annotations';
import {
  createJudge,
  createWorkloads,
  DRAWN,
  exploreDelays,
  exploreScope,
  planText,
  runDrawn as tellDrawn,
  runSmall as tellSmall,
  runSwarm,
  shrinkDrawn,
  shrinkPlan,
} from '@kopfts/testing';

export { addCoverage, createJudge, DRAWN, parsePlan, planText, SMALL, STRATEGIES, sweep } from '@kopfts/testing';
const stores = () => [annotations()];
export const WORKLOADS = createWorkloads(stores);
/** Drawn stories of that operator, by the thousand. */
export const swarm = (options) => runSwarm({ ...options, stores });
/** One of them. */
export const runDrawn = (plan) => tellDrawn(plan, stores);

/** All that can happen in a small world, and one of those stories. */
export const scope = ({ seed, bounds }) => exploreScope(seed, stores, bounds);
export const runSmall = (plan) => tellSmall(plan, stores);

/** The smallest plan that breaks one of the same promises. */
export async function shrink(plan) {
  if (plan.workload === DRAWN) return shrinkDrawn(plan, stores);
  const workload = WORKLOADS.find(({ name }) => name === plan.workload);
  if (workload === undefined || plan.mishaps.length < 2) return { plan };
  const judge = await createJudge(workload, plan.seed);
  const broken = async (tried) => (await judge(tried)).violations.map(({ invariant }) => invariant);
  const before = new Set(await broken(plan));
  return shrinkPlan(plan, { fails: async (smaller) => (await broken(smaller)).some((invariant) => before.has(invariant)) });
}

/** Of every n-th story, each interleaving that is so few delays from everything in turn: see `exploreDelays`. */
export async function delays({ seed, share, workloads, bounds }) {
  const chosen = WORKLOADS.filter(({ name }) => workloads?.includes(name) ?? true).filter((_, place) => place % share.of === share.nth);
  const found = { stories: [], failures: [] };
  for (const workload of chosen) {
    const judge = await createJudge(workload, seed);
    let deepest = 0;
    let failed = 0;
    const runs = await exploreDelays(bounds, async (_, delayed) => {
      const plan = { workload: workload.name, seed, mishaps: [], order: { by: 'delays', delays: [...delayed] } };
      const { violations, alternatives = [] } = await judge(plan);
      deepest = Math.max(deepest, delayed.size);
      if (violations.length > 0 && (failed += 1) <= MOST_FAILED) found.failures.push({ plan: planText(plan), violations });
      return alternatives;
    });
    found.stories.push({ workload: workload.name, runs, deepest, isComplete: runs < bounds.mostRuns });
  }
  return found;
}

/** Of a story: others fail for the same reason. */
const MOST_FAILED = 10;
