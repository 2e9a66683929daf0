// What must hold of an operator whose record is in Redis: acknowledged is what a snapshot between two lives finds there.
import type { JsonObject } from '@kopfts/core';
import { RETRY_DELAY_MS } from './kills-workload.mjs';
import type { RedisKillsResult, RedisNote, Snapshot } from './redis-kills-run.js';

const CLOCKS_DIFFER_MS = 10;

/** One sentence for each violation. */
export type Check = (result: RedisKillsResult) => readonly string[];

/** [S8] Nothing that is acknowledged runs again; nothing that succeeded runs again in the same life, whatever befalls Redis. */
export const noRepetition: Check = ({ notes, snapshots }) => {
  const problems: string[] = [];
  const succeeded = new Set<string>();
  for (const { atMs, entry } of runs(notes)) {
    const key = `${entry.instance} ${changeOf(entry)}`;
    if (entry.kind === 'end' && entry.ok) succeeded.add(key);
    if (entry.kind !== 'start') continue;
    if (succeeded.has(key)) problems.push(`${entry.handler} ran again in one life for ${entry.uid}`);
    if (snapshots.some((snapshot) => snapshot.atMs < atMs && isAcknowledged(snapshot, entry)))
      problems.push(`${entry.handler} ran again although ${entry.uid} was acknowledged`);
  }
  return problems;
};

function isAcknowledged({ handled }: Snapshot, { handler, uid, value }: RedisNote['entry']): boolean {
  if (!handled.has(uid) || handler === 'let_go') return false;
  return handler !== 'copy_again' || handled.get(uid) === value;
}

/** [S9] What is acknowledged has its results on the object. */
export const resultsFirst: Check = ({ snapshots }) =>
  snapshots.flatMap(({ handled, objects }) =>
    objects.flatMap(({ metadata: { uid }, ...body }) => {
      const status = (body['status'] ?? {}) as JsonObject;
      const value = handled.get(uid);
      if (value === undefined) return [];
      const isThere = status['name_it'] !== undefined && Number(status['value']) >= value;
      return isThere ? [] : [`${uid} is acknowledged at ${String(value)}, and its status is ${JSON.stringify(status)}`];
    }),
  );

/** [S7] Every handler of what is left came to its end. */
export const allRan: Check = ({ notes, left }) => {
  const ended = new Set(runs(notes).flatMap(({ entry }) => (entry.kind === 'end' && entry.ok ? [`${entry.handler} ${entry.uid}`] : [])));
  return left.flatMap(({ metadata: { uid } }) =>
    ['name_it', 'copy_late'].filter((handler) => !ended.has(`${handler} ${uid}`)).map((handler) => `${handler} never ended for ${uid}`),
  );
};

/** [S5] Nobody went before their deletion was handled. */
export const deletedLast: Check = ({ notes, snapshots }) => {
  const letGo = new Set(runs(notes).flatMap(({ entry }) => (entry.handler === 'let_go' && entry.ok ? [entry.uid] : [])));
  const last = new Set(snapshots.at(-1)?.objects.map(({ metadata }) => metadata.uid));
  const begun = new Set(runs(notes).map(({ entry }) => entry.uid));
  return [...begun]
    .filter((uid) => !last.has(uid) && !letGo.has(uid))
    .map((uid) => `${uid} went without let_go: ${storyOf(uid, { notes, snapshots })}`);
};

/** What was noted of an object, and between which snapshots it was seen. */
function storyOf(uid: string, { notes, snapshots }: Pick<RedisKillsResult, 'notes' | 'snapshots'>): string {
  const noted = notes
    .filter(({ entry }) => entry.uid === uid)
    .map(({ atMs, entry }) => `${atMs.toFixed(0)} ${entry.instance} ${entry.kind} ${entry.handler} ${String(entry.attempt)}`);
  const seen = snapshots.flatMap(({ atMs, objects }) =>
    objects
      .filter(({ metadata }) => metadata.uid === uid)
      .map(({ metadata }) => `${atMs.toFixed(0)} seen ${JSON.stringify({ ...metadata, managedFields: undefined })}`),
  );
  return [...noted, ...seen].sort().join('; ');
}

/** [S10] What changed is told from what was handled before, and nothing is told backwards. */
export const diffsChain: Check = ({ notes }) => {
  const handled = new Map<string, Set<number>>();
  const problems: string[] = [];
  for (const { entry } of runs(notes)) {
    const values = handled.get(entry.uid) ?? new Set<number>();
    handled.set(entry.uid, values);
    if (entry.kind === 'end' && entry.ok) values.add(entry.value);
    const { old = -1 } = entry;
    if (entry.kind === 'start' && entry.handler === 'copy_again' && !(old < entry.value && values.has(old)))
      problems.push(`${entry.uid} was told ${String(old)} → ${String(entry.value)} after ${[...values].join()}`);
  }
  return problems;
};

/** [S11] Attempts are counted on over deaths, and none comes before its time. */
export const retriesHold: Check = ({ notes }) => {
  const failedMs = new Map<string, number>();
  const problems: string[] = [];
  for (const { atMs, entry } of runs(notes)) {
    if (entry.handler !== 'copy_late') continue;
    if (entry.kind === 'end' && !entry.ok) failedMs.set(entry.uid, atMs);
    const since = failedMs.get(entry.uid);
    if (entry.kind !== 'start' || entry.attempt === 0) continue;
    if (since === undefined) problems.push(`attempt ${String(entry.attempt)} of ${entry.uid} without one before`);
    // Lives read the time each by a clock of their own, which were set at their starts.
    else if (atMs - since < RETRY_DELAY_MS - CLOCKS_DIFFER_MS)
      problems.push(`${entry.uid} was tried again after ${String(atMs - since)} ms`);
  }
  return problems;
};

function runs(notes: readonly RedisNote[]): readonly RedisNote[] {
  return notes.filter(({ entry: { kind } }) => kind === 'start' || kind === 'end');
}

function changeOf({ handler, uid, value }: RedisNote['entry']): string {
  return `${handler} ${uid} ${handler === 'copy_again' ? String(value) : ''}`;
}
