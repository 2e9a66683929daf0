// One object from one store to another, while operators run: nothing of theirs is overwritten, and what they are at is left to them.
import {
  applyMergePatch,
  jsonEqual,
  type ClusterClient,
  type HandlerId,
  type Instant,
  type MergePatch,
  type ObjectView,
} from '@kopfts/core';
import { StoreReadOnlyError } from '../errors.js';
import { clearingWrites, sendAll } from './clear-object.js';
import type { OpenedStore } from './open-state.js';
import { readState, type StoredState } from './read-state.js';
import { writePatch, type WriteResult } from './write-patch.js';

/**
 * `moved`; `there`: it was before, or the operator has written it there itself; `nothing`: the old store has nothing of it; `busy`: a handler
 * is at it now, or somebody was faster; `removed`: it is there, and not in the old store any more.
 */
export type Moved = 'moved' | 'removed' | 'there' | 'nothing' | 'busy';

export interface Move {
  readonly client: ClusterClient;
  readonly from: OpenedStore;
  readonly to: OpenedStore;
  readonly object: ObjectView;
  readonly changeIds: readonly HandlerId[];
  /** Also take away what the old store has, once it is in the new one. */
  readonly removes: boolean;
  readonly isDryRun: boolean;
  readonly now: Instant;
}

/** An attempt that comes later than that is not running now, nor before the copy is made, ms. */
const MARGIN_MS = 5000;

export async function moveObject(move: Move, signal: AbortSignal): Promise<Moved> {
  const { from, to, object, changeIds } = move;
  const [old, there] = await Promise.all([readState(from, { object, changeIds }, signal), readState(to, { object, changeIds }, signal)]);
  if (old.essence === undefined && old.records.size === 0) return 'nothing';
  const isThere = there.essence !== undefined || (old.essence === undefined && there.records.size > 0);
  if (isThere) return move.removes ? removeOne(move, { old, there }, signal) : refreshOne(move, { old, there }, signal);
  return copyOne(move, old, signal);
}

async function copyOne(move: Move, old: StoredState, signal: AbortSignal): Promise<Moved> {
  const { from, object, changeIds, isDryRun, now } = move;
  // Whoever runs handlers of it writes to both when they have ended.
  if (isAtWork(old, now)) return 'busy';
  if (isDryRun) return 'moved';
  const written = outcomeOf(await writeNew(move, old, signal), 'moved');
  if (written !== 'moved') return written;
  // Handlers may have begun meanwhile: what they ended with is newer.
  const after = await readState(from, { object, changeIds }, signal);
  return jsonEqual(after.essence, old.essence) && after.records.size === old.records.size ? 'moved' : 'busy';
}

/** What was copied before the operator wrote to both may be old by now; what an operator has written there is not. */
async function refreshOne(
  move: Move,
  { old, there }: { readonly old: StoredState; readonly there: StoredState },
  signal: AbortSignal,
): Promise<Moved> {
  const isSame = old.essence === undefined || jsonEqual(old.essence, there.essence);
  if (isSame || move.isDryRun || move.to.place?.take === undefined || isAtWork(old, move.now)) return 'there';
  return (await writeNew(move, old, signal)) === 'done' ? 'moved' : 'there';
}

async function removeOne(
  move: Move,
  { old, there }: { readonly old: StoredState; readonly there: StoredState },
  signal: AbortSignal,
): Promise<Moved> {
  if (isAtWork(there, move.now)) return 'busy';
  return move.isDryRun ? 'removed' : outcomeOf(await removeOld(move, old, signal), 'removed');
}

function outcomeOf(result: WriteResult, done: 'moved' | 'removed'): Moved {
  switch (result) {
    case 'done':
      return done;
    case 'gone':
    case 'nothing':
      return 'nothing';
    case 'busy':
      return 'busy';
  }
}

/** Some handler is not finished, and may be running. */
function isAtWork({ records }: StoredState, now: Instant): boolean {
  return [...records.values()].some(
    ({ success, failure, delayed }) => !success && !failure && (delayed === undefined || delayed < now + MARGIN_MS),
  );
}

async function writeNew({ client, to, object, changeIds }: Move, old: StoredState, signal: AbortSignal): Promise<WriteResult> {
  const { place } = to;
  const { records, essence, memo } = old;
  if (place === undefined) return writePatch(client, { object, patch: await patchOf({ to, object, changeIds }, old, signal) }, signal);
  if (place.take === undefined) throw new StoreReadOnlyError(to.name, 'take what another one had');
  const kept = to.memo === undefined || memo === undefined ? {} : { memo };
  return (await place.take({ object, records, essence, ...kept }, signal)) === 'done' ? 'done' : 'busy';
}

/** What the plans of both stores say together. */
async function patchOf(
  { to, object, changeIds }: Pick<Move, 'to' | 'object' | 'changeIds'>,
  { records, essence }: Pick<StoredState, 'records' | 'essence'>,
  signal: AbortSignal,
): Promise<MergePatch> {
  const handlers = [...new Set([...changeIds, ...records.keys()])];
  const [progress] = (await to.progress?.load([{ object, handlers }], signal)) ?? [];
  const [base] = (await to.diffBase?.load([object], signal)) ?? [];
  const plans = [
    progress && records.size > 0 ? to.progress?.plan({ object, store: records, purge: [] }, progress) : undefined,
    base && essence !== undefined ? to.diffBase?.plan({ object, essence }, base) : undefined,
  ].filter((plan) => plan !== undefined);
  const refused = plans.find((plan) => plan.refused !== undefined)?.refused;
  if (refused) throw refused;
  const patches = plans.map(({ patch }) => patch).filter((patch) => patch !== undefined);
  return patches.reduce((all, more) => applyMergePatch(all, more), {});
}

/** Memos stay where the new store keeps none: whoever goes on with both has them there. */
async function removeOld({ client, from, to, object }: Move, old: StoredState, signal: AbortSignal): Promise<WriteResult> {
  const { place } = from;
  if (place === undefined) return sendAll(client, clearingWrites(from, object, to), signal);
  if (old.memo === undefined || to.memo !== undefined) place.forget?.(object.ref);
  else if (old.essence !== undefined || old.records.size > 0) {
    if (place.clear === undefined) return 'done';
    return (await place.clear(object, signal, { keepsMemo: true })) === 'done' ? 'done' : 'busy';
  }
  return 'done';
}
