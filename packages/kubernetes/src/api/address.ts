import type { Resource } from '@kopfts/core';
import { KindUnknownError, RequestInvalidError } from '../errors.js';

/** A kind: by its name in an API version, or as discovery describes it (the `resource` of a handler). */
export type KindAddress =
  | { readonly apiVersion: string; readonly kind: string }
  | { readonly resource: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced' | 'kind'> };

/** One object: a kind with a name, or the object itself, as much of it as names it. A namespaced one without a namespace is in the default one. */
export type ObjectAddress = KindAddress &
  (
    | { readonly name: string; readonly namespace?: string | undefined }
    | { readonly metadata: { readonly name?: string | undefined; readonly namespace?: string | undefined } }
  );

/** What names an object within its kind. */
export interface PlaceAndName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** @throws RequestInvalidError `KOPF_REQUEST_INVALID` without a name. */
export function placeOf(address: ObjectAddress): PlaceAndName {
  const { name, namespace } = 'metadata' in address ? address.metadata : address;
  if (!name) throw new RequestInvalidError('its object has no name');
  return { name, namespace };
}

/** `['apps', 'v1']` of `apps/v1`. */
export function groupVersionOf(apiVersion: string): readonly [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** Finds kinds by their names. What was found once is remembered until it is forgotten. */
export interface KindFinder {
  /** @throws KindUnknownError `KOPF_KIND_UNKNOWN` if the server does not serve it. */
  find(kind: KindAddress, signal: AbortSignal): Promise<Resource>;
  /** It turned out not to be served any more. */
  forget(kind: KindAddress): void;
}

/** `discover` gives what a group serves. */
export function createKindFinder(discover: (group: string, signal: AbortSignal) => Promise<readonly Resource[]>): KindFinder {
  const known = new Map<string, Resource>();
  return {
    async find(address, signal) {
      if ('resource' in address) return whole(address.resource);
      const { apiVersion, kind } = address;
      const key = `${apiVersion} ${kind}`;
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const [group, version] = groupVersionOf(apiVersion);
      const served = await discover(group, signal);
      const found = served.find((one) => one.group === group && one.version === version && one.kind === kind);
      if (found === undefined) throw new KindUnknownError(apiVersion, kind);
      known.set(key, found);
      return found;
    },
    forget(address) {
      if ('apiVersion' in address) known.delete(`${address.apiVersion} ${address.kind}`);
    },
  };
}

const NOTHING_MORE = { singular: '', shortNames: [], categories: [], subresources: [], preferred: true, verbs: [] } as const;

function whole(resource: Extract<KindAddress, { resource: unknown }>['resource']): Resource {
  return { ...NOTHING_MORE, ...resource };
}
