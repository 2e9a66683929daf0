import { APPLY_BUILTIN_CASES } from './apply-builtin-cases.js';
import { APPLY_CASES } from './apply-cases.js';
import { APPLY_REFUSAL_CASES } from './apply-refusal-cases.js';
import { APPLY_TYPE_CASES } from './apply-type-cases.js';
import type { ConformanceCase } from './case.js';
import { CREATE_CASES } from './create-cases.js';
import { DELETE_CASES } from './delete-cases.js';
import { FORM_CASES } from './form-cases.js';
import { LIST_CASES } from './list-cases.js';
import { OWNER_ENTRY_CASES } from './owner-entry-cases.js';
import { OWNERSHIP_CASES } from './ownership-cases.js';
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
  ...OWNERSHIP_CASES,
  ...OWNER_ENTRY_CASES,
  ...APPLY_CASES,
  ...APPLY_TYPE_CASES,
  ...APPLY_REFUSAL_CASES,
  ...APPLY_BUILTIN_CASES,
];
