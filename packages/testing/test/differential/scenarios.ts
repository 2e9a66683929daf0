import type { Scenario } from './scenario.js';
import { scenario as annotationFilters } from './scenarios/annotation-filters.js';
import { scenario as arbitraryError } from './scenarios/arbitrary-error.js';
import { scenario as asap } from './scenarios/asap.js';
import { scenario as changeInCreation } from './scenarios/change-in-creation.js';
import { scenario as changeInUpdate } from './scenarios/change-in-update.js';
import { scenario as createResult } from './scenarios/create-result.js';
import { scenario as createdWhileDown } from './scenarios/created-while-down.js';
import { scenario as daemonCancelled } from './scenarios/daemon-cancelled.js';
import { scenario as daemonDeletion } from './scenarios/daemon-deletion.js';
import { scenario as daemonFilters } from './scenarios/daemon-filters.js';
import { scenario as daemonRestart } from './scenarios/daemon-restart.js';
import { scenario as daemonRetries } from './scenarios/daemon-retries.js';
import { scenario as daemonStopped } from './scenarios/daemon-stopped.js';
import { scenario as deleteFinalizer } from './scenarios/delete-finalizer.js';
import { scenario as deleteRetries } from './scenarios/delete-retries.js';
import { scenario as deletedWhileDown } from './scenarios/deleted-while-down.js';
import { scenario as downtimeChanges } from './scenarios/downtime-changes.js';
import { scenario as errorsModes } from './scenarios/errors-modes.js';
import { scenario as eventPatches } from './scenarios/event-patches.js';
import { scenario as fieldHandlers } from './scenarios/field-handlers.js';
import { scenario as fieldValues } from './scenarios/field-values.js';
import { scenario as finalizerUnneeded } from './scenarios/finalizer-unneeded.js';
import { scenario as foreignFinalizer } from './scenarios/foreign-finalizer.js';
import { scenario as immediateRetry } from './scenarios/immediate-retry.js';
import { scenario as indexErrors } from './scenarios/index-errors.js';
import { scenario as indexFilters } from './scenarios/index-filters.js';
import { scenario as indexReady } from './scenarios/index-ready.js';
import { scenario as indexValues } from './scenarios/index-values.js';
import { scenario as killedInHandler } from './scenarios/killed-in-handler.js';
import { scenario as killedInRetries } from './scenarios/killed-in-retries.js';
import { scenario as labelFilters } from './scenarios/label-filters.js';
import { scenario as lastApplied } from './scenarios/last-applied.js';
import { scenario as longIds } from './scenarios/long-ids.js';
import { scenario as memo } from './scenarios/memo.js';
import { scenario as nestedSubHandlers } from './scenarios/nested-sub-handlers.js';
import { scenario as noOpChanges } from './scenarios/no-op-changes.js';
import { scenario as noStatusEndpoint } from './scenarios/no-status-endpoint.js';
import { scenario as oddNumbers } from './scenarios/odd-numbers.js';
import { scenario as oddText } from './scenarios/odd-text.js';
import { scenario as oldNew } from './scenarios/old-new.js';
import { scenario as onField } from './scenarios/on-field.js';
import { scenario as oneFunction } from './scenarios/one-function.js';
import { scenario as optionalDelete } from './scenarios/optional-delete.js';
import { scenario as ownMetadata } from './scenarios/own-metadata.js';
import { scenario as ownSpec } from './scenarios/own-spec.js';
import { scenario as params } from './scenarios/params.js';
import { scenario as patchFunctions } from './scenarios/patch-functions.js';
import { scenario as permanentError } from './scenarios/permanent-error.js';
import { scenario as prunedResults } from './scenarios/pruned-results.js';
import { scenario as restartInRetries } from './scenarios/restart-in-retries.js';
import { scenario as restartInSubHandlers } from './scenarios/restart-in-sub-handlers.js';
import { scenario as resultKinds } from './scenarios/result-kinds.js';
import { scenario as resume } from './scenarios/resume.js';
import { scenario as resumeChanged } from './scenarios/resume-changed.js';
import { scenario as resumeDeleted } from './scenarios/resume-deleted.js';
import { scenario as retriesLimit } from './scenarios/retries-limit.js';
import { scenario as severalHandlers } from './scenarios/several-handlers.js';
import { scenario as statusField } from './scenarios/status-field.js';
import { scenario as stealth } from './scenarios/stealth.js';
import { scenario as stoppedInHandler } from './scenarios/stopped-in-handler.js';
import { scenario as subHandlers } from './scenarios/sub-handlers.js';
import { scenario as supersededCreation } from './scenarios/superseded-creation.js';
import { scenario as supersededShared } from './scenarios/superseded-shared.js';
import { scenario as temporaryError } from './scenarios/temporary-error.js';
import { scenario as timeoutLimit } from './scenarios/timeout-limit.js';
import { scenario as timerInterval } from './scenarios/timer-interval.js';
import { scenario as timerOnce } from './scenarios/timer-once.js';
import { scenario as timerRetries } from './scenarios/timer-retries.js';
import { scenario as unhandledChanges } from './scenarios/unhandled-changes.js';
import { scenario as updateDiff } from './scenarios/update-diff.js';
import { scenario as updateInDowntimeRetries } from './scenarios/update-in-downtime-retries.js';
import { scenario as whenFilters } from './scenarios/when-filters.js';

export const SCENARIOS: readonly Scenario[] = [
  annotationFilters,
  arbitraryError,
  asap,
  changeInCreation,
  changeInUpdate,
  createResult,
  createdWhileDown,
  daemonCancelled,
  daemonDeletion,
  daemonFilters,
  daemonRestart,
  daemonRetries,
  daemonStopped,
  deleteFinalizer,
  deleteRetries,
  deletedWhileDown,
  downtimeChanges,
  errorsModes,
  eventPatches,
  fieldHandlers,
  fieldValues,
  finalizerUnneeded,
  foreignFinalizer,
  immediateRetry,
  indexErrors,
  indexFilters,
  indexReady,
  indexValues,
  killedInHandler,
  killedInRetries,
  labelFilters,
  lastApplied,
  longIds,
  memo,
  nestedSubHandlers,
  noOpChanges,
  noStatusEndpoint,
  oddNumbers,
  oddText,
  oldNew,
  onField,
  oneFunction,
  optionalDelete,
  ownMetadata,
  ownSpec,
  params,
  patchFunctions,
  permanentError,
  prunedResults,
  restartInRetries,
  restartInSubHandlers,
  resultKinds,
  resume,
  resumeChanged,
  resumeDeleted,
  retriesLimit,
  severalHandlers,
  statusField,
  stealth,
  stoppedInHandler,
  subHandlers,
  supersededCreation,
  supersededShared,
  temporaryError,
  timeoutLimit,
  timerInterval,
  timerOnce,
  timerRetries,
  unhandledChanges,
  updateDiff,
  updateInDowntimeRetries,
  whenFilters,
];

export function scenarioNamed(wanted: string): Scenario {
  const scenario = SCENARIOS.find(({ name }) => name === wanted);
  if (scenario === undefined) throw new Error(`there is no scenario ${wanted}`);
  return scenario;
}
