// All plans of one strategy for one workload, from a run without mishaps: every place where something can go wrong, once.
import { entriesOf, type CallEntry, type HistoryEntry } from '../history/history.js';
import { ANSWER_MISHAPS, LINE_MISHAPS, type Mishap, type Plan, type PlannedMishap } from './plan.js';
import type { PlanOutcome } from './run-plan.js';

const POINTS = ['c1', 'c2', 'c3', 'c4'] as const;
export const CRASHES: readonly Mishap[] = POINTS.map((point) => ({ kind: 'kill', point }));
const PAUSES: readonly Mishap[] = POINTS.map((point) => ({ kind: 'pause', point }));
const ANSWERS: readonly Mishap[] = ANSWER_MISHAPS.map((how) => ({ kind: 'answer', how }));
const EXTERNAL: readonly Mishap[] = [{ kind: 'removed' }, { kind: 'replaced' }];

/** Each request of the story × these mishaps, added to those of the plan; only requests behind its last mishap. */
export function withEachCall({ plan, history, story }: PlanOutcome, mishaps: readonly Mishap[]): readonly Plan[] {
  const from = Math.max(story.begin.call, ...plan.mishaps.map(({ call }) => call + 1));
  return requestsOf(history)
    .filter(({ call }) => call >= from && call < story.end.call)
    .flatMap(({ call }) => mishaps.map((mishap) => withMishap(plan, { call, mishap })));
}

/** Each write of the story × answers, and × somebody taking the object away. */
export function withEachWrite(outcome: PlanOutcome): readonly Plan[] {
  const writes = new Set(requestsOf(outcome.history).flatMap(({ call, method }) => (method === 'GET' ? [] : [call])));
  return withEachCall(outcome, [...ANSWERS, ...EXTERNAL]).filter((plan) => plan.mishaps.every(({ call }) => writes.has(call)));
}

/** Each request × a standstill at each point of it. */
export function withEachPause(outcome: PlanOutcome): readonly Plan[] {
  return withEachCall(outcome, PAUSES);
}

/** Each line of each watch × what can befall it. */
export function withEachLine({ plan, history, story }: PlanOutcome): readonly Plan[] {
  const watches = requestsOf(history).filter(({ call, path }) => call < story.end.call && isWatch(path));
  return watches.flatMap(({ call }) =>
    linesOfStream(history, call)
      .filter(({ seq }) => seq >= story.begin.seq && seq < story.end.seq)
      .flatMap(({ nth }) => LINE_MISHAPS.map((how) => withMishap(plan, { call, mishap: { kind: 'line', nth, how } }))),
  );
}

function withMishap(plan: Plan, mishap: PlannedMishap): Plan {
  return { ...plan, mishaps: [...plan.mishaps, mishap] };
}

function requestsOf(history: readonly HistoryEntry[]): readonly CallEntry[] {
  return entriesOf(history, 'call');
}

function isWatch(path: string): boolean {
  return /[?&]watch=/.test(path);
}

/** The lines of a stream that brought states; before all is quiet there are no others. */
function linesOfStream(history: readonly HistoryEntry[], call: number): readonly { readonly nth: number; readonly seq: number }[] {
  return entriesOf(history, 'deliver')
    .filter((entry) => entry.call === call)
    .map(({ seq }, nth) => ({ nth, seq }));
}
