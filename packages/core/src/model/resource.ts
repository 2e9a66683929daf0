/** A kind being served, as discovery describes it (spec S-30). */
export interface Resource {
  /** Empty for the core API. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Names such as `status`, `scale`. */
  readonly subresources: readonly string[];
  readonly namespaced: boolean;
  /** Served in the preferred version of its group. */
  readonly preferred: boolean;
  readonly verbs: readonly string[];
}

/** What is listed and watched with one request: a kind, everywhere or in one namespace. */
export interface CollectionRef {
  readonly resource: Resource;
  readonly namespace: string | undefined;
}

/** `plural.version.group`, without the trailing dot for the core API (spec S-30). */
export function resourceName(resource: Pick<Resource, 'group' | 'version' | 'plural'>): string {
  return [resource.plural, resource.version, resource.group].filter((part) => part !== '').join('.');
}

/** The same kind in the same version. */
export function sameResource(a: Resource, b: Resource): boolean {
  return a.group === b.group && a.version === b.version && a.plural === b.plural;
}
