/** What the sweep is made of: the simulator, and stories of an operator that keeps its progress in annotations. */
import { annotations } from '@kopfts/persistence-annotations';
import {
  createJudge,
  createWorkloads,
  DRAWN,
  exploreScope,
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
