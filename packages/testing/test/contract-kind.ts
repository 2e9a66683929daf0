import { isJsonObject, type JsonObject, type Resource } from '@kopfts/core';
import type { ClusterClientSubject } from '@kopfts/core/contracts';
import { type ClusterDriver, customResourceDefinition, type NewObject } from '../src/index.js';

const kept: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The kind that the contract of cluster clients asks for, in a group of its own for servers that are shared. */
export function contractKind(group: string): { readonly definition: NewObject; readonly resource: Resource } {
  const definition = customResourceDefinition({
    group,
    kind: 'KopfExample',
    schema: { type: 'object', properties: { spec: { ...kept, properties: { size: { type: 'integer', minimum: 0 } } }, status: kept } },
  }) as NewObject;
  const resource: Resource = {
    group,
    version: 'v1',
    plural: 'kopfexamples',
    kind: 'KopfExample',
    singular: 'kopfexample',
    shortNames: [],
    categories: [],
    subresources: ['status'],
    namespaced: true,
    preferred: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  };
  return { definition, resource };
}

/** What somebody else does to the objects of that kind. */
export function drivenObjects(
  driver: ClusterDriver,
  { group, namespace }: { readonly group: string; readonly namespace: string },
): Omit<ClusterClientSubject['cluster'], 'breakWatches' | 'forgetHistory'> {
  const of = (name: string) => ({ apiVersion: `${group}/v1`, kind: 'KopfExample', metadata: { name, namespace } });
  return {
    create: (name, stanzas = {}) => {
      const metadata = isJsonObject(stanzas.metadata) ? stanzas.metadata : {};
      return driver.create({ spec: {}, ...stanzas, ...of(name), metadata: { ...metadata, name, namespace } });
    },
    merge: (name, patch) => driver.patch(of(name), patch),
    get: (name) => driver.get(of(name)),
    remove: (name) => driver.delete(of(name)),
  };
}
