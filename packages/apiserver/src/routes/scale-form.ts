// What a Scale is: the replicas of an object as a kind of the group autoscaling, whatever the object's own fields are called.

import { badRequest, internal, notFound } from '../errors.js';
import { jsonTextOf } from '../exact-numbers.js';
import { reviewRules } from '../kind/access-kinds.js';
import type { Resource, ScalePaths } from '../kind/resource.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, withKey } from '../store/json-value.js';
import { CUSTOM_SCALE_COLUMNS, SCALE_COLUMNS } from '../table/columns.js';

export const SCALE_KIND = { group: 'autoscaling', kind: 'Scale' };
const rules = reviewRules('autoscaling.v1.Scale');

export function pathsOf(resource: Resource): ScalePaths {
  if (resource.scale === undefined) throw notFound(resource, '');
  return resource.scale;
}

/** The endpoint speaks of another kind than the object that it hangs on. */
export function scaleResource(resource: Resource): Resource {
  const columns = resource.isCustom ? CUSTOM_SCALE_COLUMNS : SCALE_COLUMNS;
  const goPackage = resource.isCustom ? 'v1' : SCALE_KIND.group;
  return { ...resource, ...SCALE_KIND, errorGroup: SCALE_KIND.group, version: 'v1', isCustom: false, columns, rules, goPackage };
}

export function scaleOf(body: JsonObject, paths: ScalePaths): JsonObject {
  const metadata = metaOf(body);
  const kept = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'];
  const replicas = numberAt(body, paths.specReplicas);
  if (replicas === undefined) throw internal(`the spec replicas field ${JSON.stringify(paths.specReplicas)} does not exist`);
  const selector = selectorOf(body, paths.labelSelector);
  return {
    metadata: Object.fromEntries(kept.flatMap((key) => (own(metadata, key) === undefined ? [] : [[key, own(metadata, key) ?? null]]))),
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(body, paths.statusReplicas) ?? 0, ...(selector === '' ? {} : { selector }) },
  };
}

function stepsOf(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}

function valueAt(body: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = body;
  for (const step of stepsOf(path)) value = isObject(value) ? own(value, step) : undefined;
  return value;
}

export function numberAt(body: JsonObject, path: string): number | undefined {
  const value = valueAt(body, path);
  if (value === undefined) return undefined;
  if (typeof value === 'number') return value;
  throw badRequest(`${path} accessor error: ${jsonTextOf(value)} is of the type ${typeof value}, expected int64`);
}

/** Custom resources keep a text, built-in kinds a structure. */
function selectorOf(body: JsonObject, path: string): string {
  if (path !== '') {
    const value = valueAt(body, path);
    return typeof value === 'string' ? value : '';
  }
  const labels = objectAt(objectAt(objectAt(body, 'spec'), 'selector'), 'matchLabels');
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${stringAt(labels, key)}`)
    .join(',');
}

function setAt(body: JsonObject, [step = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (rest.length === 0) return withKey(body, step, value);
  return withKey(body, step, setAt(objectAt(body, step), rest, value));
}

/** The object with so many replicas. */
export function withReplicas(body: JsonObject, paths: ScalePaths, replicas: JsonValue): JsonObject {
  return setAt(body, stepsOf(paths.specReplicas), replicas);
}
