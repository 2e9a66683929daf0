import { jsonEqual } from '@kopfts/core';
import type { DiffBaseChange, DiffBaseStore, FieldPath, Json, LoadedDiffBase, ObjectView, StorePlan } from '@kopfts/core';
import { annotationKeys } from './annotation-key.js';
import { annotationPatch, annotationsOf, firstReadable, keysOn, managedMark, touchKeyOf } from './annotation-layout.js';
import type { AnnotationLayout } from './annotation-layout.js';
import { ANNOTATIONS_LIMIT_BYTES, bytesBeyondLimit } from './annotation-room.js';
import { EssenceFormatError, EssenceTooLargeError } from './errors.js';
import { packEssence, unpackEssence, type LargeEssences } from './packed-essence.js';
import { asciiJson, parseMapping } from './record-text.js';
import type { OnUnreadable } from './unreadable-report.js';

export interface DiffBaseStoreOptions extends AnnotationLayout {
  /** The last part of the key, before it is made fit (ST-41). Default: `last-handled-configuration`. */
  readonly key?: string | undefined;
  readonly ignoredFields?: readonly FieldPath[];
  /** What becomes of an essence that does not fit. Default: it is refused. */
  readonly large?: LargeEssences | undefined;
  /** An annotation of ours that is no essence: it counts as absent, as if somebody had deleted it. */
  readonly onUnreadable: OnUnreadable;
}

const keyOf = ({ key = 'last-handled-configuration' }: DiffBaseStoreOptions): string => key;

/** The essence handled last, as compact JSON and a newline (ST-41). */
export function createAnnotationDiffBaseStore(options: DiffBaseStoreOptions): DiffBaseStore {
  const written = [keyOf(options), touchKeyOf(options)].flatMap((key) => [key, `${key}-ofDRS`]);
  const own = new Set([managedMark(options.prefix), ...written.flatMap((key) => annotationKeys(options.prefix, key, options.v1))]);
  return {
    load: (objects) => objects.map((object) => readEssence(object, options)),
    plan: (change, seen) => planDiffBase(change, seen, options),
    endpoint: 'main',
    ownsAnnotation: (key) => own.has(key),
    ignoredFields: options.ignoredFields ?? [],
  };
}

function readEssence(object: ObjectView, options: DiffBaseStoreOptions): LoadedDiffBase {
  const found = firstReadable(object.body, keysOn(object.body, keyOf(options), options), (text, annotation) => {
    const parsed = parseMapping(text);
    const unpacked = typeof parsed === 'string' ? undefined : unpackEssence(parsed);
    if (unpacked?.kind === 'newer') throw new EssenceFormatError(object.ref.name, annotation, unpacked.form);
    if (parsed === 'unreadable' || unpacked?.kind === 'unreadable') options.onUnreadable(object, { annotation });
    return unpacked?.kind === 'unreadable' ? undefined : unpacked;
  });
  if (found === undefined) return { essence: undefined, version: undefined };
  return found.kind === 'hash'
    ? { essence: undefined, version: undefined, lost: found.lost }
    : { essence: found.essence, version: undefined };
}

function planDiffBase(change: DiffBaseChange, seen: LoadedDiffBase, options: DiffBaseStoreOptions): StorePlan {
  if (seen.essence !== undefined && jsonEqual(seen.essence, change.essence)) return {};
  const plain = patchOf(change.object, `${asciiJson(change.essence)}\n`, options);
  if (plain.bytes === undefined) return plain.plan;
  const packed = packEssence(change.essence, options.large ?? 'refuse');
  const small = packed === undefined ? plain : patchOf(change.object, packed, options);
  if (small.bytes === undefined) return small.plan;
  return { refused: new EssenceTooLargeError(change.object.ref.name, small.bytes, ANNOTATIONS_LIMIT_BYTES) };
}

interface Fitting {
  readonly plan: StorePlan;
  /** If it does not fit. */
  readonly bytes: number | undefined;
}

function patchOf(object: ObjectView, text: string, options: DiffBaseStoreOptions): Fitting {
  const annotations: Record<string, Json> = Object.fromEntries(keysOn(object.body, keyOf(options), options).map((key) => [key, text]));
  const patch = annotationPatch(object, annotations, options);
  if (patch === undefined) return { plan: {}, bytes: undefined };
  return { plan: { patch }, bytes: bytesBeyondLimit(annotationsOf(object.body), patch.metadata.annotations) };
}
