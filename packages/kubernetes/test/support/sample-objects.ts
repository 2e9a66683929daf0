import type { CollectionRef, ObjectBody, Resource } from '@kopfts/core';

export const EXAMPLES: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

export const CONFIG_MAPS: Resource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  singular: 'configmap',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

export const IN_DEFAULT: CollectionRef = { resource: EXAMPLES, namespace: 'default' };

/** An object `name` with the uid `uid-name` unless told otherwise. */
export function example(name: string, resourceVersion: number | string, uid = `uid-${name}`): ObjectBody {
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: { name, namespace: 'default', uid, resourceVersion: String(resourceVersion) },
    spec: { size: 1 },
  };
}

/** The document of a list. */
export function listOf(resourceVersion: number | string, items: readonly ObjectBody[], token = ''): unknown {
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExampleList',
    metadata: { resourceVersion: String(resourceVersion), continue: token },
    items,
  };
}

export function event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: ObjectBody): unknown {
  return { type, object };
}

export function bookmark(resourceVersion: number | string): unknown {
  return {
    type: 'BOOKMARK',
    object: { kind: 'KopfExample', apiVersion: 'kopf.dev/v1', metadata: { resourceVersion: String(resourceVersion) } },
  };
}

/** A `Status` of failure, as the server says it. */
export function failure(code: number, reason: string, more: object = {}): { readonly code: number } {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${reason} it is`,
    reason,
    details: {},
    code,
    ...more,
  } as { readonly code: number };
}
