// Server-side apply: PATCH with a whole configuration, which may also create.

import { badRequest, conflict, invalid, notFound, untyped } from '../errors.js';
import type { Ownership } from '../apply/ownership.js';
import { DecodeError } from '../go/decode-error.js';
import { readStored } from '../kind/stored-form.js';
import type { Decoded, Resource } from '../kind/resource.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { stringAt } from '../store/json-value.js';
import { bodyVersion } from '../store/resource-version.js';
import { checkNamespaceOfBody, createObject, nameMismatch } from '../write/create-object.js';
import { updateObject } from '../write/update-object.js';
import type { Written, WriteTarget } from '../write/write-context.js';
import { ownedWrite } from '../write/write-context.js';
import { checkGrants } from './check-grants.js';
import type { Reply } from './reply.js';
import type { ResourceRequest } from './request-context.js';
import { replyWritten, targetOf } from './target.js';
import type { YamlBody } from './yaml.js';
import { readYamlBody } from './yaml.js';
import type { FieldValidation } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

export const APPLY = 'application/apply-patch+yaml';

export function apply(request: ResourceRequest, ownership: Ownership): Reply {
  const { resource, namespace, name, parts } = request;
  const options = parseWriteOptions(request.query, 'PatchOptions', { isApply: true });
  const owned: WriteTarget = { ...targetOf(request, options), isOwned: true };
  const current = parts.write.store.get(resource.collection, namespace, name);
  const isStatusOfNone = current === undefined && owned.isStatus;
  if (isStatusOfNone && resource.rules.refusesStatusOfNone === undefined) throw notFound(resource, name);
  const sent = readYamlBody(request.body);
  const live = current && resource.rules.toServed(readStored(resource, current));
  const merged = ownership.apply({ ...ownedWrite(owned), force: options.force }, live, sent.value);
  const { body: applied, form } = decodeApplied(request, sent.value, merged);
  const target = { ...owned, form };
  checkGrants(request, applied, current?.body);
  request.warnings.push(...duplicateWarnings(sent, options.fieldValidation));
  const written =
    current === undefined ? create(request, target, applied) : updateObject(parts.write, target, { current, decoded: applied });
  if (!target.isStatus) request.warnings.push(...(resource.rules.warnings?.(applied, current?.body) ?? []));
  return replyWritten(request, written, { status: current === undefined ? 201 : 200 });
}

/** The merged object, as decoding leaves it: with defaults, without what the kind does not know. */
function decodeApplied({ resource }: ResourceRequest, sent: JsonObject, merged: JsonObject): Decoded {
  try {
    return resource.rules.decode(merged, 'merged');
  } catch (error) {
    if (error instanceof DecodeError) throw unconvertible(resource, sent, error);
    throw error;
  }
}

function unconvertible({ group, version, kind, isCustom }: Resource, sent: JsonObject, { message }: DecodeError): Error {
  if (isCustom) return untyped(`failed to convert new object: ${message}`);
  const metadata = metaOf(sent);
  const type = `${group}/${version}, Kind=${kind}`;
  const named = `${stringAt(metadata, 'namespace')}/${stringAt(metadata, 'name')}`;
  return untyped(
    `failed to convert new object (${named}; ${type}) to proper version: unable to convert unstructured object to ${type}: ${message}`,
  );
}

function duplicateWarnings({ duplicates }: YamlBody, validation: FieldValidation): readonly string[] {
  if (duplicates.length === 0 || validation === 'Ignore') return [];
  if (validation === 'Warn') return duplicates;
  const lines = duplicates.map((line) => `  ${line}`).join('\n');
  throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n${lines}`);
}

function create(request: ResourceRequest, target: WriteTarget, body: JsonObject): Written {
  const { resource, name, namespace, parts } = request;
  const metadata = metaOf(body);
  const uid = stringAt(metadata, 'uid');
  if (uid !== '') {
    throw conflict(resource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  }
  checkNamespaceOfBody(resource, namespace, metadata);
  const sent = stringAt(metadata, 'name');
  if (sent === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (sent !== name) throw nameMismatch(sent, name);
  // Any version is fine for an object that does not exist, as long as it is one; a dry run gives it back.
  bodyVersion(stringAt(metadata, 'resourceVersion'));
  const refusal = target.isStatus ? (resource.rules.refusesStatusOfNone?.(body) ?? []) : [];
  if (refusal.length > 0) throw invalid(resource, name, refusal);
  return createObject(parts.write, target, target.isDryRun ? body : withMeta(body, { resourceVersion: undefined }));
}
