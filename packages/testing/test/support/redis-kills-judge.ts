// What must hold of an operator whose record is in Redis: acknowledged is what a snapshot between two lives finds there.
import { RETRY_DELAY_MS } from './kills-workload.mjs';
import { adoptedIn, type RedisKillsResult, type RedisNote, type Snapshot, type Wipe } from './redis-kills-run.js';

const CLOCKS_DIFFER_MS = 10;

/** One sentence for each violation. */
export type Check = (result: RedisKillsResult) => readonly string[];

/**
 * [S8] Nothing that is acknowledged runs again; nothing that succeeded runs again in the same life, whatever befalls Redis. Only where lost
 * records are to be rehandled, and all was wiped since, may it run again (design 6.14); where they are adopted, not even then.
 */
export const noRepetition: Check = ({ notes, snapshots, wipes, whenLost }) => {
  const problems: string[] = [];
  const succeededMs = new Map<string, number>();
  const isExcused = (fromMs: number, toMs: number): boolean => whenLost === 'rehandle' && isWipedBetween(wipes, fromMs, toMs);
  for (const { atMs, entry } of runs(notes)) {
    const key = `${entry.instance} ${changeOf(entry)}`;
    if (entry.kind === 'end' && entry.ok) succeededMs.set(key, atMs);
    if (entry.kind !== 'start') continue;
    const before = succeededMs.get(key);
    if (before !== undefined && !isExcused(before, atMs)) problems.push(`${entry.handler} ran again in one life for ${entry.uid}`);
    if (snapshots.some((snapshot) => snapshot.atMs < atMs && isAcknowledged(snapshot, entry) && !isExcused(snapshot.atMs, atMs)))
      problems.push(`${entry.handler} ran again although ${entry.uid} was acknowledged`);
  }
  return problems;
};

/** What was acknowledged and ran again after a wipe: that it was felt. */
export function rehandled({ notes, snapshots }: RedisKillsResult): number {
  return runs(notes).filter(
    ({ atMs, entry }) => entry.kind === 'start' && snapshots.some((snapshot) => snapshot.atMs < atMs && isAcknowledged(snapshot, entry)),
  ).length;
}

function isWipedBetween(wipes: readonly Wipe[], fromMs: number, untilMs: number): boolean {
  return wipes.some((wipe) => wipe.toMs >= fromMs && wipe.fromMs <= untilMs);
}

function isAcknowledged({ handled }: Snapshot, { handler, uid, value }: RedisNote['entry']): boolean {
  if (!handled.has(uid) || handler === 'let_go') return false;
  return handler !== 'copy_again' || handled.get(uid) === value;
}

/** [S9] What is acknowledged has its results on the object; what was adopted after a wipe counts as handled as it is. */
export const resultsFirst: Check = (result) => {
  const adopted = adoptedIn(result);
  return result.snapshots.flatMap(({ handled, objects }) =>
    objects.flatMap(({ uid, status }) => {
      const value = handled.get(uid);
      if (value === undefined || adopted.has(uid)) return [];
      const isThere = status['name_it'] !== undefined && Number(status['value']) >= value;
      return isThere ? [] : [`${uid} is acknowledged at ${String(value)}, and its status is ${JSON.stringify(status)}`];
    }),
  );
};

/** [S7] Every handler of what is left came to its end, but for what was adopted. */
export const allRan: Check = (result) => {
  const { notes, left } = result;
  const adopted = adoptedIn(result);
  const ended = new Set(runs(notes).flatMap(({ entry }) => (entry.kind === 'end' && entry.ok ? [`${entry.handler} ${entry.uid}`] : [])));
  return left
    .filter(({ metadata: { uid } }) => !adopted.has(uid))
    .flatMap(({ metadata: { uid } }) =>
      ['name_it', 'copy_late'].filter((handler) => !ended.has(`${handler} ${uid}`)).map((handler) => `${handler} never ended for ${uid}`),
    );
};

/** [K3] Only a loss makes objects count as handled as they are, and only where that is what is to become of them. */
export const adoptedAfterWipes: Check = ({ notes, wipes, whenLost }) => {
  const firstMs = Math.min(...wipes.map(({ fromMs }) => fromMs));
  return notes.flatMap(({ atMs, entry }) =>
    entry.kind === 'adopted' && atMs < firstMs ? [`${entry.uid} was adopted (${whenLost}) although nothing was lost`] : [],
  );
};

/** [S5] Nobody went before their deletion was handled. */
export const deletedLast: Check = ({ notes, snapshots }) => {
  const letGo = new Set(runs(notes).flatMap(({ entry }) => (entry.handler === 'let_go' && entry.ok ? [entry.uid] : [])));
  const last = new Set(snapshots.at(-1)?.objects.map(({ uid }) => uid));
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
    objects.filter((object) => object.uid === uid).map((object) => `${atMs.toFixed(0)} seen ${JSON.stringify(object)}`),
  );
  return [...noted, ...seen].sort().join('; ');
}

/**
 * [S10] What changed is told from what was handled before, and nothing is told backwards. After a wipe it may be told from nothing, by who
 * knows only that it changed; and from what was adopted.
 */
export const diffsChain: Check = ({ notes, wipes }) => {
  const handled = new Map<string, Map<number, number>>();
  const adopted = new Set<string>();
  const problems: string[] = [];
  for (const { atMs, entry } of notes) {
    if (entry.kind === 'adopted') adopted.add(entry.uid);
    if (entry.kind !== 'start' && entry.kind !== 'end') continue;
    const values = handled.get(entry.uid) ?? new Map<number, number>();
    handled.set(entry.uid, values);
    if (entry.kind === 'end' && entry.ok) values.set(entry.value, atMs);
    const { old } = entry;
    if (entry.kind !== 'start' || entry.handler !== 'copy_again') continue;
    const isKnown =
      old === undefined ? isWipedBetween(wipes, Math.max(...values.values()), atMs) : values.has(old) || adopted.has(entry.uid);
    if (!isKnown || (old ?? -1) >= entry.value)
      problems.push(`${entry.uid} was told ${String(old)} → ${String(entry.value)} after ${[...values.keys()].join()}`);
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
