import { isJsonObject } from '@kopfts/core';
import type {
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
import { parseMapping, readRecord, sameRecord, writeRecord } from './record-text.js';

export interface ProgressStoreOptions extends AnnotationLayout {
  /** Keep nulls in records. */
  readonly verbose: boolean;
  /** For records without `started` (G-07). */
  readonly now: () => Instant;
  /** An annotation of ours that is no record: it counts as absent, and the next write repairs it. */
  readonly onUnreadable: (object: ObjectView, annotation: string) => void;
}

/** One annotation per handler (ST-21); records that older Kopf versions left in the status are read and purged (ST-27). */
export function createAnnotationProgressStore(options: ProgressStoreOptions): ProgressStore {
  return {
    load: (queries) => Promise.resolve(queries.map((query) => loadOne(query, options))),
    plan: (change, seen) => planProgress(change, seen, options),
    ownsAnnotation: (key) => key.startsWith(`${options.prefix}/`),
    endpoint: 'main',
    ownsField: ['status', 'kopf'],
  };
}

function loadOne(query: ProgressQuery, options: ProgressStoreOptions): LoadedProgress {
  const records = new Map<HandlerId, ProgressRecord>();
  for (const handler of query.handlers) {
    const fields = readAnnotation(query.object, handler, options) ?? statusRecords(query.object.body)[handler];
    if (isJsonObject(fields)) records.set(handler, readRecord(fields, options.now()));
  }
  return { records, version: undefined };
}

function readAnnotation(object: ObjectView, handler: HandlerId, options: ProgressStoreOptions): JsonObject | undefined {
  return firstReadable(object.body, keysOn(object.body, handler, options), (text, annotation) => {
    const parsed = parseMapping(text);
    if (parsed === 'unreadable') options.onUnreadable(object, annotation);
    return typeof parsed === 'string' ? undefined : parsed;
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
  const patch = { ...annotationPatch(change.object, annotations, options), ...statusPurge(body, purged) };
  return Object.keys(patch).length === 0 ? {} : { patch };
}

function statusPurge(body: ObjectBody, purged: readonly HandlerId[]): MergePatch {
  const stored = statusRecords(body);
  const nulls = Object.fromEntries(purged.filter((handler) => Object.hasOwn(stored, handler)).map((handler) => [handler, null]));
  return Object.keys(nulls).length === 0 ? {} : { status: { kopf: { progress: nulls } } };
}

function statusRecords(body: ObjectBody): JsonObject {
  const status = body['status'];
  const kopf = isJsonObject(status) ? status['kopf'] : undefined;
  const progress = isJsonObject(kopf) ? kopf['progress'] : undefined;
  return isJsonObject(progress) ? progress : {};
}
