import { isJsonObject, type Json, type JsonObject, type Resource } from '@kopfts/core';

/** Discovery documents to resources. Pure; what is missing or malformed in a document is left out. */

/** A version of a group, and whether it is the preferred one. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly preferred: boolean;
}

/** Whether a document is an aggregated one: everything a server knows, in one answer. */
export function isAggregated(document: Json): boolean {
  return isJsonObject(document) && document['kind'] === 'APIGroupDiscoveryList';
}

/** A version of a group with its resources. */
export interface ServedVersion {
  readonly of: GroupVersion;
  readonly resources: readonly Resource[];
  /** The server behind it does not answer: the resources are what it said once, or none. */
  readonly isStale: boolean;
}

/** What an aggregated document (`apidiscovery.k8s.io/v2`) says. Versions come in the order of preference. */
export function readAggregated(document: Json): readonly ServedVersion[] {
  return objects(document, 'items').flatMap((item) => {
    const metadata = item['metadata'];
    const group = isJsonObject(metadata) ? text(metadata['name']) : '';
    return objects(item, 'versions').map((served, index) => {
      const of = { group, version: text(served['version']), preferred: group === '' || index === 0 };
      const resources = objects(served, 'resources').flatMap((entry) => aggregatedResource(entry, of));
      return { of, resources, isStale: served['freshness'] === 'Stale' };
    });
  });
}

function aggregatedResource(entry: JsonObject, { group, version, preferred }: GroupVersion): Resource[] {
  const responseKind = entry['responseKind'];
  const kind = isJsonObject(responseKind) ? text(responseKind['kind']) : '';
  const plural = text(entry['resource']);
  if (plural === '' || kind === '' || version === '') return [];
  return [
    {
      group,
      version,
      plural,
      kind,
      singular: text(entry['singularResource']) || kind.toLowerCase(),
      shortNames: texts(entry['shortNames']),
      categories: texts(entry['categories']),
      subresources: objects(entry, 'subresources').map((sub) => text(sub['subresource'])),
      namespaced: entry['scope'] === 'Namespaced',
      preferred,
      verbs: texts(entry['verbs']),
    },
  ];
}

/** The versions of the groups of a classic `/apis` document. */
export function readGroups(document: Json): readonly GroupVersion[] {
  return objects(document, 'groups').flatMap((entry) => {
    const preferred = isJsonObject(entry['preferredVersion']) ? text(entry['preferredVersion']['version']) : '';
    return objects(entry, 'versions').map((served) => {
      const version = text(served['version']);
      return { group: text(entry['name']), version, preferred: version === preferred };
    });
  });
}

/** The versions of a classic `/api` document: of the core API all are preferred (spec D-03). */
export function readCoreVersions(document: Json): readonly GroupVersion[] {
  const versions = isJsonObject(document) ? texts(document['versions']) : [];
  return versions.map((version) => ({ group: '', version, preferred: true }));
}

/** The resources of a classic document of one group and version; `name/sub` goes to its parent (spec D-05). */
export function readClassic(document: Json, { group, version, preferred }: GroupVersion): readonly Resource[] {
  const entries = objects(document, 'resources').map((entry) => ({ entry, name: text(entry['name']) }));
  return entries
    .filter(({ name }) => name !== '' && !name.includes('/'))
    .map(({ entry, name }) => ({
      group,
      version,
      plural: name,
      kind: text(entry['kind']),
      singular: text(entry['singularName']) || text(entry['kind']).toLowerCase(),
      shortNames: texts(entry['shortNames']),
      categories: texts(entry['categories']),
      subresources: entries.filter((sub) => sub.name.startsWith(`${name}/`)).map((sub) => sub.name.slice(name.length + 1)),
      namespaced: entry['namespaced'] === true,
      preferred,
      verbs: texts(entry['verbs']),
    }));
}

function objects(value: Json | undefined, field: string): readonly JsonObject[] {
  const list = isJsonObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
