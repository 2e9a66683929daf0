// The endpoints below objects, as discovery names them.

import { createHash } from 'node:crypto';
import { NAMESPACES } from '../kind/builtin-resources.js';
import type { Resource } from '../kind/resource.js';

export interface SubresourceDocument {
  readonly name: string;
  readonly kind: string;
  /** Where the kind is of another group than the resource. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

const CHANGING = ['get', 'patch', 'update'];

export function subresourcesOf(resource: Resource): readonly SubresourceDocument[] {
  const documents: SubresourceDocument[] = [];
  if (resource.collection === NAMESPACES) documents.push({ name: 'finalize', kind: resource.kind, verbs: ['update'] });
  const scale: SubresourceDocument = { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: CHANGING };
  const status: SubresourceDocument = { name: 'status', kind: resource.kind, verbs: CHANGING };
  const present = [...(resource.scale === undefined ? [] : [scale]), ...(resource.hasStatus ? [status] : [])];
  // Custom resources name them in the other order.
  documents.push(...(resource.isCustom ? present.reverse() : present));
  if (resource.collection === 'serviceaccounts')
    documents.push({ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] });
  return documents;
}

/** Tells clients when the form in which objects are stored changes. */
export function storageVersionHash(resource: Resource): string {
  const { group, storageVersion, kind } = resource;
  return createHash('sha256').update(`${group}/${storageVersion}/${kind}`).digest().subarray(0, 8).toString('base64');
}
