// The `scale` endpoint: reads and changes the replicas of an object through a Scale.

import type { Ownership } from '../apply/ownership.js';
import { checkKind } from '../apply/ownership.js';
import type { ScaleOwnersOptions } from '../apply/scale-owners.js';
import { ownersAfterScale, ownersOfScale } from '../apply/scale-owners.js';
import type { FieldError } from '../errors.js';
import { badRequest, conflict, fieldInvalid, invalid, notFound, untyped } from '../errors.js';
import { unqualifiedFinalizers } from '../kind/builtin-rules.js';
import type { Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import { readStored } from '../kind/stored-form.js';
import { subdomainProblems } from '../meta/names.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import { validateMeta } from '../meta/validate-meta.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, objectAt, own, stringAt } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import { checkName, checkNamespaceOfBody } from '../write/create-object.js';
import { updateObject } from '../write/update-object.js';
import type { WriteTarget, Written } from '../write/write-context.js';
import { ownedWrite, withoutOwners } from '../write/write-context.js';
import { APPLY } from './apply.js';
import { objectToRead } from './get.js';
import { mediaType } from './negotiation.js';
import { patchProblems, patchReader } from './patch.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderBody } from './representation.js';
import { decodeBody, decodePatched, served } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { checkUid } from './replace.js';
import { SCALE_KIND, numberAt, pathsOf, scaleOf, scaleResource, withReplicas } from './scale-form.js';
import { currentObject, targetOf } from './target.js';
import { readYamlBody } from './yaml.js';
import type { WriteOptions } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

/** What a Scale shows to a patch where the object has no replicas, as the real server has it; the patch must change it. */
const UNSET = -(2 ** 31);

