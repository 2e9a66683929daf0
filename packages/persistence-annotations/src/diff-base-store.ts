import { jsonEqual } from '@kopfts/core';
import type { DiffBaseChange, DiffBaseStore, Essence, FieldPath, Json, LoadedDiffBase, ObjectView, StorePlan } from '@kopfts/core';
import { annotationKeys } from './annotation-key.js';
import { annotationPatch, annotationsOf, firstReadable, keysOn, managedMark, touchKeyOf } from './annotation-layout.js';
import type { AnnotationLayout } from './annotation-layout.js';
import { ANNOTATIONS_LIMIT_BYTES, bytesBeyondLimit } from './annotation-room.js';
import { EssenceTooLargeError } from './errors.js';
import { asciiJson, parseMapping } from './record-text.js';
import type { OnUnreadable } from './unreadable-report.js';

export interface DiffBaseStoreOptions extends AnnotationLayout {
  /** The last part of the key, before it is made fit (ST-41). Default: `last-handled-configuration`. */
  readonly key?: string | undefined;
  readonly ignoredFields?: readonly FieldPath[];
  /** An annotation of ours that is no essence: it counts as absent, as if somebody had deleted it. */
  readonly onUnreadable: OnUnreadable;
}

const keyOf = ({ key = 'last-handled-configuration' }: DiffBaseStoreOptions): string => key;

/** The essence handled last, as compact JSON and a newline (ST-41). */
export function createAnnotationDiffBaseStore(options: DiffBaseStoreOptions): DiffBaseStore {
  const written = [keyOf(options), touchKeyOf(options)].flatMap((key) => [key, `${key}-ofDRS`]);
  const own = new Set([managedMark(options.prefix), ...written.flatMap((key) => annotationKeys(options.prefix, key, options.v1))]);
  return {
    load: (objects) => Promise.resolve(objects.map((object) => ({ essence: readEssence(object, options), version: undefined }))),
    plan: (change, seen) => planDiffBase(change, seen, options),
    endpoint: 'main',
    ownsAnnotation: (key) => own.has(key),
    ignoredFields: options.ignoredFields ?? [],
  };
}

function readEssence(object: ObjectView, options: DiffBaseStoreOptions): Essence | undefined {
  return firstReadable(object.body, keysOn(object.body, keyOf(options), options), (text, annotation) => {
    const parsed = parseMapping(text);
    if (parsed === 'unreadable') options.onUnreadable(object, { annotation });
    return typeof parsed === 'string' ? undefined : parsed;
  });
}

function planDiffBase(change: DiffBaseChange, seen: LoadedDiffBase, options: DiffBaseStoreOptions): StorePlan {
  if (seen.essence !== undefined && jsonEqual(seen.essence, change.essence)) return {};
  const text = `${asciiJson(change.essence)}\n`;
  const annotations: Record<string, Json> = Object.fromEntries(
    keysOn(change.object.body, keyOf(options), options).map((key) => [key, text]),
  );
  const patch = annotationPatch(change.object, annotations, options);
  if (patch === undefined) return {};
  const { ref, body } = change.object;
  const bytes = bytesBeyondLimit(annotationsOf(body), patch.metadata.annotations);
  if (bytes !== undefined) return { refused: new EssenceTooLargeError(ref.name, bytes, ANNOTATIONS_LIMIT_BYTES) };
  return { patch };
}
