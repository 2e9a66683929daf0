import { isJsonObject } from '@kopfts/core';
import type { Json, JsonArray, MergePatch, ObjectBody, ObjectView } from '@kopfts/core';
import { annotationKeys } from './annotation-key.js';

/** Where on an object our annotations are, shared by both stores: prefix, key versions, `-ofDRS`, the mark, the touch. */
export interface AnnotationLayout {
  readonly prefix: string;
  /** Also read and write the keys of Kopf before its v2 keys (ST-07). */
  readonly v1: boolean;
  /** The last part of the key that Kopf changes to wake itself up (ST-23); we only take it away. Default: `touch-dummy`. */
  readonly touchKey?: string | undefined;
  /** Keys made before, by handler id: the same few are asked for with every write. Emptied when it grows. */
  readonly remembered?: Map<string, readonly string[]> | undefined;
}

const REMEMBERED_LIMIT = 1000;

/** The key of the touch (ST-23). */
export function touchKeyOf({ touchKey = 'touch-dummy' }: AnnotationLayout): string {
  return touchKey;
}

/** The annotations of one key on this object, first the one that is read first. */
export function keysOn(body: ObjectBody, key: string, layout: AnnotationLayout): readonly string[] {
  // Deployments copy their annotations to their ReplicaSets, where they would pass for the ReplicaSet's own (ST-08).
  const full = isOfDeployment(body) ? `${key}-ofDRS` : key;
  const known = layout.remembered?.get(full);
  if (known) return known;
  const made = annotationKeys(layout.prefix, full, layout.v1);
  if ((layout.remembered?.size ?? 0) >= REMEMBERED_LIMIT) layout.remembered?.clear();
  layout.remembered?.set(full, made);
  return made;
}

/** The annotations of an object; empty if it has none. */
export function annotationsOf(body: ObjectBody): Readonly<Record<string, string>> {
  return body.metadata.annotations ?? {};
}

/** The text under the first of these keys for which `read` finds something. */
export function firstReadable<T>(
  body: ObjectBody,
  keys: readonly string[],
  read: (text: string, key: string) => T | undefined,
): T | undefined {
  const annotations = annotationsOf(body);
  for (const key of keys) {
    const text = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    const found = typeof text === 'string' ? read(text, key) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `null` for those of the keys that are on the object; purging what is not there costs nothing (ST-22). */
export function erase(body: ObjectBody, keys: readonly string[]): Record<string, null> {
  const annotations = annotationsOf(body);
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(annotations, key)).map((key) => [key, null]));
}

/** A patch of annotations, and of nothing else. */
export interface AnnotationPatch extends MergePatch {
  readonly metadata: { readonly annotations: Readonly<Record<string, Json>> };
}

/**
 * The patch for these changes of annotations; `undefined` if there are none. Whoever writes a value with a prefix that Kopf
 * operators do not recognise adds the mark by which they do (ST-09), and a touch of a Kopf operator goes with the next write.
 */
export function annotationPatch(
  object: ObjectView,
  changes: Readonly<Record<string, Json>>,
  layout: AnnotationLayout,
): AnnotationPatch | undefined {
  if (Object.keys(changes).length === 0) return undefined;
  const isWriting = Object.values(changes).some((value) => value !== null);
  const mark = managedMark(layout.prefix);
  const needsMark = isWriting && !layout.prefix.startsWith('kopf.') && !Object.hasOwn(annotationsOf(object.body), mark);
  const annotations = {
    ...changes,
    ...(needsMark ? { [mark]: 'yes' } : {}),
    ...erase(object.body, keysOn(object.body, touchKeyOf(layout), layout)),
  };
  return { metadata: { annotations } };
}

/** The annotation that tells Kopf operators whose prefix this is. */
export function managedMark(prefix: string): string {
  return `${prefix}/kopf-managed`;
}

function isOfDeployment(body: ObjectBody): boolean {
  if (body.kind !== 'ReplicaSet') return false;
  const owners = body.metadata['ownerReferences'];
  return Array.isArray(owners) && (owners as JsonArray).some((owner) => isJsonObject(owner) && owner['kind'] === 'Deployment');
}
