/** What the sweep is made of: the simulator, and stories of an operator that keeps its progress in annotations. */
import { annotations } from '@kopfts/persistence-annotations';
import { createWorkloads } from '@kopfts/testing';

export { createJudge, parsePlan, planText, STRATEGIES, sweep } from '@kopfts/testing';
export const WORKLOADS = createWorkloads(() => [annotations()]);
