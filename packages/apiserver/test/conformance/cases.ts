import type { ConformanceCase } from './case.js';
import { CREATE_CASES } from './create-cases.js';
import { DELETE_CASES } from './delete-cases.js';
import { FORM_CASES } from './form-cases.js';
import { LIST_CASES } from './list-cases.js';
import { PATCH_CASES } from './patch-cases.js';
import { UPDATE_CASES } from './update-cases.js';
import { WATCH_CASES } from './watch-cases.js';

/** All cases, for every server that claims to be a Kubernetes API server. */
export const CASES: readonly ConformanceCase[] = [
  ...CREATE_CASES,
  ...UPDATE_CASES,
  ...DELETE_CASES,
  ...PATCH_CASES,
  ...LIST_CASES,
  ...FORM_CASES,
  ...WATCH_CASES,
];
