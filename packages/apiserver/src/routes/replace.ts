import { conflict, invalid, notFound } from '../errors.js';
import { NAMESPACES } from '../kind/builtin-resources.js';
import { isDeleting, metaOf, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, objectAt, stringAt } from '../store/json-value.js';
import { bodyVersion } from '../store/resource-version.js';
import type { StoredObject } from '../store/stored-object.js';
import { checkName, checkNamespaceOfBody, createObject } from '../write/create-object.js';
import { invalidObject, storageKey } from '../write/storage-key.js';
import { updateObject } from '../write/update-object.js';
import { checkGrants } from './check-grants.js';
import type { Reply } from './reply.js';
import { decodeBody, otherCustomKind } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { currentObject, replyWritten, targetOf } from './target.js';
import { parseWriteOptions } from './write-options.js';

/** PUT of a whole object. */
export function replace(request: ResourceRequest): Reply {
  const options = parseWriteOptions(request.query, 'UpdateOptions');
  const { body, form, kind, warnings } = decodeBody(request, options.fieldValidation);
  const { resource, namespace, name } = request;
  const target = { ...targetOf(request, options), form };
  const sent = stringAt(metaOf(body), 'name');
  checkNamespaceOfBody(resource, namespace, metaOf(body));
  checkName(sent, name);
  const current = request.parts.write.store.get(resource.collection, namespace, name);
  if (current === undefined) {
    const mayCreate = target.isStatus ? resource.rules.refusesStatusOfNone !== undefined : resource.rules.createsOnUpdate;
    if (!mayCreate) throw notFound(resource, name);
    checkUid(request, body, undefined);
    checkGrants(request, body);
    bodyVersion(stringAt(metaOf(body), 'resourceVersion'));
    const refusal = target.isStatus ? (resource.rules.refusesStatusOfNone?.(body) ?? []) : [];
    if (refusal.length > 0) throw invalid(resource, name, refusal);
    return replyWritten(
      request,
      createObject(request.parts.write, target, target.isDryRun ? body : withMeta(body, { resourceVersion: undefined })),
      {
        status: 201,
        warnings,
      },
    );
  }
  checkUid(request, body, current);
  checkGrants(request, body, current.body);
  const mistyped = otherCustomKind(resource, kind);
  const written = updateObject(request.parts.write, target, { current, decoded: body, mistyped });
  if (!target.isStatus) request.warnings.push(...(resource.rules.warnings?.(body, current.body) ?? []));
  return replyWritten(request, written, { status: 200, warnings });
}

/** A uid in a PUT is a precondition of the storage, and is refused in the storage's words. */
export function checkUid({ resource, namespace, name, query }: ResourceRequest, body: JsonObject, current: StoredObject | undefined): void {
  const isDryRun = query.has('dryRun');
  const uid = stringAt(metaOf(body), 'uid');
  if (uid === '' || uid === current?.uid) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current?.uid ?? ''}`;
  throw conflict(resource, name, invalidObject(storageKey(resource, { namespace, name, isDryRun }), why));
}

/** PUT of a namespace's `finalize`: sets its own finalizers; without any, a deleted namespace goes. */
export function finalize(request: ResourceRequest): Reply {
  const { body } = decodeBody(request, 'Ignore');
  const current = currentObject(request);
  if (request.resource.collection !== NAMESPACES) throw notFound(request.resource, request.name);
  const { store } = request.parts.write;
  const finalizers = arrayAt(objectAt(body, 'spec'), 'finalizers');
  const next: JsonObject = { ...current.body, spec: finalizers.length === 0 ? {} : { finalizers } };
  if (finalizers.length === 0 && isDeleting(current.body)) {
    store.remove(NAMESPACES, current);
    return replyWritten(request, { kind: 'body', body: next }, { status: 200 });
  }
  return replyWritten(request, { kind: 'stored', object: store.update(NAMESPACES, current, next) }, { status: 200 });
}