export function getScale(request: ResourceRequest): Reply {
  const paths = pathsOf(request.resource);
  return reply(request, scaleOf(readStored(request.resource, objectToRead(request)), paths));
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

/** Server-side apply of a Scale. */
function applyScale(request: ResourceRequest, ownership: Ownership): Reply {
  const options = parseWriteOptions(request.query, 'PatchOptions', { isApply: true });
  const current = currentObject(request);
  const { value } = readYamlBody(request.body);
  const live = liveScale(request, current);
  const target = { ...targetOf(request, options), isScale: true };
  const write = { ...ownedWrite(target), resource: scaleResource(request.resource), force: options.force };
  const { isCustom } = request.resource;
  checkKind(write.resource, value);
  if (isCustom && entriesOf(live) === undefined)
    throw noScaleOfCustom('failed to create manager for existing fields: failed to convert live object (/');
  const scale = ownership.apply(write, live, value);
  if (isCustom && !deepEqual(withoutOwners(scale), withoutOwners(live)))
    throw noScaleOfCustom(`failed to convert new object (${stringAt(metaOf(value), 'namespace')}/${stringAt(metaOf(value), 'name')}`);
  return change(request, { current, scale, options, isOwned: true });
}

/** The real server has no other version of a Scale to turn one of a custom resource into, and so can apply none that changes anything. */
function noScaleOfCustom(what: string): Error {
  return untyped(
    `${what}; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1`,
  );
}

export function patchScale(request: ResourceRequest): Reply {
  const { ownership } = request.parts.write;
  if (ownership !== undefined && mediaType(request.headers['content-type']) === APPLY) return applyScale(request, ownership);
  const apply = patchReader(request);
  const options = parseWriteOptions(request.query, 'PatchOptions');
  const resource = scaleResource(request.resource);
  const current = currentObject(request);
  const paths = pathsOf(request.resource);
  const live = readStored(request.resource, current);
  const hasReplicas = numberAt(live, paths.specReplicas) !== undefined;
  const before = scaleOf(hasReplicas ? live : withReplicas(live, paths, UNSET), paths);
  const { object, rest } = apply(served(resource, before));
  const { body, warnings } = decodePatched(resource, object, {
    name: request.name,
    validation: options.fieldValidation,
    strategic: rest,
    warnings: request.warnings,
    strict: patchProblems(request, options.fieldValidation, 'Strict'),
  });
  request.warnings.push(...warnings);
  checkNamespaceOfBody(resource, request.namespace, metaOf(body));
  checkName(stringAt(metaOf(body), 'name'), request.name);
  checkPatchedUid(request, stringAt(metaOf(body), 'uid'), current);
  if (!hasReplicas && own(objectAt(body, 'spec'), 'replicas') === UNSET)
    throw badRequest(`the spec replicas field ${JSON.stringify(paths.specReplicas)} cannot be empty`);
  return change(request, { current, scale: body, options });
}

/** The uid is a precondition also of a patch, in the words of the endpoint. */
function checkPatchedUid({ resource, name }: ResourceRequest, uid: string, current: StoredObject): void {
  if (uid === '' || uid === current.uid || resource.isCustom) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`;
  throw conflict({ group: resource.group, plural: `${resource.plural}/scale` }, name, why);
}

function reply(request: ResourceRequest, scale: JsonObject): Reply {
  return jsonText(200, renderBody(viewOf({ ...request, resource: scaleResource(request.resource) }), scale));
}

interface ScaleChange {
  readonly current: StoredObject;
  readonly scale: JsonObject;
  readonly options: WriteOptions;
  /** The Scale has its owners already: it comes from server-side apply. */
  readonly isOwned?: boolean;
}

function change(request: ResourceRequest, { current, scale, options, isOwned = false }: ScaleChange): Reply {
  const paths = pathsOf(request.resource);
  const replicas = own(objectAt(scale, 'spec'), 'replicas') ?? 0;
  // A custom resource is checked as such, a built-in kind through its Scale.
  const errors = request.resource.isCustom ? [] : scaleErrors(scale, replicas);
  if (errors.length > 0) throw invalid(SCALE_KIND, request.name, errors);
  const version = stringAt(metaOf(scale), 'resourceVersion') || String(current.version);
  const changed = withMeta(withReplicas(readStored(request.resource, current), paths, replicas), { resourceVersion: version });
  const target: WriteTarget = { ...targetOf(request, options), isScale: true, isOwned: true };
  const owned = isOwned ? scale : ownedByUpdate(request, target, { current, scale });
  const decoded = withOwnersOfScale(request, changed, owned);
  const after = bodyOf(request.resource, updateObject(request.parts.write, target, { current, decoded }));
  // The schema may know no replicas: nothing was stored then, which is none.
  const isStored = numberAt(after, paths.specReplicas) !== undefined;
  return reply(request, scaleOf(isStored ? after : withReplicas(after, paths, 0), paths));
}

function ownedByUpdate(
  request: ResourceRequest,
  target: WriteTarget,
  { current, scale }: { current: StoredObject; scale: JsonObject },
): JsonObject {
  const { ownership } = request.parts.write;
  if (ownership === undefined) return scale;
  const write = { ...ownedWrite(target), resource: scaleResource(request.resource) };
  return ownership.update(write, liveScale(request, current), scale);
}

/** The Scale of the stored object, with its owners. */
function liveScale(request: ResourceRequest, current: StoredObject): JsonObject {
  const body = readStored(request.resource, current);
  const paths = pathsOf(request.resource);
  const hasReplicas = numberAt(body, paths.specReplicas) !== undefined;
  const shown = scaleOf(hasReplicas ? body : withReplicas(body, paths, UNSET), paths);
  return withMeta(shown, { managedFields: ownersOfScale(entriesOf(body), scaleOwners(request)) });
}

function withOwnersOfScale(request: ResourceRequest, body: JsonObject, scale: JsonObject): JsonObject {
  if (request.parts.write.ownership === undefined) return withoutOwners(body);
  return withMeta(body, { managedFields: ownersAfterScale(entriesOf(body), entriesOf(scale), scaleOwners(request)) });
}

function scaleOwners({ resource, parts }: ResourceRequest): ScaleOwnersOptions {
  const served = parts.write.catalogue.all().filter((other) => other.collection === resource.collection);
  const versions = [...(resource.versions?.keys() ?? [])].map((version) => apiVersionOf({ group: resource.group, version }));
  const pathIn = (apiVersion: string): string | undefined => {
    const found = served.find((other) => apiVersionOf(other) === apiVersion);
    if (found !== undefined) return found.scale?.specReplicas ?? '';
    return versions.includes(apiVersion) ? '' : undefined;
  };
  return { apiVersion: apiVersionOf(resource), pathIn };
}

function entriesOf(body: JsonObject): JsonArray | undefined {
  const entries = own(metaOf(body), 'managedFields');
  return isArray(entries) ? entries : undefined;
}

function scaleErrors(scale: JsonObject, replicas: JsonValue): readonly FieldError[] {
  const isNegative = typeof replicas === 'number' && replicas < 0;
  return [
    ...validateMeta(metaOf(scale), subdomainProblems),
    ...unqualifiedFinalizers(scale),
    ...(isNegative ? [fieldInvalid('spec.replicas', String(replicas), 'must be greater than or equal to 0')] : []),
  ];
}

function bodyOf(resource: Resource, written: Written): JsonObject {
  return written.kind === 'stored' ? readStored(resource, written.object) : written.body;
}
