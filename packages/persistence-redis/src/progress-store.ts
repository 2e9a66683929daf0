import type { HandlerId, LoadedProgress, ProgressChange, ProgressQuery, ProgressRecord, ProgressStore, StorePlan } from '@kopfts/core';
import { recordsText } from './entry.js';
import type { LoadedEntry } from './loaded.js';
import type { EntryChange } from './entry-change.js';
import type { Place } from './place.js';
import { countOf, nextVersion, NOTHING } from './version.js';

/** With what was read of the same object besides: a write is of all its records. */
interface LoadedRecords extends LoadedProgress {
  readonly entry: LoadedEntry;
}

/** Records in Redis, all of an object together. */
export function createRedisProgressStore(place: Place): ProgressStore {
  return {
    place,
    load: (queries) => loadRecords(place, queries),
    plan: (change, seen) => planProgress(place, change, seen as LoadedRecords),
    commit: (write, signal) => place.commit([write], signal),
    ownsAnnotation: () => false,
  };
}

async function loadRecords(place: Place, queries: readonly ProgressQuery[]): Promise<readonly LoadedRecords[]> {
  const entries = await place.load(queries.map(({ object }) => object));
  return entries.map((entry, index) => recordsIn(entry, queries[index]?.handlers ?? []));
}

function recordsIn(entry: LoadedEntry, handlers: readonly HandlerId[]): LoadedRecords {
  const version = entry.stored.progressVersion;
  // Most objects have none.
  if (entry.records.size === 0) return { records: entry.records, version, entry };
  return { records: new Map([...entry.records].filter(([id]) => handlers.includes(id))), version, entry };
}

/** Pure: only what differs is written, only what is there is purged (spec G-10, ST-22). */
function planProgress(place: Place, { object, store, purge }: ProgressChange, seen: LoadedRecords): StorePlan {
  const { entry, version = NOTHING } = seen;
  // A pass that wrote in between knows newer ones than it read.
  const before = new Map<HandlerId, ProgressRecord>([...entry.records, ...seen.records]);
  const purged = purge.filter((id) => before.has(id) && !store.has(id));
  if (store.size === 0 && purged.length === 0) return {};
  const records = new Map([...before, ...store]);
  for (const id of purged) records.delete(id);
  const text = recordsText(records);
  if (text === recordsText(before)) return {};
  const next = nextVersion(Math.max(entry.count, countOf(version)), place.writer, text);
  const progress = { on: version, version: next, text, entry: { progressVersion: next, records } };
  const payload: EntryChange = { object: object.ref, earlier: entry.earlier, progress };
  return { commit: { key: object.ref.uid, payload, version: next } };
}
