// The part of an object whose change matters, and what our annotation says was handled last: read from the bodies alone, without
// the code under test, so that a mistake of the one is not a mistake of the other.
import { isJsonObject, type Json, type JsonObject, type ObjectBody } from '@kopfts/core';
import { canonicalText } from './canonical-text.js';
import type { OperatorModel } from './invariant.js';
import { valueIn } from './json-path.js';

type EssenceModel = Pick<OperatorModel, 'annotationPrefix' | 'handlers'>;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MARKER = '/kopf-managed';

/** The annotation that holds what was handled last. */
export function diffBaseKey({ annotationPrefix }: Pick<OperatorModel, 'annotationPrefix'>): string {
  return `${annotationPrefix}/last-handled-configuration`;
}

/** What was handled last, by the annotation of the object; `undefined` if there is none, or nothing that can be read. */
export function storedEssence(body: ObjectBody | undefined, model: EssenceModel): JsonObject | undefined {
  const text = body?.metadata.annotations?.[diffBaseKey(model)];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The essence of an object: everything but identity, system metadata and status; labels; annotations of others than operators;
 * and the fields for which handlers of the model were declared.
 */
export function essenceOf(body: ObjectBody, model: EssenceModel): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = body;
  const essence: Record<string, Json | undefined> = { ...rest };
  const ofMetadata: Record<string, Json> = {};
  const annotations = othersAnnotations(metadata.annotations ?? {}, model.annotationPrefix);
  if (Object.keys(metadata.labels ?? {}).length > 0) ofMetadata['labels'] = { ...metadata.labels };
  if (Object.keys(annotations).length > 0) ofMetadata['annotations'] = annotations;
  if (Object.keys(ofMetadata).length > 0) essence['metadata'] = ofMetadata;
  return model.handlers.reduce<JsonObject>((known, { field }) => withField(known, field, body), essence);
}

/** One text for essences that count as equal. What of the status no handler of the model was declared for is left out. */
export function essenceText(essence: Json | undefined, model: EssenceModel): string {
  const { status, ...rest } = isJsonObject(essence) ? essence : {};
  if (status === undefined || model.handlers.some(({ field }) => field?.[0] === 'status')) {
    return canonicalText(essence, { nullIsNothing: true });
  }
  return canonicalText(rest, { nullIsNothing: true });
}

function othersAnnotations(annotations: Readonly<Record<string, string>>, ownPrefix: string): Record<string, string> {
  const keys = Object.keys(annotations);
  const marked = new Set(keys.filter((key) => key.endsWith(MARKER)).map((key) => key.slice(0, -MARKER.length)));
  const isOperators = (prefix: string): boolean =>
    marked.has(prefix) || prefix === ownPrefix || prefix === 'kopf.zalando.org' || prefix.endsWith('.kopf.zalando.org');
  const kept = keys.filter((key) => key !== LAST_APPLIED && !isOperators(key.slice(0, Math.max(0, key.lastIndexOf('/')))));
  return Object.fromEntries(kept.map((key) => [key, annotations[key] ?? '']));
}

function withField(essence: JsonObject, field: readonly string[] | undefined, body: ObjectBody): JsonObject {
  const value = field === undefined ? undefined : valueIn(body, field);
  return field === undefined || value === undefined ? essence : placed(essence, field, value);
}

function placed(into: Json | undefined, [key, ...rest]: readonly string[], value: Json): JsonObject {
  const base = isJsonObject(into) ? into : {};
  if (key === undefined) return base;
  return { ...base, [key]: rest.length === 0 ? value : placed(base[key], rest, value) };
}
