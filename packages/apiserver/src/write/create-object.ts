import type { FieldError } from '../errors.js';
import { alreadyExists, badRequest, forbidden, invalid, notFound, untyped } from '../errors.js';
import { storedFormOf, throughStorage, toStorage } from '../kind/stored-form.js';
import { NAMESPACES } from '../kind/builtin-resources.js';
import type { Resource } from '../kind/resource.js';
import { isDeleting, metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import { pathSegmentProblems } from '../meta/names.js';
import { validateMeta } from '../meta/validate-meta.js';
import { createUid, generateName } from '../random.js';
import type { JsonObject } from '../store/json-value.js';
import { own, stringAt } from '../store/json-value.js';
import type { WriteContext, WriteTarget, Written } from './write-context.js';
import { ownedWrite, withoutOwners } from './write-context.js';

const NAME_ATTEMPTS = 8;

/** Creates an object from a decoded body. */
export function createObject(context: WriteContext, target: WriteTarget, decoded: JsonObject): Written {
  const { resource } = target;
  const sent = metaOf(decoded);
  checkNamespaceOfBody(resource, target.namespace, sent);
  if (target.name !== '' && stringAt(sent, 'name') !== '' && stringAt(sent, 'name') !== target.name)
    throw nameMismatch(stringAt(sent, 'name'), target.name);
  admitNamespace(context, target, stringAt(sent, 'name'));
  if (resource.isTerminating) {
    throw forbidden(resource, stringAt(sent, 'name'), { message: 'create not allowed while custom resource definition is terminating' });
  }
  const sendable = resource.rules.withDefaults(resource.rules.toStored(withSystemFields(context, target, decoded)));
  // The status endpoint gives a new object nothing, and nobody owns it.
  const body = target.isStatus ? withoutOwners(sendable) : resource.rules.prepareCreate(owned(context, target, sendable));
  const name = stringAt(metaOf(body), 'name');
  const unavailable = target.isStatus ? [] : (resource.rules.refusesAllocation?.(sendable, { isDryRun: target.isDryRun }) ?? []);
  const errors = unavailable.length > 0 ? unavailable : validateNew(resource, body);
  if (errors.length > 0) throw invalid({ group: resource.errorGroup, kind: resource.kind }, name, errors);
  const existing = context.store.get(resource.collection, target.namespace, name);
  // What only the storage would notice, a dry run does not.
  if (!target.isDryRun && isVersion(stringAt(sent, 'resourceVersion')))
    throw untyped('resourceVersion should not be set on objects to be created');
  if (existing !== undefined)
    throw alreadyExists(resource, name, { isDeleting: isDeleting(existing.body), isGenerated: stringAt(sent, 'generateName') !== '' });
  if (target.isDryRun)
    return { kind: 'body', body: throughStorage(resource, withMeta(body, { resourceVersion: own(sent, 'resourceVersion') })) };
  const writtenIn = storedFormOf(resource, target.form);
  return { kind: 'stored', object: context.store.create(resource.collection, toStorage(resource, body), writtenIn) };
}

function owned({ ownership }: WriteContext, target: WriteTarget, body: JsonObject): JsonObject {
  if (target.isOwned === true) return body;
  return ownership === undefined ? withoutOwners(body) : ownership.create(ownedWrite(target), body);
}

function validateNew({ rules }: Resource, body: JsonObject): readonly FieldError[] {
  const ofKind = rules.validate(body);
  if (!rules.checksMetaLast) return [...validateMeta(metaOf(body), rules.nameRule), ...ofKind];
  return ofKind.length > 0 ? ofKind : validateMeta(metaOf(body), pathSegmentProblems);
}

export function checkNamespaceOfBody(resource: Resource, namespace: string, metadata: JsonObject): void {
  const sent = stringAt(metadata, 'namespace');
  if (resource.isNamespaced && sent !== '' && sent !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** A text that is no version is as good as none here. */
function isVersion(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) !== 0;
}

/** The name in a body that is to replace an object. */
export function checkName(sent: string, name: string): void {
  if (sent === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (sent !== name) throw nameMismatch(sent, name);
}

export function nameMismatch(inBody: string, inPath: string): Error {
  return badRequest(`the name of the object (${inBody}) does not match the name on the URL (${inPath})`);
}

/** Nothing is created in a namespace that is missing or on its way out. */
function admitNamespace(context: WriteContext, { resource, namespace }: WriteTarget, name: string): void {
  if (!resource.isNamespaced) return;
  const found = context.store.get(NAMESPACES, '', namespace);
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (!isDeleting(found.body)) return;
  throw forbidden(resource, name, {
    message: `unable to create new content in namespace ${namespace} because it is being terminated`,
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
  });
}

function withSystemFields(
  context: WriteContext,
  { resource, namespace, name: putName, isDryRun }: WriteTarget,
  body: JsonObject,
): JsonObject {
  const metadata = metaOf(body);
  const name = stringAt(metadata, 'name') || newName(context, resource, { prefix: stringAt(metadata, 'generateName'), namespace });
  return withMeta(body, {
    name: name === '' ? undefined : name,
    namespace: resource.isNamespaced ? namespace : undefined,
    uid: createUid(context.random),
    creationTimestamp: timestamp(context.now()),
    resourceVersion: undefined,
    // A PUT that creates keeps more of what it was sent than a POST.
    deletionTimestamp: putName === '' ? undefined : own(metadata, 'deletionTimestamp'),
    deletionGracePeriodSeconds: putName === '' ? undefined : own(metadata, 'deletionGracePeriodSeconds'),
    selfLink: putName !== '' && isDryRun ? own(metadata, 'selfLink') : undefined,
  });
}

function newName(context: WriteContext, resource: Resource, from: { prefix: string; namespace: string }): string {
  if (from.prefix === '') return '';
  let name = '';
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt += 1) {
    name = generateName(from.prefix, context.random);
    if (context.store.get(resource.collection, from.namespace, name) === undefined) break;
  }
  return name;
}
