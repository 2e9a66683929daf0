import { setOwn } from '@kopfts/core';
import type {
  HandlerId,
  Instant,
  Json,
  LoadedProgress,
  ProgressChange,
  ProgressQuery,
  ProgressRecord,
  ProgressStore,
  StorePlan,
} from '@kopfts/core';
import { interpretRecord, recordFields, sameRecord } from './record-text.js';
import { blockerOf, entryOf, fieldPatch, recordsIn } from './status-layout.js';
import type { StatusLayout } from './status-layout.js';
import type { OnUnreadable } from './unreadable-report.js';

export interface StatusProgressStoreOptions {
  readonly layout: StatusLayout;
  /** For records without `started` (G-07). */
  readonly now: () => Instant;
  readonly onUnreadable: OnUnreadable;
}

/** Records as mappings under the plain handler ids, in one field of the status (ST-25). */
export function createStatusProgressStore(options: StatusProgressStoreOptions): ProgressStore {
  const { layout } = options;
  return {
    load: (queries) => queries.map((query) => loadOne(query, options)),
    plan: (change, seen) => planProgress(change, seen, layout),
    ownsAnnotation: () => false,
    ownsField: layout.ownedByProgress,
    keptIn: [layout.progress, layout.touch],
  };
}

function loadOne({ object, handlers }: ProgressQuery, { layout, now, onUnreadable }: StatusProgressStoreOptions): LoadedProgress {
  const records = new Map<HandlerId, ProgressRecord>();
  const place = layout.progress.join('.');
  const blocker = blockerOf(object.body, layout.progress);
  if (blocker) onUnreadable(object, { field: blocker.join('.') });
  const stored = recordsIn(object.body, layout.progress);
  if (stored === 'unreadable') onUnreadable(object, { field: place });
  else
    for (const handler of handlers) {
      const record = interpretRecord(entryOf(stored, handler), now(), (fields) => {
        onUnreadable(object, { field: `${place}.${handler}` }, fields);
      });
      if (record) records.set(handler, record);
    }
  return { records, version: undefined };
}

/** Pure: only records that differ from what was read are written, only what is there is purged (G-10, ST-22). */
function planProgress({ object, store, purge }: ProgressChange, seen: LoadedProgress, layout: StatusLayout): StorePlan {
  const stored = recordsIn(object.body, layout.progress);
  const changes: Record<string, Json> = {};
  for (const handler of purge)
    if (!store.has(handler) && stored !== 'unreadable' && Object.hasOwn(stored, handler)) setOwn(changes, handler, null);
  for (const [handler, record] of store) {
    const before = seen.records.get(handler);
    // With its nulls: they take away what a record does not have any more, for a patch merges mappings.
    if (before === undefined || !sameRecord(before, record)) setOwn(changes, handler, recordFields(record));
  }
  if (Object.keys(changes).length > 0) return { patch: fieldPatch(object.body, layout.progress, { value: changes, touch: layout.touch }) };
  // What nobody can read goes when all is forgotten.
  const isWaste = stored === 'unreadable' && purge.length > 0;
  return isWaste ? { patch: fieldPatch(object.body, layout.progress, { value: null, touch: layout.touch }) } : {};
}
