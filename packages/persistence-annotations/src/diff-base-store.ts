import { jsonEqual } from '@kopfts/core';
import type { DiffBaseChange, DiffBaseStore, Essence, Json, LoadedDiffBase, ObjectView, StorePlan } from '@kopfts/core';
import { annotationKeys } from './annotation-key.js';
import { annotationPatch, firstReadable, keysOn, managedMark, TOUCH_KEY } from './annotation-layout.js';
import type { AnnotationLayout } from './annotation-layout.js';
import { asciiJson, parseMapping } from './record-text.js';

export interface DiffBaseStoreOptions extends AnnotationLayout {
  /** An annotation of ours that is no essence: it counts as absent, as if somebody had deleted it. */
  readonly onUnreadable: (object: ObjectView, annotation: string) => void;
}

const KEY = 'last-handled-configuration';

/** The essence handled last, as compact JSON and a newline (ST-41). */
export function createAnnotationDiffBaseStore(options: DiffBaseStoreOptions): DiffBaseStore {
  const written = [KEY, TOUCH_KEY].flatMap((key) => [key, `${key}-ofDRS`]);
  const own = new Set([managedMark(options.prefix), ...written.flatMap((key) => annotationKeys(options.prefix, key, options.v1))]);
  return {
    load: (objects) => Promise.resolve(objects.map((object) => ({ essence: readEssence(object, options), version: undefined }))),
    plan: (change, seen) => planDiffBase(change, seen, options),
    endpoint: 'main',
    ownsAnnotation: (key) => own.has(key),
  };
}

function readEssence(object: ObjectView, options: DiffBaseStoreOptions): Essence | undefined {
  return firstReadable(object.body, keysOn(object.body, KEY, options), (text, annotation) => {
    const parsed = parseMapping(text);
    if (parsed === 'unreadable') options.onUnreadable(object, annotation);
    return typeof parsed === 'string' ? undefined : parsed;
  });
}

function planDiffBase(change: DiffBaseChange, seen: LoadedDiffBase, options: DiffBaseStoreOptions): StorePlan {
  if (seen.essence !== undefined && jsonEqual(seen.essence, change.essence)) return {};
  const text = `${asciiJson(change.essence)}\n`;
  const annotations: Record<string, Json> = Object.fromEntries(keysOn(change.object.body, KEY, options).map((key) => [key, text]));
  const patch = annotationPatch(change.object, annotations, options);
  return patch === undefined ? {} : { patch };
}
