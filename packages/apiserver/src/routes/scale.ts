// The `scale` endpoint: the replicas of an object as a Scale of the group autoscaling, whatever the object's own fields are called.

import type { FieldError } from '../errors.js';
import { badRequest, fieldInvalid, internal, invalid, notFound } from '../errors.js';
import { reviewRules } from '../kind/access-kinds.js';
import type { Resource, ScalePaths } from '../kind/resource.js';
import { subdomainProblems } from '../meta/names.js';
import { metaOf } from '../meta/object-meta.js';
import { validateMeta } from '../meta/validate-meta.js';
import { SCALE_COLUMNS } from '../table/columns.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, withKey } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import { checkName } from '../write/create-object.js';
import { updateObject } from '../write/update-object.js';
import type { Written } from '../write/write-context.js';
import { patchReader, strategicOf } from './patch.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderBody } from './representation.js';
import { decodeBody, decodePatched, served } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { checkUid } from './replace.js';
import { currentObject, targetOf } from './target.js';
import type { WriteOptions } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

const KIND = { group: 'autoscaling', kind: 'Scale' };
const rules = reviewRules('autoscaling.v1.Scale');

export function getScale(request: ResourceRequest): Reply {
  const paths = pathsOf(request.resource);
  return reply(request, scaleOf(currentObject(request).body, paths));
}

export function replaceScale(request: ResourceRequest): Reply {
  const options = parseWriteOptions(request.query, 'UpdateOptions');
  const { body } = decodeBody({ ...request, resource: scaleResource(request.resource) }, options.fieldValidation);
  const { resource, name, parts, namespace } = request;
  const sent = stringAt(metaOf(body), 'name');
  checkName(sent, name);
  const current = parts.write.store.get(resource.collection, namespace, name);
  if (current === undefined) throw notFound(resource, name);
  checkUid(request, body, current);
  return change(request, { current, scale: body, options });
}

export function patchScale(request: ResourceRequest): Reply {
  const apply = patchReader(request);
  const options = parseWriteOptions(request.query, 'PatchOptions');
  const resource = scaleResource(request.resource);
  const current = currentObject(request);
  const paths = pathsOf(request.resource);
  const hasReplicas = numberAt(current.body, paths.specReplicas) !== undefined;
  const before = scaleOf(hasReplicas ? current.body : setAt(current.body, stepsOf(paths.specReplicas), 0), paths);
  const { body, warnings } = decodePatched(resource, apply(served(resource, before)), {
    validation: options.fieldValidation,
    strategic: strategicOf(request),
    warnings: request.warnings,
  });
  request.warnings.push(...warnings);
  if (!hasReplicas && own(objectAt(body, 'spec'), 'replicas') === undefined)
    throw badRequest(`the spec replicas field ${JSON.stringify(paths.specReplicas)} cannot be empty`);
  return change(request, { current, scale: body, options });
}

function pathsOf(resource: Resource): ScalePaths {
  if (resource.scale === undefined) throw notFound(resource, '');
  return resource.scale;
}

/** The endpoint speaks of another kind than the object that it hangs on. */
function scaleResource(resource: Resource): Resource {
  return { ...resource, ...KIND, errorGroup: KIND.group, version: 'v1', isCustom: false, columns: SCALE_COLUMNS, rules };
}

function reply(request: ResourceRequest, scale: JsonObject): Reply {
  return jsonText(200, renderBody(viewOf({ ...request, resource: scaleResource(request.resource) }), scale));
}

function change(
  request: ResourceRequest,
  { current, scale, options }: { current: StoredObject; scale: JsonObject; options: WriteOptions },
): Reply {
  const paths = pathsOf(request.resource);
  const replicas = own(objectAt(scale, 'spec'), 'replicas') ?? 0;
  // A custom resource is checked as such, a built-in kind through its Scale.
  const errors = request.resource.isCustom ? [] : scaleErrors(scale, replicas);
  if (errors.length > 0) throw invalid(KIND, request.name, errors);
  const version = stringAt(metaOf(scale), 'resourceVersion') || String(current.version);
  const changed = setAt(current.body, stepsOf(paths.specReplicas), replicas);
  const decoded = withKey(changed, 'metadata', withKey(metaOf(changed), 'resourceVersion', version));
  const target = { ...targetOf(request, options), isScale: true };
  return reply(request, scaleOf(bodyOf(updateObject(request.parts.write, target, { current, decoded })), paths));
}

function scaleErrors(scale: JsonObject, replicas: JsonValue): readonly FieldError[] {
  const isNegative = typeof replicas === 'number' && replicas < 0;
  return [
    ...validateMeta(metaOf(scale), subdomainProblems),
    ...(isNegative ? [fieldInvalid('spec.replicas', String(replicas), 'must be greater than or equal to 0')] : []),
  ];
}

function bodyOf(written: Written): JsonObject {
  return written.kind === 'stored' ? written.object.body : written.body;
}

function scaleOf(body: JsonObject, paths: ScalePaths): JsonObject {
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

function numberAt(body: JsonObject, path: string): number | undefined {
  const value = valueAt(body, path);
  if (value === undefined) return undefined;
  if (typeof value === 'number') return value;
  throw badRequest(`${path} accessor error: ${JSON.stringify(value)} is of the type ${typeof value}, expected int64`);
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
