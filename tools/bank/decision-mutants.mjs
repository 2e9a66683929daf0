/** Bugs of what is decided: progress, causes, finalizers. */
import { drawn, swap, swept, tested } from './plant.mjs';

const PROGRESS = 'core/handlers/progress.ts';
const PASS = 'core/engine/process-object.ts';
const BOOKS = 'core/engine/plan-bookkeeping.ts';
const SELECT = 'core/handlers/select.ts';
const FINALIZER = 'core/cause/finalizer.ts';
const CAUSE = 'core/cause/detect-cause.ts';

const PROGRESS_BUGS = [
  swept(
    'attempts-not-counted',
    'a retry does not count',
    'crash',
    swap(PROGRESS, 'retries: record.retries + 1, delayed: undefined, message', 'retries: record.retries, delayed: undefined, message'),
  ),
  swept(
    'delay-forgotten',
    'a retry comes at once, whatever delay was asked for',
    'crash',
    swap(PROGRESS, 'delayed: outcome.delayMs === undefined ? undefined : now + outcome.delayMs, message', 'delayed: undefined, message'),
  ),
  swept(
    'delay-not-looked-at',
    'who waits for a retry runs with everybody else',
    'crash',
    swap(PROGRESS, '!isFinished(record) && (record.delayed === undefined || record.delayed <= now)', '!isFinished(record)'),
  ),
  swept(
    'success-is-forgotten',
    'who succeeded runs again',
    'crash',
    swap(PROGRESS, 'return record.success || record.failure;', 'return record.failure;'),
  ),
  swept(
    'done-when-one-is',
    'a change is handled when the first handler is',
    'crash',
    swap(PROGRESS, 'return [...progress.values()].every(({ active', 'return [...progress.values()].some(({ active'),
  ),
  swept(
    'progress-starts-over',
    'records are read, and not used',
    'crash',
    swap(
      PROGRESS,
      'record: active.has(id) ? takenOver(record, purpose, now) : record, stored',
      'record: emptyRecord(purpose, now), stored',
    ),
  ),
  swept(
    'progress-not-stored',
    'attempts are known to the process only',
    'crash',
    swap(BOOKS, 'const changed = changedRecords(progress.progress);', 'const changed = changedRecords(new Map());'),
  ),
  swept(
    'handled-while-unfinished',
    'the essence counts as handled before all handlers are done',
    'crash',
    swap(BOOKS, "if (!done || reason === 'delete') return {};", "if (reason === 'delete') return {};"),
  ),
  swept(
    'no-next-look',
    'a retry is looked at when the net catches it',
    'crash',
    swap('core/engine/run-pass.ts', 'nextAttemptMs(state.progress, ctx.clock.now()) ?? 0, MAX_WAIT_MS', 'MAX_WAIT_MS, MAX_WAIT_MS'),
  ),
  swept(
    'newest-counts-as-handled',
    'what somebody changed during the pass counts as handled (assumed consistency)',
    'external',
    swap(
      BOOKS,
      '    return selectChangeHandlers(kind.change, cause, match).selected.length === 0 ? next : handled;',
      '    return match === undefined ? handled : next;',
    ),
  ),
  tested(
    'limit-off-by-one',
    'one retry more than allowed',
    'packages/core/src/handlers/outcome.test.ts',
    swap('core/handlers/outcome.ts', 'record.retries + 1 >= policy.retries', 'record.retries >= policy.retries'),
  ),
  tested(
    'time-out-never',
    'a handler that is out of time is called again',
    'packages/core/src/handlers/outcome.test.ts',
    swap(
      'core/handlers/outcome.ts',
      "now - record.started >= policy.timeoutMs) {\n    return { kind: 'failed', error: timeoutError",
      "now < record.started) {\n    return { kind: 'failed', error: timeoutError",
    ),
  ),
  drawn(
    'permanent-is-retried',
    'a permanent error is an ordinary one',
    { seed: 1, count: 40 },
    swap('core/handlers/outcome.ts', "if (isPermanentError(error)) return { kind: 'failed', error };", ''),
  ),
  tested(
    'superseded-stays',
    'records of a change that gave way stay on the object',
    'packages/core/src/handlers/progress.test.ts',
    swap(PROGRESS, '(id) => !active.has(id) && !kept.has(id),', '() => false,'),
  ),
];

