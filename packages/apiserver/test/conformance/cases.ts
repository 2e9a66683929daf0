import type { ConformanceCase } from './case.js';
import { PATCH_CASES } from './patch-cases.js';
import { READ_CASES } from './read-cases.js';
import { WATCH_CASES } from './watch-cases.js';
import { WRITE_CASES } from './write-cases.js';

/** All cases, for every server that claims to be a Kubernetes API server. */
export const CASES: readonly ConformanceCase[] = [...WRITE_CASES, ...PATCH_CASES, ...READ_CASES, ...WATCH_CASES];
