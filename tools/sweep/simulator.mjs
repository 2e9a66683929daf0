/** What the sweep is made of: the simulator, and stories of an operator that keeps its progress in annotations. */
import { annotations } from '@kopfts/persistence-annotations';
import { createWorkloads, runDrawn as tellDrawn, runSwarm } from '@kopfts/testing';

export { createJudge, DRAWN, parsePlan, planText, STRATEGIES, sweep } from '@kopfts/testing';
const stores = () => [annotations()];
export const WORKLOADS = createWorkloads(stores);
/** Drawn stories of that operator, by the thousand. */
export const swarm = (options) => runSwarm({ ...options, stores });
/** One of them. */
export const runDrawn = (plan) => tellDrawn(plan, stores);
