import { setField, setOwn } from '@kopfts/core';
import type {
  FieldPath,
  HandlerId,
  Instant,
  Json,
  JsonObject,
  LoadedProgress,
  MergePatch,
  ObjectBody,
  ObjectView,
  ProgressChange,
  ProgressQuery,
  ProgressRecord,
  ProgressStore,
  StorePlan,
} from '@kopfts/core';
import { annotationPatch, erase, firstReadable, keysOn } from './annotation-layout.js';
import type { AnnotationLayout } from './annotation-layout.js';
import { interpretRecord, parseMapping, sameRecord, writeRecord } from './record-text.js';
import { entryOf, recordsIn } from './status-layout.js';
import type { OnUnreadable } from './unreadable-report.js';

export interface ProgressStoreOptions extends AnnotationLayout {
  /** Keep nulls in records. */
  readonly verbose: boolean;
  /** Where older Kopf versions left records: read and purged, never written (ST-27). Default: `status.kopf.progress`. */
  readonly legacyField?: FieldPath | undefined;
  /** For records without `started` (G-07). */
  readonly now: () => Instant;
  readonly onUnreadable: OnUnreadable;
  /** Two handlers of a kind whose ids make the same annotation; called once for each set of handlers. Default: nobody is told. */
  readonly onShared?: ((annotation: string, ids: readonly [HandlerId, HandlerId]) => void) | undefined;
}

const LEGACY: FieldPath = ['status', 'kopf', 'progress'];
const legacyOf = ({ legacyField = LEGACY }: ProgressStoreOptions): FieldPath => legacyField;

/** One annotation per handler (ST-21); records that older Kopf versions left in the status are read and purged (ST-27). */
export function createAnnotationProgressStore(options: ProgressStoreOptions): ProgressStore {
  const legacy = legacyOf(options);
  const checked = new WeakSet<readonly HandlerId[]>();
  return {
    load: (queries) => {
      for (const { object, handlers } of queries) {
        if (!checked.has(handlers)) reportShared(object, handlers, options);
        checked.add(handlers);
      }
      return queries.map((query) => loadOne(query, options));
    },
    plan: (change, seen) => planProgress(change, seen, options),
    ownsAnnotation: (key) => key.startsWith(`${options.prefix}/`),
    endpoint: 'main',
    ownsField: legacy === LEGACY ? legacy.slice(0, -1) : legacy,
    keptIn: [legacy],
  };
}

/** `a/b` and `a.b` make one annotation, as in Kopf: the record of one of them would count for both. */
function reportShared(object: ObjectView, handlers: readonly HandlerId[], options: ProgressStoreOptions): void {
  const owners = new Map<string, HandlerId>();
  for (const handler of handlers) {
    // The one that is read first: what older keys share is not mixed up.
    const [annotation = ''] = keysOn(object.body, handler, options);
    const owner = owners.get(annotation);
    if (owner !== undefined && owner !== handler) options.onShared?.(annotation, [owner, handler]);
    owners.set(annotation, handler);
  }
}

function loadOne({ object, handlers }: ProgressQuery, options: ProgressStoreOptions): LoadedProgress {
  const records = new Map<HandlerId, ProgressRecord>();
  for (const handler of handlers) {
    const record = readAnnotation(object, handler, options) ?? readLegacy(object, handler, options);
    if (record) records.set(handler, record);
  }
  return { records, version: undefined };
}

function readAnnotation(object: ObjectView, handler: HandlerId, options: ProgressStoreOptions): ProgressRecord | undefined {
  return firstReadable(object.body, keysOn(object.body, handler, options), (text, annotation) => {
    const parsed = parseMapping(text);
    if (parsed === 'absent') return undefined;
    return interpretRecord(parsed, options.now(), (fields) => {
      options.onUnreadable(object, { annotation }, fields);
    });
  });
}

function readLegacy(object: ObjectView, handler: HandlerId, options: ProgressStoreOptions): ProgressRecord | undefined {
  const legacy = legacyOf(options);
  return interpretRecord(entryOf(legacyRecords(object.body, legacy), handler), options.now(), (fields) => {
    options.onUnreadable(object, { field: [...legacy, handler].join('.') }, fields);
  });
}

/** Pure: only records that differ from what was read are written, only what is there is purged (G-10, ST-22). */
function planProgress(change: ProgressChange, seen: LoadedProgress, options: ProgressStoreOptions): StorePlan {
  const { body } = change.object;
  const purged = change.purge.filter((handler) => !change.store.has(handler));
  const annotations: Record<string, Json> = {};
  for (const handler of purged) Object.assign(annotations, erase(body, keysOn(body, handler, options)));
  for (const [handler, record] of change.store) {
    const before = seen.records.get(handler);
    // Written back unchanged, a record keeps its text: offsets, key order, fields that only a newer Kopf knows.
    if (before !== undefined && sameRecord(before, record)) continue;
    for (const key of keysOn(body, handler, options)) annotations[key] = writeRecord(record, options.verbose);
  }
  const patch = { ...annotationPatch(change.object, annotations, options), ...legacyPurge(body, purged, legacyOf(options)) };
  return Object.keys(patch).length === 0 ? {} : { patch };
}

function legacyPurge(body: ObjectBody, purged: readonly HandlerId[], legacy: FieldPath): MergePatch {
  const stored = legacyRecords(body, legacy);
  const nulls: Record<string, Json> = {};
  for (const handler of purged) if (Object.hasOwn(stored, handler)) setOwn(nulls, handler, null);
  return Object.keys(nulls).length === 0 ? {} : setField({}, legacy, nulls);
}

/** Something else than a mapping is none of our business here: nothing is written there. */
function legacyRecords(body: ObjectBody, legacy: FieldPath): JsonObject {
  const records = recordsIn(body, legacy);
  return records === 'unreadable' ? {} : records;
}
