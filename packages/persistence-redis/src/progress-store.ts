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
    load: (queries) => Promise.all(queries.map((query) => loadOne(place, query))),
    plan: (change, seen) => planProgress(place, change, seen as LoadedRecords),
    commit: (write, signal) => place.commit([write], signal),
    ownsAnnotation: () => false,
  };
}

async function loadOne(place: Place, { object, handlers }: ProgressQuery): Promise<LoadedRecords> {
  const entry = await place.load(object);
  const records = new Map([...entry.records].filter(([id]) => handlers.includes(id)));
  return { records, version: entry.stored.progressVersion, entry };
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
