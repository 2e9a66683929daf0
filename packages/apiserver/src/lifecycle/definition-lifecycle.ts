// What the controllers of apiextensions-apiserver do, at once instead of soon: accept names, establish, clean up the instances of a
// deleted definition, and keep the catalogue equal to the definitions.

import { DEFINITIONS } from '../kind/builtin-resources.js';
import type { Catalogue } from '../kind/catalogue.js';
import { collectionOf, resourcesOf } from '../kind/catalogue.js';
import { CLEANUP_FINALIZER, conditionStatus, withCondition } from '../kind/definition.js';
import { isDeleting, metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import type { Commit } from '../store/commit.js';
import type { JsonObject } from '../store/json-value.js';
import { objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';
import type { PropagationPolicy } from '../write/delete-options.js';

export interface LifecycleParts {
  readonly store: ObjectStore;
  readonly catalogue: Catalogue;
  readonly deletesNamespaceContent: boolean;
  now(): number;
  /** Deletes one object as a client would: its finalizers are respected. */
  removeObject(collection: string, object: StoredObject, policy?: PropagationPolicy): void;
  /** Notes that the server itself changed the status of a definition. */
  own(before: JsonObject, after: JsonObject): JsonObject;
  /** Ends the watches of a collection that is no longer served. */
  endWatches(collection: string): void;
}

/** Follows the commits to definitions and to their instances. */
export function followDefinitions(parts: LifecycleParts): void {
  parts.store.onCommit((commit) => {
    if (commit.collection === DEFINITIONS) onDefinition(parts, commit);
    else if (commit.type === 'DELETED') finishWhenEmpty(parts, commit.collection);
  });
}

/** Serves exactly what the stored definitions define: for a store whose content was replaced. */
export function defineAll(parts: LifecycleParts): void {
  parts.catalogue.forgetAll();
  for (const { name, body } of parts.store.collection(DEFINITIONS).range('')) {
    parts.store.collection(collectionOf(body));
    parts.catalogue.define(name, resourcesOf(body));
  }
}

function onDefinition(parts: LifecycleParts, commit: Commit): void {
  const { name, body } = commit.object;
  if (commit.type === 'DELETED') {
    parts.catalogue.forget(name);
    parts.endWatches(collectionOf(body));
    parts.store.drop(collectionOf(body));
    return;
  }
  const accepted = withNames(parts, body);
  if (accepted !== body) {
    parts.store.update(DEFINITIONS, commit.object, parts.own(body, accepted));
    return;
  }
  // The collection starts here, so that watches from before the definition are told to start over.
  parts.store.collection(collectionOf(body));
  parts.catalogue.define(name, resourcesOf(body));
}

/** The names that a definition may use, and its conditions; the same body when nothing changes. */
function withNames(parts: LifecycleParts, body: JsonObject): JsonObject {
  if (isDeleting(body)) return body;
  const names = objectAt(objectAt(body, 'spec'), 'names');
  const accepted = objectAt(objectAt(body, 'status'), 'acceptedNames');
  const taken = nameConflict(parts, body);
  const at = timestamp(parts.now());
  if (taken === undefined) {
    if (conditionStatus(body, 'Established') === 'True' && JSON.stringify(names) === JSON.stringify(accepted)) return body;
    const named = withAccepted(body, names);
    const status = withCondition(
      named,
      { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
      at,
    );
    return withCondition(
      status,
      { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
      at,
    );
  }
  if (conditionStatus(body, 'NamesAccepted') === 'False') return body;
  const { kind: _kind, singular: _singular, ...rest } = names;
  const named = withAccepted(body, { ...rest, kind: '' });
  const status = withCondition(named, { type: 'NamesAccepted', status: 'False', reason: taken.reason, message: taken.message }, at);
  return withCondition(status, { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }, at);
}

function withAccepted(body: JsonObject, acceptedNames: JsonObject): JsonObject {
  return { ...body, status: { ...objectAt(body, 'status'), acceptedNames } };
}

function nameConflict(parts: LifecycleParts, body: JsonObject): { reason: string; message: string } | undefined {
  const spec = objectAt(body, 'spec');
  const names = objectAt(spec, 'names');
  const own = stringAt(names, 'plural');
  const others = parts.catalogue.all().filter((resource) => resource.group === stringAt(spec, 'group') && resource.plural !== own);
  const kind = stringAt(names, 'kind');
  if (others.some((other) => other.kind === kind || other.listKind === kind))
    return { reason: 'KindConflict', message: `"${kind}" is already in use` };
  for (const shortName of stringsAt(names, 'shortNames')) {
    if (others.some((other) => other.shortNames.includes(shortName)))
      return { reason: 'ShortNamesConflict', message: `"${shortName}" is already in use` };
  }
  return undefined;
}

/** Deletes the instances of a terminating definition; the definition goes with the last of them. */
export function deleteInstances(parts: LifecycleParts, definition: StoredObject): void {
  const name = collectionOf(definition.body);
  const collection = parts.store.collection(name);
  for (const object of [...collection.range('')]) parts.removeObject(name, object);
  const current = parts.store.get(DEFINITIONS, '', definition.name);
  if (current === undefined) return;
  if (collection.size > 0) {
    const condition = {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    };
    parts.store.update(DEFINITIONS, current, withCondition(current.body, condition, timestamp(parts.now())));
  } else finishWhenEmpty(parts, name);
}

function finishWhenEmpty(parts: LifecycleParts, collection: string): void {
  const terminating = [...parts.store.collection(DEFINITIONS).range('')].find(
    (definition) => isDeleting(definition.body) && collectionOf(definition.body) === collection,
  );
  if (terminating === undefined || parts.store.collection(collection).size > 0) return;
  const finalizers = stringsAt(metaOf(terminating.body), 'finalizers').filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
  if (finalizers.length > 0 && own(metaOf(terminating.body), 'finalizers') !== undefined) {
    parts.store.update(DEFINITIONS, terminating, withMeta(terminating.body, { finalizers }));
  } else parts.store.remove(DEFINITIONS, terminating);
}
