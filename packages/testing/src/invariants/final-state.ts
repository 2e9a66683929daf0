import { isJsonObject, type Json, type JsonObject, type ObjectBody } from '@kopfts/core';
import type { HistoryEntry } from '../history/history.js';
import { createClusterState } from './cluster-state.js';
import type { OperatorModel } from './invariant.js';

/** What the server sets, differently in each run. */
const SERVER_SET: ReadonlySet<string> = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields']);
const MASK = '(masked)';
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/**
 * The objects of the model's collection after a history, by `namespace/name` (`/name` for cluster-scoped ones), in a form that can be
 * compared between runs: without uid, versions, generation, time of creation and managed fields; that a deletion was requested
 * stays, its time does not; our annotations are parsed, and times in them are masked. Finalizers are sorted: their order says who was faster, nothing else.
 */
export function finalState(history: readonly HistoryEntry[], model: OperatorModel): Readonly<Record<string, Json>> {
  const cluster = createClusterState(model);
  for (const entry of history) if (entry.kind === 'commit') cluster.commit(entry);
  return Object.fromEntries([...cluster.objects.values()].map((body) => [placeOf(body), maskedObject(body, model)]));
}

/** The name under which {@link finalState} lists an object. */
export function placeOf({ metadata }: ObjectBody): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** One object as {@link finalState} gives it. */
export function maskedObject(body: ObjectBody, { annotationPrefix }: Pick<OperatorModel, 'annotationPrefix'>): Json {
  const metadata: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(body.metadata)) if (!SERVER_SET.has(key)) metadata[key] = value;
  if (metadata['deletionTimestamp'] !== undefined) metadata['deletionTimestamp'] = MASK;
  const { annotations, finalizers } = body.metadata;
  if (finalizers !== undefined) metadata['finalizers'] = [...finalizers].sort();
  if (annotations !== undefined) {
    const entries = Object.entries(annotations).map(([key, text]): [string, Json] =>
      key.startsWith(`${annotationPrefix}/`) ? [key, withoutTimes(parsed(text))] : [key, text],
    );
    metadata['annotations'] = Object.fromEntries(entries);
  }
  return { ...body, metadata };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function withoutTimes(value: Json): Json {
  if (typeof value === 'string') return TIME.test(value) ? MASK : value;
  if (Array.isArray(value)) return value.map((item: Json) => withoutTimes(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutTimes(child ?? null)])) satisfies JsonObject;
}
