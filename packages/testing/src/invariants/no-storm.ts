import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';
import { peakOf } from './undisturbed.js';

const MINUTE_MS = 60_000;
const MOST_TIMES_USUAL = 10;
/** By the default delays after errors (1, 1, 2, 3, 5, 8 … seconds) it is nine, by the jitter of watches about as many, and a request that
 * is stale is made anew five times before it waits. */
const MOST_FAILURES = 30;
/** While nobody is answered, the operator asks whether the server is ready: once a second at first. */
const MOST_QUESTIONS = 61;
const QUESTION = 'GET /readyz';

/**
 * L9: no fault makes a storm. In no ten seconds an instance sends more than ten times what it sends in the busiest ten seconds of the
 * undisturbed run (`model.undisturbed`; not asked without it), and to no place (method and path without query) go more than thirty requests within a
 * minute that fail, but for the question whether the server is ready. Who writes again after each failure without a pause exceeds it in a moment; who backs off never comes near.
 */
export const noStorm: Invariant = {
  id: 'L9',
  says: 'A fault never makes a storm of requests.',
  check: (history, model) => [...tooBusy(history, model), ...tooManyFailures(history, model)],
};

function tooBusy(history: readonly HistoryEntry[], model: OperatorModel): readonly Violation[] {
  const usual = model.undisturbed?.peakRequests;
  if (usual === undefined) return [];
  const { requests, call } = peakOf(history, model);
  if (call === undefined || requests <= usual * MOST_TIMES_USUAL) return [];
  const message = `${call.instance} sends ${String(requests)} requests within ten seconds, more than ten times the usual ${String(usual)}`;
  return [{ invariant: 'L9', message, seq: call.seq }];
}

function tooManyFailures(history: readonly HistoryEntry[], { isOwnActor }: OperatorModel): readonly Violation[] {
  const calls = new Map<number, EntryOf<'call'>>();
  const failures = new Map<string, { told: boolean; times: number[] }>();
  const violations: Violation[] = [];
  for (const entry of history) {
    if (entry.kind === 'call') calls.set(entry.call, entry);
    if (entry.kind !== 'return' || !isOwnActor(entry.instance) || !isFailure(entry)) continue;
    const { method = '', path = '' } = calls.get(entry.call) ?? {};
    const place = `${method} ${path.split('?')[0] ?? ''}`;
    const most = place === QUESTION ? MOST_QUESTIONS : MOST_FAILURES;
    const known = valueAt(failures, `${entry.instance} ${place}`, () => ({ told: false, times: [] }));
    known.times = [...known.times.filter((atMs) => atMs > entry.atMs - MINUTE_MS), entry.atMs];
    if (known.told || known.times.length <= most) continue;
    known.told = true;
    const message = `${entry.instance} fails more than ${String(most)} times within a minute at ${place}`;
    violations.push({ invariant: 'L9', message, seq: entry.seq });
  }
  return violations;
}

function isFailure({ result }: EntryOf<'return'>): boolean {
  if (result.kind === 'answered') return result.status >= 400;
  return result.kind === 'lost' || result.kind === 'dropped' || result.kind === 'timed-out';
}
