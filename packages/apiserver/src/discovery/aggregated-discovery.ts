import type { Catalogue } from '../kind/catalogue.js';
import type { Resource } from '../kind/resource.js';
import type { JsonObject } from '../store/json-value.js';
import { subresourcesOf } from './subresources.js';
import { groupsOf } from './legacy-discovery.js';

// All groups with all their resources in one document.

export const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Whether the client would take the aggregated document. */
export function wantsAggregated(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((clause) => {
    const parts = new Set(clause.split(';').map((part) => part.trim()));
    return (
      parts.has('application/json') && parts.has('g=apidiscovery.k8s.io') && parts.has('v=v2') && parts.has('as=APIGroupDiscoveryList')
    );
  });
}

/** The document of `/api` (the core group) or of `/apis` (all others). */
export function aggregatedDiscovery(catalogue: Catalogue, which: 'core' | 'groups'): JsonObject {
  const groups = which === 'core' ? new Map([['', ['v1']]]) : groupsOf(catalogue);
  const items = [...groups].map(([group, versions]) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versions.map((version) => ({
      version,
      resources: catalogue
        .all()
        .filter((resource) => resource.group === group && resource.version === version)
        .map(resourceDocument),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function resourceDocument(resource: Resource): JsonObject {
  // Custom resources name group and version of their kind; built-in ones leave them to the surroundings.
  const responseKind = {
    group: resource.isCustom ? resource.group : '',
    version: resource.isCustom ? resource.version : '',
    kind: resource.kind,
  };
  const subresources = subresourcesOf(resource).map(({ name, group, version, kind, verbs }) => ({
    subresource: name,
    responseKind: group === undefined ? responseKind : { group, version: version ?? '', kind },
    verbs: [...verbs],
  }));
  return {
    resource: resource.plural,
    responseKind,
    scope: resource.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: [...resource.verbs],
    ...(resource.shortNames.length === 0 ? {} : { shortNames: [...resource.shortNames] }),
    ...(resource.categories.length === 0 ? {} : { categories: [...resource.categories] }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
