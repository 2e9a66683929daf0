// Every change of an existing object, by PUT or by PATCH, on the main endpoint or on `/status`, goes through here.

import { differOnlyInTime } from '../apply/ownership.js';
import type { FieldError } from '../errors.js';
import { MODIFIED, conflict, fieldInvalid, invalid } from '../errors.js';
import { readStored, storedFormOf, throughStorage, toStorage } from '../kind/stored-form.js';
import { NAMESPACES } from '../kind/builtin-resources.js';
import type { Resource } from '../kind/resource.js';
import { generationOf, isDeleting, metaOf, withMeta } from '../meta/object-meta.js';
import { validateMeta, validateMetaUpdate } from '../meta/validate-meta.js';
import { pathSegmentProblems } from '../meta/names.js';
import type { JsonObject } from '../store/json-value.js';
import { deepEqual, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { bodyVersion } from '../store/resource-version.js';
import type { StoredObject } from '../store/stored-object.js';
import { checkName, checkNamespaceOfBody } from './create-object.js';
import type { WriteContext, WriteTarget, Written } from './write-context.js';
import { ownedWrite, withoutOwners } from './write-context.js';

/** A custom resource that says it is something else; the refusal speaks of the type that was sent. */
export interface Mistyped {
  readonly group: string;
  readonly kind: string;
  readonly error: FieldError;
}

export interface ObjectChange {
  readonly current: StoredObject;
  readonly decoded: JsonObject;
  readonly mistyped?: Mistyped | undefined;
}

/** Replaces `current` by a decoded body, as far as the endpoint and the rules of the kind allow. */
export function updateObject(context: WriteContext, target: WriteTarget, change: ObjectChange): Written {
  const { current, decoded } = change;
  const { resource } = target;
  // A status is taken out of whatever it came in; only that nobody owns anything of a type that is not known.
  const mistyped = target.isStatus ? undefined : change.mistyped;
  const isOwnable = !target.isStatus || change.mistyped === undefined;
  checkIdentity(target, decoded);
  checkVersion(resource, current, decoded);
  const old = readStored(resource, current);
  const filled = resource.rules.withDefaults(resource.rules.toStored(decoded));
  const sent = isOwnable ? owned(context, target, { old, sent: filled }) : withoutOwners(filled);
  const writtenIn = storedFormOf(resource, target.isStatus && resource.isCustom ? undefined : target.form);
  const prepared = prepare(target, sent, old);
  // What was applied in another form differs, and so its owners' times count.
  const isOtherForm = resource.isCustom && writtenIn !== storedFormOf(resource);
  // … and a link to itself is a difference until it is dropped.
  const countsTimes = isOtherForm || stringAt(metaOf(decoded), 'selfLink') !== '';
  const next = countsTimes ? prepared : withoutNewTimes(prepared, old);
  const errors = mistyped === undefined ? problemsOf(target, next, old) : [mistyped.error, ...metaErrors(next, old, 1)];
  if (errors.length > 0) throw invalid(mistyped ?? { group: resource.errorGroup, kind: resource.kind }, current.name, errors);
  if (isDeleting(next) && isReleased(resource, next))
    return remove(context, target, {
      current,
      next: withMeta(unstored(resource, next, decoded), { selfLink: own(metaOf(decoded), 'selfLink') }),
    });
  const stored = toStorage(resource, next);
  const isUnchanged =
    current.writtenIn === writtenIn && deepEqual(withMeta(stored, { resourceVersion: String(current.version) }), current.body);
  if (isUnchanged) return { kind: 'stored', object: current };
  if (target.isDryRun)
    return { kind: 'body', body: throughStorage(resource, withMeta(next, { resourceVersion: String(current.version) })) };
  return {
    kind: 'stored',
    object: context.store.rewrite(resource.collection, current, { body: stored, writtenIn }),
  };
}

function owned({ ownership }: WriteContext, target: WriteTarget, { old, sent }: { old: JsonObject; sent: JsonObject }): JsonObject {
  if (target.isOwned === true) return sent;
  return ownership === undefined ? withoutOwners(sent) : ownership.update(ownedWrite(target), old, sent);
}

/** A write that changes nothing but the times of owners changes nothing. */
function withoutNewTimes(next: JsonObject, old: JsonObject): JsonObject {
  const [entries, before] = [own(metaOf(next), 'managedFields'), own(metaOf(old), 'managedFields')];
  if (entries === before || before === undefined || !differOnlyInTime(entries, before)) return next;
  const same = withMeta(next, { managedFields: before, resourceVersion: own(metaOf(old), 'resourceVersion') });
  return deepEqual(same, old) ? same : next;
}

function checkIdentity({ resource, namespace, name }: WriteTarget, decoded: JsonObject): void {
  const metadata = metaOf(decoded);
  const sent = stringAt(metadata, 'name');
  checkNamespaceOfBody(resource, namespace, metadata);
  checkName(sent, name);
}

/** Throws a conflict when the body was made from another version than the stored one. */
export function checkVersion(resource: Resource, current: StoredObject, decoded: JsonObject): void {
  const version = bodyVersion(stringAt(metaOf(decoded), 'resourceVersion'));
  if (version === 0 && !resource.rules.updatesUnconditionally) {
    // Here kube-apiserver names the resource where it usually names the kind.
    const error = fieldInvalid('metadata.resourceVersion', '0', 'must be specified for an update');
    throw invalid({ group: resource.group, kind: resource.plural }, current.name, [error]);
  }
  if (version !== 0 && version !== current.version) throw conflict(resource, current.name, MODIFIED);
}

/** Restores what no client decides, then lets the kind carry over what this endpoint does not change. */
function prepare({ resource, isStatus, isDryRun }: WriteTarget, decoded: JsonObject, old: JsonObject): JsonObject {
  const before = metaOf(old);
  const sent = withMeta(decoded, {
    generation: generationOf(old) === 0 ? undefined : generationOf(old),
    selfLink: isDryRun ? own(metaOf(decoded), 'selfLink') : undefined,
  });
  const next = isStatus ? resource.rules.prepareStatusUpdate(sent, old) : resource.rules.prepareUpdate(sent, old);
  const metadata = metaOf(next);
  return withMeta(next, {
    namespace: own(before, 'namespace'),
    uid: stringAt(metadata, 'uid') === '' ? own(before, 'uid') : own(metadata, 'uid'),
    creationTimestamp: own(before, 'creationTimestamp'),
    deletionTimestamp: own(before, 'deletionTimestamp') ?? own(metadata, 'deletionTimestamp'),
    deletionGracePeriodSeconds: own(metadata, 'deletionGracePeriodSeconds') ?? own(before, 'deletionGracePeriodSeconds'),
    finalizers: emptyAsAbsent(metadata, 'finalizers'),
    ownerReferences: emptyAsAbsent(metadata, 'ownerReferences'),
    labels: emptyAsAbsent(metadata, 'labels'),
    annotations: emptyAsAbsent(metadata, 'annotations'),
  });
}

function emptyAsAbsent(metadata: JsonObject, key: string): JsonObject[string] | undefined {
  const value = own(metadata, key);
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value;
}

function problemsOf(target: WriteTarget, next: JsonObject, old: JsonObject): readonly FieldError[] {
  const { isDryRun, isStatus, resource } = target;
  const unavailable = isStatus ? [] : (resource.rules.refusesAllocation?.(next, { isDryRun, old }) ?? []);
  return unavailable.length > 0 ? unavailable : validateUpdate(target, next, old);
}

function validateUpdate({ resource, isStatus, warn, form }: WriteTarget, next: JsonObject, old: JsonObject): readonly FieldError[] {
  const ofKind = isStatus ? resource.rules.validateStatusUpdate(next, old) : resource.rules.validateUpdate(next, old, form);
  for (const text of resource.rules.tolerated?.(next, old) ?? []) warn?.(text);
  return [...metaErrors(next, old, resource.rules.metaRulesOnUpdate), ...ofKind];
}

/** @param times how often the rules of a change are applied. */
function metaErrors(next: JsonObject, old: JsonObject, times: number): readonly FieldError[] {
  const [metadata, before] = [metaOf(next), metaOf(old)];
  // Metadata that is the same value in memory was valid when it was stored.
  if (isSameMeta(metadata, before)) return [];
  const onUpdate = validateMetaUpdate(metadata, before);
  return [...validateMeta(metadata, pathSegmentProblems), ...Array.from({ length: times }).flatMap(() => onUpdate)];
}

const OF_THE_SERVER: ReadonlySet<string> = new Set(['resourceVersion', 'generation', 'managedFields']);

/** What the server itself writes does not count. */
function isSameMeta(metadata: JsonObject, before: JsonObject): boolean {
  for (const key in metadata) if (!OF_THE_SERVER.has(key) && !deepEqual(own(metadata, key), own(before, key))) return false;
  for (const key in before) if (!OF_THE_SERVER.has(key) && own(metadata, key) === undefined) return false;
  return true;
}

function isReleased(resource: Resource, body: JsonObject): boolean {
  // A namespace has finalizers of its own, in its spec.
  if (resource.collection === NAMESPACES && stringsAt(objectAt(body, 'spec'), 'finalizers').length > 0) return false;
  const grace = own(metaOf(body), 'deletionGracePeriodSeconds');
  return stringsAt(metaOf(body), 'finalizers').length === 0 && (grace === undefined || grace === 0);
}

function unstored({ rules }: Resource, next: JsonObject, sent: JsonObject): JsonObject {
  return rules.unstored?.(next, sent) ?? next;
}

/** The last finalizer is gone: the object goes instead of being updated, and the answer shows it under its last version. */
function remove(context: WriteContext, target: WriteTarget, { current, next }: { current: StoredObject; next: JsonObject }): Written {
  if (!target.isDryRun) context.store.remove(target.resource.collection, current);
  return { kind: 'body', body: withMeta(next, { resourceVersion: String(current.version) }) };
}
