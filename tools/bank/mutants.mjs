/**
 * The bug bank: mistakes that operator frameworks were seen to make, or that we made ourselves, each planted into a copy of the sources and
 * killed by the strategy that is named. A strategy of the sweep tells the stories `workloads` (default: `create`, `update`, `delete`); `suite` runs a test file.
 * Each is a replacement of some text; where that text is no longer there, the bug must be planted anew.
 */
import { PLANTED_BUGS } from '../sweep/planted-bugs.mjs';
import { fromRoot } from '../workspace.mjs';

const file = (name) => fromRoot('packages', ...name.split('/').toSpliced(1, 0, 'src'));

/** One replacement. */
const swap = (path, text, by) => ({ file: file(path), text, by });

/** Killed by a strategy of the sweep. */
const swept = (name, is, strategy, changes, workloads = ['create', 'update', 'delete']) => ({
  name,
  is,
  strategies: [strategy],
  workloads,
  changes: Array.isArray(changes) ? changes : [changes],
});

/** Killed by tests of the pure decision, a contract or a story. */
const tested = (name, is, suite, changes) => ({ name, is, suite, changes: Array.isArray(changes) ? changes : [changes] });

const PROGRESS = 'core/handlers/progress.ts';
const SLOT = 'core/engine/object-slot.ts';
const APPLY = 'core/engine/apply-patch.ts';
const PASS = 'core/engine/process-object.ts';
const BOOKS = 'core/engine/plan-bookkeeping.ts';
const SELECT = 'core/handlers/select.ts';
const FINALIZER = 'core/cause/finalizer.ts';
const CAUSE = 'core/cause/detect-cause.ts';
const KNOWN = 'kubernetes/watch/known-objects.ts';
const MACHINE = 'kubernetes/watch/watch-machine.ts';
const ANSWERS = 'kubernetes/transport/status-error.ts';

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
      'record: active.has(id) && isOther ? { ...record, purpose } : record, stored',
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
      '    return selectChangeHandlers(slot.kind.change, cause, match).selected.length === 0 ? next : handled;',
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
  tested(
    'permanent-is-retried',
    'a permanent error is an ordinary one',
    'packages/core/src/handlers/outcome.test.ts',
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
  tested(
    'resumed-again-and-again',
    'an object is resumed with each change',
    'packages/testing/test/causes.test.ts',
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
    swap(PASS, "  if (finalizer !== 'kept') return finalizer === 'written' ? 0 : 1000;\n", ''),
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
  swept(
    'finalizer-stays',
    'a handled deletion keeps the finalizer',
    'crash',
    swap('core/engine/run-pass.ts', "finalizer: 'remove'", "finalizer: 'add'"),
    ['delete'],
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

const STATE_BUGS = [
  swept(
    'older-state-taken',
    'whatever comes is the newest',
    'watch',
    swap(SLOT, "if (!deleted && (age === 'same' || age === 'older')) {", "if (!deleted && age === 'same') {"),
  ),
  tested(
    'echo-counts',
    'what we know already is news',
    'packages/testing/test/echoes.test.ts',
    swap(SLOT, "if (!deleted && (age === 'same' || age === 'older')) {", "if (!deleted && age === 'older') {"),
  ),
  swept(
    'answer-not-taken',
    'the answer to a write is thrown away',
    'crash',
    swap(
      'core/engine/send-write.ts',
      "const isNews = offerState(ctx, slot, { object, channel: { from: 'answer' } });",
      'const isNews = object === undefined;',
    ),
  ),
  swept(
    'deletion-not-noticed',
    'an object that is gone is kept for ever',
    'crash',
    swap(SLOT, '  slot.gone = deleted;\n', '  slot.gone = false;\n'),
    ['delete'],
  ),
  tested(
    'event-merged-with-deletion',
    'a long queue loses that an object came or went',
    'packages/core/src/queue/object-queue.test.ts',
    swap('core/queue/object-queue.ts', "return event?.type === 'MODIFIED' || event?.type === null;", 'return event !== undefined;'),
  ),
  tested(
    'version-by-text',
    'versions are compared as texts',
    'packages/core/src/watch/versions.test.ts',
    swap('core/watch/versions.ts', '  if (left.length !== right.length) return left.length < right.length ? -1 : 1;\n', ''),
  ),
  tested(
    'never-consistent',
    'a state that is missed is waited for without an end',
    'packages/core/src/queue/consistency.test.ts',
    swap(
      'core/queue/consistency.ts',
      'if (expectation === undefined || nowMs >= expectation.deadlineMs) return true;',
      'if (expectation === undefined) return true;',
    ),
  ),
  tested(
    'no-jitter',
    'all come back at the same moment',
    'packages/core/src/watch/backoff.test.ts',
    swap('core/watch/backoff.ts', 'return random * Math.min(', 'return Math.min('),
  ),
  tested(
    'back-off-without-an-end',
    'waits double for ever',
    'packages/core/src/watch/backoff.test.ts',
    swap('core/watch/backoff.ts', 'Math.min(capMs, baseMs * 2 ** Math.max(0, attempt))', 'Math.max(0, baseMs * 2 ** Math.max(0, attempt))'),
  ),
];

const WRITE_BUGS = [
  swept(
    'lost-answer-is-success',
    'an answer that was lost counts as success',
    'error',
    swap(APPLY, 'return afterAmbiguity(ctx, slot, sent);', "work.mainDone = work.statusDone = true;\n      return 'go on';"),
  ),
  swept(
    'failure-ends-the-pass',
    'a write that failed is not tried again',
    'error',
    swap(
      APPLY,
      "    case 'failed':\n      await waitBackOff(ctx, slot, { failures: work.failures, until, atMostMs: outcome.atMostMs });\n      return 'go on';",
      "    case 'failed':\n      return 'gone';",
    ),
  ),
  swept(
    'stale-is-gone',
    'a conflict ends the pass',
    'error',
    swap(ANSWERS, "    case 409:\n      return { kind: 'stale' };", "    case 409:\n      return { kind: 'gone' };"),
  ),
  swept(
    'conflict-is-success',
    'a conflict counts as done',
    'error',
    swap(ANSWERS, "    case 409:\n      return { kind: 'stale' };", "    case 409:\n      return { kind: 'committed' };"),
  ),
  swept(
    'test-failed-is-invalid',
    'a test that failed is the fault of a handler',
    'error',
    swap(
      ANSWERS,
      "if (failure.causes.length === 0) return { kind: 'stale' };",
      "if (failure.causes.length === 0) return { kind: 'invalid', causes: [], message: failure.message };",
    ),
  ),
  swept(
    'server-error-is-success',
    'an error of the server counts as done',
    'error',
    swap(ANSWERS, "? { kind: 'unknown', failure } :", "? { kind: 'committed' } :"),
  ),
  swept(
    'gone-is-unknown',
    'an object that is gone is written to again and again',
    'error',
    swap(
      ANSWERS,
      "return { kind: failure.name === undefined ? 'kindChanged' : 'gone' };",
      "return { kind: failure.name === undefined ? 'kindChanged' : 'stale' };",
    ),
  ),
  swept(
    'status-last',
    'results go after the essence',
    'crash',
    swap(
      'core/patch/build-patch.ts',
      'return isStatusLast ? [...ofMain, ...ofStatus] : [...ofStatus, ...ofMain];',
      'return [...ofMain, ...ofStatus];',
    ),
  ),
  swept(
    'status-of-another',
    'a status goes to whoever has the name',
    'error',
    swap('core/patch/build-patch.ts', 'operations: [sameObject(ref), ...operations] };', 'operations };'),
  ),
  swept(
    'status-not-written',
    'results are left to the main endpoint',
    'crash',
    swap(
      'core/patch/build-patch.ts',
      'if (!input.statusSubresource) return mainWrites(input, everything);',
      'if (input.statusSubresource) return mainWrites(input, everything);',
    ),
  ),
  tested(
    'invalid-causes-unread',
    'a wrong uid is an invalid result',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(ANSWERS, "if (failure.causes.some((cause) => cause.field === 'metadata.uid')) return { kind: 'replaced' };", ''),
  ),
  tested(
    'webhook-is-a-broken-server',
    'a webhook that is down makes a write ambiguous',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(ANSWERS, 'failure.code >= 500 && !isWebhookFailure(failure)', 'failure.code >= 500'),
  ),
  tested(
    'retry-after-ignored',
    'a server that asks for time is asked at once',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(
      ANSWERS,
      'failure.code === 429 || (failure.code === 503 && failure.retryAfterMs !== undefined)',
      'failure.code === 503 && failure.retryAfterMs !== undefined',
    ),
  ),
];

const WATCH_BUGS = [
  swept(
    'relist-without-deletions',
    'what a list no longer has is kept',
    'watch',
    swap(
      KNOWN,
      'return missing.map(([uid, known]) => inferDeletion(uid, known, listVersion));',
      'return missing.length > Infinity ? missing.map(([uid, known]) => inferDeletion(uid, known, listVersion)) : [];',
    ),
    ['delete', 'create'],
  ),
  swept(
    'expired-is-resumed',
    'a version that expired is asked for again',
    'watch',
    swap(MACHINE, "if (failure.kind === 'expired' || deaf || refusals", 'if (deaf || refusals'),
  ),
  tested(
    'predecessor-forgotten',
    'who comes to a name does not end who was there',
    'packages/kubernetes/src/watch/known-objects.test.ts',
    swap(
      KNOWN,
      'const before = isNew ? predecessor(object) : undefined;',
      'const before = isNew && object === undefined ? predecessor(object) : undefined;',
    ),
  ),
  tested(
    'epoch-ignored',
    'after a backup was restored everything looks old',
    'packages/kubernetes/src/watch/known-objects.test.ts',
    swap(KNOWN, "if (newEpoch) for (const known of byUid.values()) known.resourceVersion = '';", 'if (newEpoch) listed.clear();'),
  ),
  tested(
    'listed-again',
    'a list delivers what did not change',
    'packages/kubernetes/src/watch/known-objects.test.ts',
    swap(
      KNOWN,
      "return isForward(object.resourceVersion, known.resourceVersion) ? arrival('listed', object, false) : NOTHING;",
      "return arrival('listed', object, false);",
    ),
  ),
  tested(
    'hot-reconnect',
    'streams that end at once are opened at once',
    'packages/kubernetes/src/watch/watch-machine.test.ts',
    swap(
      MACHINE,
      'const quick = !state.progressed && atMs - (state.openedMs ?? atMs) < QUICK_MS;',
      'const quick = state.progressed && atMs < 0;',
    ),
  ),
  tested(
    'failures-forgotten',
    'each failure is the first one',
    'packages/kubernetes/src/watch/watch-machine.test.ts',
    swap(MACHINE, 'failures: state.failures + 1, kind:', 'failures: 0, kind:'),
  ),
  tested(
    'refused-for-ever',
    'a refused watch is asked for in the same way for ever',
    'packages/kubernetes/src/watch/watch-machine.test.ts',
    swap(MACHINE, ' || refusals >= REFUSALS_UNTIL_LIST)', ')'),
  ),
];

const BACKGROUND_BUGS = [
  swept(
    'interval-forgotten',
    'a timer waits for nothing',
    'crash',
    swap(
      'core/engine/background/timers.ts',
      'handler.sharp && intervalMs > 0 ? intervalMs - (elapsedMs % intervalMs) : intervalMs;',
      'handler.sharp && intervalMs > 0 ? elapsedMs : 0;',
    ),
    ['background'],
  ),
  tested(
    'idle-not-prolonged',
    'a change does not prolong the idle time',
    'packages/testing/test/timers.test.ts',
    swap(
      'core/engine/background/timers.ts',
      'const leftMs = slot.lastChangeMs + idleMs - ctx.clock.monotonicMs();',
      'const leftMs = idleMs - ctx.clock.monotonicMs();',
    ),
  ),
  tested(
    'ended-daemon-returns',
    'a daemon that ended starts again',
    'packages/core/src/engine/background/plan-background.test.ts',
    swap('core/engine/background/plan-background.ts', '!running.has(id) && !endedForGood.has(id)', '!running.has(id)'),
  ),
  tested(
    'daemon-not-stopped',
    'a daemon that matches no more goes on',
    'packages/core/src/engine/background/plan-background.test.ts',
    swap(
      'core/engine/background/plan-background.ts',
      'stop: [...running].filter((id) => !wanted.has(id) && !kept.has(id)),',
      'stop: [...running].filter((id) => !running.has(id)),',
    ),
  ),
  tested(
    'daemon-twice',
    'a daemon that stops is started beside itself',
    'packages/core/src/engine/background/plan-background.test.ts',
    swap('core/engine/background/plan-background.ts', '!running.has(id) && !endedForGood.has(id)', '!endedForGood.has(id)'),
  ),
];

const STORE_BUGS = [
  swept(
    'diff-base-never-stored',
    'what was handled is not remembered',
    'crash',
    swap('persistence-annotations/diff-base-store.ts', '  return { patch };\n}', '  return bytes === undefined ? {} : { patch };\n}'),
  ),
  swept(
    'records-stay',
    'records of finished changes are not taken away',
    'crash',
    swap(
      'persistence-annotations/progress-store.ts',
      'for (const handler of purged) Object.assign(annotations',
      'for (const handler of purged.slice(1)) Object.assign(annotations',
    ),
  ),
  tested(
    'legacy-unread',
    'what older versions of Kopf left is not read',
    'packages/persistence-annotations/test',
    swap(
      'persistence-annotations/progress-store.ts',
      'const record = readAnnotation(object, handler, options) ?? readLegacy(object, handler, options);',
      'const record = readAnnotation(object, handler, options);',
    ),
  ),
];

export const MUTANTS = [
  ...PLANTED_BUGS,
  ...PROGRESS_BUGS,
  ...CAUSE_BUGS,
  ...FINALIZER_BUGS,
  ...STATE_BUGS,
  ...WRITE_BUGS,
  ...WATCH_BUGS,
  ...BACKGROUND_BUGS,
  ...STORE_BUGS,
];
