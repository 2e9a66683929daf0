// Situations in which people ask why, each made by what an operator really does.
import type { ExplainedSituation } from './explained-situation.js';
import { CLUSTER_SITUATIONS } from './situations-of-clusters.js';
import { OBJECTS_SITUATIONS } from './situations-of-objects.js';
import { FILTERS_SITUATIONS } from './situations-of-filters.js';
import { HANDLERS_SITUATIONS } from './situations-of-handlers.js';
import { TASKS_SITUATIONS } from './situations-of-tasks.js';

export const SITUATIONS: readonly ExplainedSituation[] = [
  ...CLUSTER_SITUATIONS,
  ...OBJECTS_SITUATIONS,
  ...FILTERS_SITUATIONS,
  ...HANDLERS_SITUATIONS,
  ...TASKS_SITUATIONS,
];
