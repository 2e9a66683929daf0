import type { Essence, HandlerId, JsonObject, ObjectView, ProgressRecord, ProgressStore } from '@kopfts/core';
import type { OpenedStore } from './open-state.js';

/** What a store has of one object. */
export interface StoredState {
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly essence: Essence | undefined;
  readonly memo: JsonObject | undefined;
  /** There was an essence, and the store lost it. */
  readonly isLost: boolean;
}

export async function readState(
  { progress, diffBase, memo }: OpenedStore,
  { object, changeIds }: { readonly object: ObjectView; readonly changeIds: readonly HandlerId[] },
  signal: AbortSignal,
): Promise<StoredState> {
  const [records, [base], [kept]] = await Promise.all([
    progress ? readRecords(progress, { object, handlers: changeIds }, signal) : new Map<HandlerId, ProgressRecord>(),
    diffBase ? diffBase.load([object], signal) : [],
    memo ? memo.load([object], signal) : [],
  ]);
  return { records, essence: base?.essence, memo: kept?.memo, isLost: base?.lost !== undefined };
}

/** With those of sub-handlers, which nobody knows but the records of their ancestors. */
async function readRecords(
  store: ProgressStore,
  query: { readonly object: ObjectView; readonly handlers: readonly HandlerId[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<HandlerId, ProgressRecord>> {
  for (let handlers = query.handlers; ;) {
    const [loaded] = await store.load([{ object: query.object, handlers }], signal);
    const records = loaded?.records ?? new Map<HandlerId, ProgressRecord>();
    const known = new Set(handlers);
    const more = [...records.values()].flatMap(({ subrefs = [] }) => subrefs).filter((id) => !known.has(id));
    if (more.length === 0) return records;
    handlers = [...handlers, ...new Set(more)];
  }
}
