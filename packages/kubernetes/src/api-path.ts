import type { CollectionRef, ObjectRef, Resource } from '@kopfts/core';
import { RequestInvalidError } from './errors.js';

/** Query parameters; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/api/v1` for the core API, else `/apis/{group}/{version}` (spec S-31). */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `/api/${segment(version)}` : `/apis/${segment(group)}/${segment(version)}`;
}

/** Where a kind is listed and watched. */
export function collectionPath(of: CollectionRef): string {
  return placePath(of.resource, of.namespace);
}

/** Where one object, or a subresource of it, is. */
export function objectPath(ref: Pick<ObjectRef, 'resource' | 'namespace' | 'name'>, subresource?: string): string {
  const path = `${placePath(ref.resource, ref.namespace)}/${segment(ref.name)}`;
  return subresource === undefined ? path : `${path}/${segment(subresource)}`;
}

/** The path with its query, encoded. */
export function withQuery(path: string, query: Query): string {
  let text = path;
  let separator = '?';
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined) continue;
    text += `${separator}${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
    separator = '&';
  }
  return text;
}

function placePath(resource: Resource, namespace: string | undefined): string {
  const base = groupVersionPath(resource.group, resource.version);
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${segment(namespace)}` : '';
  return `${base}${place}/${segment(resource.plural)}`;
}

/** Half a character, which no encoding has. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** One step of a path. Empty or made of dots it would lead elsewhere, also encoded: to all objects of a namespace, or to another kind. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..' || LONE_SURROGATE.test(text)) {
    throw new RequestInvalidError(`'${text}' cannot be a part of its path`);
  }
  return encodeURIComponent(text);
}
