import { NAMESPACES } from '../kind/builtin-resources.js';
import { isDeleting } from '../meta/object-meta.js';
import type { StoredObject } from '../store/stored-object.js';
import type { LifecycleParts } from './definition-lifecycle.js';

// What the namespace controller does, at once instead of soon: the content of a deleted namespace goes, then the namespace.

export function followNamespaces(parts: LifecycleParts): void {
  parts.store.onCommit((commit) => {
    if (commit.type === 'DELETED' && commit.object.namespace !== '') finishWhenEmpty(parts, commit.object.namespace);
  });
}

/** Deletes what is in a terminating namespace; objects with finalizers keep it alive. */
export function deleteContent(parts: LifecycleParts, namespace: StoredObject): void {
  if (!parts.deletesNamespaceContent) return;
  const prefix = `${namespace.name}/`;
  for (const collection of parts.store.collections()) {
    for (const object of [...collection.range(prefix)]) parts.removeObject(collection.name, object);
  }
  finishWhenEmpty(parts, namespace.name);
}

function finishWhenEmpty(parts: LifecycleParts, name: string): void {
  const namespace = parts.store.get(NAMESPACES, '', name);
  if (namespace === undefined || !isDeleting(namespace.body)) return;
  if (parts.store.collections().some((collection) => collection.count(`${name}/`) > 0)) return;
  parts.store.remove(NAMESPACES, namespace);
}
