import { APPLY_BUILTIN_CASES } from './apply-builtin-cases.js';
import { APPLY_CASES } from './apply-cases.js';
import { APPLY_REFUSAL_CASES } from './apply-refusal-cases.js';
import { APPLY_TYPE_CASES } from './apply-type-cases.js';
import type { ConformanceCase } from './case.js';
import { CEL_LIMIT_SCENARIOS } from './cel-limit-scenarios.js';
import { CEL_SCENARIOS } from './cel-scenarios.js';
import { CREATE_CASES } from './create-cases.js';
import { DELETE_CASES } from './delete-cases.js';
import { FORM_CASES } from './form-cases.js';
import { LIST_CASES } from './list-cases.js';
import { OWNER_ENTRY_CASES } from './owner-entry-cases.js';
import { OWNERSHIP_CASES } from './ownership-cases.js';
import { PATCH_CASES } from './patch-cases.js';
import { UPDATE_CASES } from './update-cases.js';
import { ACCESS_SCENARIOS } from './access-scenarios.js';
import { DEFINITION_SCENARIOS } from './definition-scenarios.js';
import { DISCOVERY_SCENARIOS } from './discovery-scenarios.js';
import { ESCALATION_SCENARIOS } from './escalation-scenarios.js';
import { FOUND_CASES } from './found-cases.js';
import { FOUND_SCENARIOS } from './found-scenarios.js';
import { KIND_SCENARIOS } from './kind-scenarios.js';
import { LIST_SCENARIOS } from './list-scenarios.js';
import { NUMBER_SCENARIOS } from './number-scenarios.js';
import { OBJECT_SCENARIOS } from './object-scenarios.js';
import { SCALE_CASES, SCALE_SCENARIOS } from './scale-cases.js';
import { recordedCases } from './scenario.js';
import { SCHEMA_SCENARIOS } from './schema-scenarios.js';
import { STORED_FORM_SCENARIOS } from './stored-form-scenarios.js';
import { STRATEGIC_SCENARIOS } from './strategic-scenarios.js';
import { WATCH_CASES } from './watch-cases.js';

/** Requests whose answers by the real server are recorded. */
export const SCENARIOS = [
  ...ACCESS_SCENARIOS,
  ...OBJECT_SCENARIOS,
  ...KIND_SCENARIOS,
  ...LIST_SCENARIOS,
  ...DISCOVERY_SCENARIOS,
  ...NUMBER_SCENARIOS,
  ...ESCALATION_SCENARIOS,
  ...SCALE_SCENARIOS,
  ...CEL_SCENARIOS,
  ...CEL_LIMIT_SCENARIOS,
  ...FOUND_SCENARIOS,
  ...DEFINITION_SCENARIOS,
  ...SCHEMA_SCENARIOS,
  ...STRATEGIC_SCENARIOS,
  ...STORED_FORM_SCENARIOS,
];

/** All cases, for every server that claims to be a Kubernetes API server; with `isRecording` only those that need no recording. */
export const casesOf = (options: { readonly isRecording: boolean }): readonly ConformanceCase[] => [
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
  ...SCALE_CASES,
  ...FOUND_CASES,
  ...(options.isRecording ? [] : recordedCases(SCENARIOS)),
];
