// All plans of one strategy for one workload, from a run without mishaps: every place where something can go wrong, once.
import { entriesOf, type CallEntry, type HistoryEntry } from '../history/history.js';
import { ANSWER_MISHAPS, LINE_MISHAPS, MEDDLINGS, type Mishap, type Plan, type PlannedMishap } from './plan.js';
import type { PlanOutcome } from './run-plan.js';

const POINTS = ['c1', 'c2', 'c3', 'c4'] as const;
export const CRASHES: readonly Mishap[] = POINTS.map((point) => ({ kind: 'kill', point }));
const PAUSES: readonly Mishap[] = POINTS.map((point) => ({ kind: 'pause', point }));
const ANSWERS: readonly Mishap[] = ANSWER_MISHAPS.map((how) => ({ kind: 'answer', how }));
const EXTERNAL: readonly Mishap[] = [{ kind: 'removed' }, { kind: 'replaced' }];

const MEDDLED: readonly Mishap[] = MEDDLINGS.flatMap((how) => [
  { kind: 'meddled', how, when: 'before' },
  { kind: 'meddled', how, when: 'after' },
]);
/** Views that are older than that have seen nothing of the story. */
const MOST_BEHIND = 6;
const STALE: readonly Mishap[] = Array.from({ length: MOST_BEHIND }, (_, nth) => ({ kind: 'stale', behind: nth + 1 }));

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
export function withEachLine(outcome: PlanOutcome): readonly Plan[] {
  return watchesOf(outcome).flatMap(({ call, lines }) =>
    lines.flatMap(({ nth }) => LINE_MISHAPS.map((how) => withMishap(outcome.plan, { call, mishap: { kind: 'line', nth, how } }))),
  );
}

/** Each request × what others may do to the object in that moment. */
export function withEachMeddling(outcome: PlanOutcome): readonly Plan[] {
  return withEachCall(outcome, MEDDLED);
}

/** Each request × each older view of the cluster. */
export function withEachView(outcome: PlanOutcome): readonly Plan[] {
  return withEachCall(outcome, STALE);
}

/**
 * Each run of states of one object that a later one follows: nobody sees them. What comes in between of others is not hidden, so it ends the
 * run; and what the operator would have made of a hidden state of somebody else does not come, so it does not follow.
 */
export function withEachGap(outcome: PlanOutcome): readonly Plan[] {
  return watchesOf(outcome).flatMap(({ call, lines }) => {
    const seen = lines.filter(({ isInitial }) => !isInitial);
    return seen.flatMap((first, index) =>
      followers(first, seen.slice(index + 1)).map(({ nth }) =>
        withMishap(outcome.plan, { call, mishap: { kind: 'unobserved', nth: first.nth, lines: nth - first.nth } }),
      ),
    );
  });
}

function followers(first: LineOfWatch, later: readonly LineOfWatch[]): readonly LineOfWatch[] {
  const end = later.findIndex(({ uid }) => uid !== first.uid);
  const run = end === -1 ? later : later.slice(0, end);
  return run.filter(({ isOwn }, at) => !isOwn || [first, ...run.slice(0, at)].every((hidden) => hidden.isOwn));
}

interface WatchOfStory {
  readonly call: number;
  /** Those that brought states, in the story. */
  readonly lines: readonly LineOfWatch[];
}

interface LineOfWatch {
  readonly nth: number;
  readonly uid: string;
  /** Made by an operator: it comes whether the lines before it were seen or not. */
  readonly isOwn: boolean;
  /** Part of the list that a streaming list begins with. */
  readonly isInitial: boolean;
}

/** Watches, also those from before the story. */
function watchesOf({ plan, history, story }: PlanOutcome): readonly WatchOfStory[] {
  const taken = new Set(plan.mishaps.map(({ call }) => call));
  const own = ownVersions(history);
  return requestsOf(history)
    .filter(({ call, path }) => call < story.end.call && isWatch(path) && !taken.has(call))
    .map(({ call, path }) => {
      const shown = entriesOf(history, 'deliver').filter((entry) => entry.call === call);
      // The bookmark that ends the list is the first line that brings no state.
      const listed = path.includes('sendInitialEvents=true') ? shown.findIndex(({ line }, index) => line !== index) : 0;
      const lines = shown.map(({ line, seq, uid, resourceVersion }, index) => ({
        nth: line ?? index,
        seq,
        uid,
        isOwn: own.has(resourceVersion),
        isInitial: listed === -1 || index < listed,
      }));
      return { call, lines: lines.filter(({ seq }) => seq >= story.begin.seq && seq < story.end.seq) };
    });
}

function ownVersions(history: readonly HistoryEntry[]): ReadonlySet<string> {
  return new Set(entriesOf(history, 'commit').flatMap(({ call, resourceVersion }) => (call === undefined ? [] : [resourceVersion])));
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
