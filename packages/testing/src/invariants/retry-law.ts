import type { EntryOf } from '../history/history.js';
import { tampersWithAnnotations } from './acknowledgement.js';
import { createChangeTracker } from './change-tracker.js';
import type { Invariant, ModelHandler, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';
import { isFinishing } from './model-handler.js';
import { isChange } from './pass-reader.js';
import { recordedProgress } from './progress-annotation.js';

/** Clocks of real processes tick in whole milliseconds. */
const TOLERANCE_MS = 1;

/**
 * S11: retries keep their promises. For the attempts of one handler for one change (whatever becomes of the object meanwhile):
 * - what is recorded as done is not tried again, nor is what failed for good in this instance;
 * - the handler is told the number of attempts that the object records; in one instance it grows by one with each failure, over a
 *   restart it never falls;
 * - there are no more attempts than `maxAttempts`, and none begins later than `timeoutMs` after the first;
 * - between a failure and the next attempt lie `retryDelayMs` and what the error asked for: in one instance always, over a restart if
 *   the object records a delay. Monotonic time, with a tolerance of 1 ms.
 *
 * Timers are not judged: they begin anew when their filters match again. After somebody else's change of our annotations, all begins anew.
 */
export const retryLaw: Invariant = {
  id: 'S11',
  says: 'Attempts, delays and limits are kept, also over restarts.',
  check: (history, model) => {
    const handlers = new Map(model.handlers.map((handler) => [handler.id, handler]));
    const tracker = createChangeTracker(model);
    const chains = new Map<string, Map<string, Attempts>>();
    const open = new Map<number, Attempts>();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'commit') {
        tracker.commit(entry);
        if (tampersWithAnnotations(entry, model)) chains.delete(entry.uid);
      }
      if (entry.kind === 'handler-end') {
        const attempts = open.get(entry.invocation);
        if (attempts?.last?.start.invocation === entry.invocation) attempts.last = { ...attempts.last, end: entry };
      }
      if (entry.kind !== 'handler-start' || !isChange(entry)) continue;
      const key = `${entry.handler}|${entry.reason}|${tracker.changeOf(entry).generation}`;
      const attempts = valueAt(
        valueAt(chains, entry.uid, () => new Map<string, Attempts>()),
        key,
        () => ({ last: undefined, firstMs: entry.atMs }),
      );
      if (entry.retry === 0) attempts.firstMs = entry.atMs;
      const wrong = [...againstRecord(entry, model), ...againstLast(entry, attempts, { handler: handlers.get(entry.handler), model })];
      violations.push(...wrong.map((message) => ({ invariant: 'S11', message: `${titleOf(entry)} ${message}`, seq: entry.seq })));
      attempts.last = { start: entry, end: undefined };
      open.set(entry.invocation, attempts);
    }
    return violations;
  },
};

interface Attempt {
  readonly start: EntryOf<'handler-start'>;
  readonly end: EntryOf<'handler-end'> | undefined;
}

/** Those of one handler for one change. */
interface Attempts {
  last: Attempt | undefined;
  /** When the first one began, since the counter was 0. */
  firstMs: number;
}

function titleOf({ reason, handler, name, uid, retry }: EntryOf<'handler-start'>): string {
  return `${reason} handler '${handler}' of ${name} (${uid}), retry ${retry},`;
}

/** What the object itself says, at the beginning of the pass. */
function againstRecord({ body, handler, retry }: EntryOf<'handler-start'>, { annotationPrefix }: OperatorModel): readonly string[] {
  const record = recordedProgress(body, annotationPrefix, handler);
  if (record === undefined) return [];
  if (record.finished) return ['starts, though the object records that it is done'];
  return record.retries === retry ? [] : [`is told another number of attempts than the ${record.retries} that the object records`];
}

function againstLast(
  start: EntryOf<'handler-start'>,
  { last, firstMs }: Attempts,
  { handler, model }: { readonly handler: ModelHandler | undefined; readonly model: OperatorModel },
): readonly string[] {
  const wrong: string[] = [];
  if (handler?.maxAttempts !== undefined && start.retry >= handler.maxAttempts)
    wrong.push(`is more than the ${handler.maxAttempts} attempts allowed`);
  const elapsed = start.atMs - firstMs;
  if (handler?.timeoutMs !== undefined && start.retry > 0 && elapsed >= handler.timeoutMs + TOLERANCE_MS) {
    wrong.push(`starts ${elapsed} ms after the first attempt, more than the ${handler.timeoutMs} ms allowed`);
  }
  if (last === undefined) return wrong;
  const isSameLife = last.start.instance === start.instance;
  const { result } = last.end ?? {};
  if (isSameLife && result?.kind === 'permanent') wrong.push('starts after it failed for good');
  const counted = countedAfter(last, isSameLife, handler);
  if (start.retry < counted) wrong.push(`is told too small a number of attempts: ${counted} were made`);
  const isCounted = isSameLife || (start.retry > last.start.retry && isDelayRecorded(start, model));
  if (last.end === undefined || result?.kind !== 'retry' || !isCounted) return wrong;
  const delay = Math.max(handler?.retryDelayMs ?? 0, result.delayMs ?? 0);
  const waited = start.atMs - last.end.atMs;
  if (waited < delay - TOLERANCE_MS) wrong.push(`starts ${waited} ms after the failure before it, less than the ${delay} ms asked for`);
  return wrong;
}

/** How many attempts the next one must know of. What ended a change leaves no counter behind. */
function countedAfter({ start, end }: Attempt, isSameLife: boolean, handler: ModelHandler | undefined): number {
  if (end === undefined || end.result.kind === 'cancelled') return start.retry;
  if (end.result.kind === 'retry' && isSameLife) return start.retry + 1;
  return isFinishing(handler, start.retry, end.result) ? 0 : start.retry;
}

function isDelayRecorded({ body, handler }: EntryOf<'handler-start'>, { annotationPrefix }: OperatorModel): boolean {
  return recordedProgress(body, annotationPrefix, handler)?.delayed === true;
}
