/** Bugs of what is done: states taken in, writes, watches, what runs beside changes, stores. */
import { drawn, swap, swept, tested } from './plant.mjs';

const SLOT = 'core/engine/object-slot.ts';
const APPLY = 'core/engine/apply-patch.ts';
const KNOWN = 'kubernetes/watch/known-objects.ts';
const MACHINE = 'kubernetes/watch/watch-machine.ts';
const ANSWERS = 'kubernetes/transport/status-error.ts';

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
  tested(
    'failure-ends-the-pass',
    'a write that failed is not tried again',
    'packages/testing/test/outages.test.ts',
    swap(
      APPLY,
      "    case 'failed':\n      if (outcome.refusal !== undefined) await",
      "    case 'failed':\n      if (work.stale >= 0) return 'gone';\n      if (outcome.refusal !== undefined) await",
    ),
  ),
  swept(
    'stale-is-gone',
    'a conflict ends the pass',
    'error',
    swap(
      ANSWERS,
      "    case 409:\n      return { kind: 'stale', message: failure.message };",
      "    case 409:\n      return { kind: 'gone' };",
    ),
  ),
  tested(
    'conflict-is-success',
    'a conflict counts as done',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(
      ANSWERS,
      "    case 409:\n      return { kind: 'stale', message: failure.message };",
      "    case 409:\n      return { kind: 'committed' };",
    ),
  ),
  swept(
    'test-failed-is-invalid',
    'a test that failed is the fault of a handler',
    'error',
    swap(
      ANSWERS,
      "if (form === 'json' && failure.causes.length === 0) return { kind: 'stale', message: failure.message };",
      "if (form === 'json' && failure.causes.length === 0) return { kind: 'invalid', causes: [], message: failure.message };",
    ),
  ),
  tested(
    'server-error-is-success',
    'an error of the server counts as done',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(ANSWERS, "? { kind: 'unknown', failure } :", "? { kind: 'committed' } :"),
  ),
  tested(
    'gone-is-unknown',
    'an object that is gone is written to again and again',
    'packages/kubernetes/src/transport/status-error.test.ts',
    swap(
      ANSWERS,
      "return { kind: failure.name === undefined ? 'kindChanged' : 'gone' };",
      "return { kind: failure.name === undefined ? 'kindChanged' : 'stale' };",
    ),
  ),
  tested(
    'status-last',
    'results go after the essence',
    'packages/core/src/patch/build-patch.test.ts',
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
      'if (!input.statusSubresource) return mainWrites(input, { results, notes });',
      'if (input.statusSubresource) return mainWrites(input, { results, notes });',
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
  tested(
    'missing-root-is-empty',
    'a root of the API that is missing for a moment is an empty cluster',
    'packages/kubernetes/test/discovery.test.ts',
    swap(
      'kubernetes/discovery.ts',
      'if (document === undefined) throw',
      'if (document === undefined) return [];\n  if (document === null) throw',
    ),
  ),
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
  tested(
    'expired-is-resumed',
    'a version that expired is asked for again',
    'packages/kubernetes/src/watch/watch-machine.test.ts',
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
  tested(
    'interval-forgotten',
    'a timer waits for nothing',
    'packages/testing/test/timers.test.ts',
    swap(
      'core/engine/background/plan-timer.ts',
      'sharp && intervalMs > 0 ? intervalMs - (elapsedMs % intervalMs) : intervalMs;',
      'sharp && intervalMs > 0 ? elapsedMs : 0;',
    ),
  ),
  tested(
    'idle-not-prolonged',
    'a change does not prolong the idle time',
    'packages/testing/test/timers.test.ts',
    swap('core/engine/background/plan-timer.ts', 'time.lastChangeMs + idleMs - time.nowMs;', 'idleMs - time.nowMs;'),
  ),
  tested(
    'timer-outlives-its-object',
    'a timer that waits is not taken out of the queue at its end',
    'packages/testing/test/timers.test.ts',
    swap('core/engine/background/timer-queue.ts', 'remove(waiting, timer);\n      sleep();', 'sleep();'),
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
  drawn(
    'daemon-twice',
    'a daemon that stops is started beside itself',
    { seed: 1, count: 20 },
    swap('core/engine/background/plan-background.ts', '!running.has(id) && !endedForGood.has(id)', '!endedForGood.has(id)'),
  ),
];

const STORE_BUGS = [
  swept(
    'diff-base-never-stored',
    'what was handled is not remembered',
    'crash',
    swap(
      'persistence-annotations/diff-base-store.ts',
      'if (plain.bytes === undefined) return plain.plan;',
      'if (plain.bytes === undefined) return {};',
    ),
  ),
  tested(
    'records-stay',
    'records of finished changes are not taken away',
    'packages/persistence-annotations/test',
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

export const DEED_MUTANTS = [...STATE_BUGS, ...WRITE_BUGS, ...WATCH_BUGS, ...BACKGROUND_BUGS, ...STORE_BUGS];
