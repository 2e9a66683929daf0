import type { Catalogue } from '../kind/catalogue.js';
import type { Resource } from '../kind/resource.js';
import { compareApiVersions } from '../kind/api-version-order.js';
import { apiVersionOf } from '../kind/resource.js';
import { storageVersionHash, subresourcesOf } from './subresources.js';
import type { JsonObject } from '../store/json-value.js';

// The discovery documents of one group or version each, which all clients understand.

/** The groups but the core group, each with its versions, the preferred one first. */
export function groupsOf(catalogue: Catalogue): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, version } of catalogue.all()) {
    if (group === '') continue;
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) versions.push(version);
    groups.set(group, versions);
  }
  for (const versions of groups.values()) versions.sort(compareApiVersions);
  return groups;
}

export function apiVersions(serverAddress: string): JsonObject {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
}

function groupDocument(name: string, versions: readonly string[]): JsonObject {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] ?? {} };
}

export function apiGroupList(catalogue: Catalogue): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groupsOf(catalogue)].map(([name, versions]) => groupDocument(name, versions)),
  };
}

export function apiGroup(catalogue: Catalogue, name: string): JsonObject | undefined {
  const versions = groupsOf(catalogue).get(name);
  return versions === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(name, versions) };
}

export function apiResourceList(catalogue: Catalogue, group: string, version: string): JsonObject | undefined {
  const served = catalogue.all().filter((resource) => resource.group === group && resource.version === version);
  const [first] = served;
  if (first === undefined) return undefined;
  const document = { kind: 'APIResourceList', groupVersion: apiVersionOf(first), resources: served.flatMap(resourceDocuments) };
  return group === '' ? document : { ...document, apiVersion: 'v1' };
}

function resourceDocuments(resource: Resource): readonly JsonObject[] {
  const { plural, singular, isNamespaced: namespaced, kind, shortNames, categories } = resource;
  const document = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...resource.verbs],
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
    ...(resource.isReview ? {} : { storageVersionHash: storageVersionHash(resource) }),
  };
  const below = subresourcesOf(resource).map(({ name, verbs, ...type }) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...type,
    verbs: [...verbs],
  }));
  return [document, ...below];
}