const CAUSE_BUGS = [
  swept('update-missed', 'a change of the essence is nothing', 'crash', swap(CAUSE, "if (!isSame) return 'update';", ''), ['update']),
  swept(
    'creation-is-an-update',
    'what was never handled is compared with nothing',
    'crash',
    swap(CAUSE, "if (seen.stored === undefined) return 'create';", ''),
    ['create'],
  ),
  swept('deletion-is-free', 'our finalizer is not looked at', 'crash', swap(CAUSE, "seen.finalizerPresent ? 'delete' : 'free'", "'free'"), [
    'delete',
  ]),
  swept(
    'resumption-missed',
    'a restart resumes nothing',
    'crash',
    swap(CAUSE, "return seen.initial ? 'resume' : 'noop';", "return 'noop';"),
    ['update'],
  ),
  drawn(
    'resumed-again-and-again',
    'an object is resumed with each change',
    { seed: 1, count: 40 },
    swap('core/engine/pass-input.ts', 'initial: slot.noticedByListing && !slot.fullyHandledOnce,', 'initial: slot.noticedByListing,'),
  ),
  tested(
    'resume-mixes-into-creation',
    'what is created and found by a list is resumed, too',
    'packages/core/src/cause/detect-cause.test.ts',
    swap(CAUSE, "initial: seen.initial && reason !== 'create'", 'initial: seen.initial'),
  ),
  tested(
    'field-change-missed',
    'a diff is not reduced to the field',
    'packages/core/src/handlers/select.test.ts',
    swap(SELECT, 'diff: reduceDiff(cause.diff, field),', 'diff: cause.diff,'),
  ),
  tested(
    'gone-handled',
    'an object that is gone has its deletion handled',
    'packages/core/src/cause/detect-cause.test.ts',
    swap(CAUSE, "if (seen.gone) return 'gone';", ''),
  ),
];

const FINALIZER_BUGS = [
  swept(
    'no-finalizer',
    'a delete handler does not ask for the finalizer',
    'crash',
    swap(
      SELECT,
      "handler.reason === 'delete' && !handler.optional && prematchHandler",
      "handler.reason !== 'delete' && !handler.optional && handler.reason === undefined && prematchHandler",
    ),
    ['create'],
  ),
  swept(
    'finalizer-after-handlers',
    'handlers of a creation run before the finalizer is on the object',
    'crash',
    swap(
      PASS,
      "  if (finalizer !== 'keep') return settleFinalizer(ctx, slot, { finalizer, turn });\n",
      `  if (finalizer !== 'keep') {
    return runPass(ctx, slot, { input, reason: input.cause.reason, turn }).then(() => settleFinalizer(ctx, slot, { finalizer, turn }));
  }
`,
    ),
    ['create'],
  ),
  tested(
    'finalizer-by-place',
    'the finalizer is removed by its place, whoever is there',
    'packages/core/src/cause/finalizer.test.ts',
    swap(FINALIZER, "    ...places.map((path): JsonPatchOperation => ({ op: 'test', path, value: finalizer })),\n", ''),
  ),
  swept(
    'finalizer-of-another',
    'the finalizer is added to whoever has the name',
    'error',
    swap(
      FINALIZER,
      "    return [\n      sameObject,\n      { op: 'test', path: '/metadata/finalizers', value: null },",
      "    return [\n      { op: 'test', path: '/metadata/finalizers', value: null },",
    ),
    ['create'],
  ),
  swept(
    'daemon-not-awaited',
    'an object is released while its daemon still runs',
    'crash',
    swap(PASS, '  await untilLetGo(ctx, slot);\n', ''),
    ['background-end'],
  ),
  tested(
    'finalizer-stays',
    'a handled deletion keeps the finalizer, where the store is outside of the cluster',
    'packages/testing/test/external-places.test.ts',
    swap('core/engine/run-pass.ts', "finalizer: 'remove'", "finalizer: 'add'"),
  ),
  tested(
    'finalizer-while-deleting',
    'a finalizer is added to what is being deleted',
    'packages/core/src/cause/finalizer.test.ts',
    swap(FINALIZER, 'state.required && !state.present && !state.deleting', 'state.required && !state.present'),
  ),
  tested(
    'foreign-finalizer-removed',
    'a finalizer that may be of another operator is removed',
    'packages/core/src/cause/finalizer.test.ts',
    swap(FINALIZER, '!state.required && state.present && state.mayRemove', '!state.required && state.present'),
  ),
  tested(
    'one-of-two-finalizers',
    'only the first of two equal finalizers is removed',
    'packages/core/src/cause/finalizer.test.ts',
    swap(FINALIZER, '`/metadata/finalizers/${i}`] : [])).reverse();', '`/metadata/finalizers/${i}`] : [])).slice(0, 1);'),
  ),
];

export const DECISION_MUTANTS = [...PROGRESS_BUGS, ...CAUSE_BUGS, ...FINALIZER_BUGS];
