// Where a request goes, and what all requests have in common.

import type { Json } from '../conformance/case.js';
import { oddMetadata } from './corrupt.js';
import type { Dice } from './dice.js';
import type { FuzzKind } from './kinds.js';
import type { FuzzRequest, JsonMap } from './request.js';

/** The dice and the place of one request. */
export interface Place {
  readonly dice: Dice;
  readonly ns: string;
  readonly of: FuzzKind;
  readonly name: string;
}

export interface Wanted {
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string;
}

export function request(place: Place, wanted: Wanted): FuzzRequest {
  const { dice, of } = place;
  const { verb, method, path, body, contentType = 'application/json' } = wanted;
  const accept = verb === 'odd' ? '' : dice.weighted(verb === 'watch' ? WATCH_ACCEPTS : ACCEPTS);
  return {
    method,
    path: path.replace(/[?&]+$/, '').replaceAll('{ns}', place.ns),
    headers: { ...(body === undefined ? {} : { 'content-type': contentType }), ...(accept === '' ? {} : { accept }) },
    body: body?.replaceAll('{ns}', place.ns),
    verb,
    resource: of.plural,
  };
}

const PARTIAL = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const ACCEPTS: readonly (readonly [number, string])[] = [
  [30, ''],
  [2, 'application/json;as=Table;g=meta.k8s.io;v=v1'],
  [2, PARTIAL],
  [1, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'],
  [1, '*/*'],
  [1, 'text/html'],
  [1, 'application/yaml'],
];
const WATCH_ACCEPTS: readonly (readonly [number, string])[] = [
  [12, ''],
  [1, PARTIAL],
  [1, 'application/json;as=Table;g=meta.k8s.io;v=v1'],
];

export function collection({ of, ns }: Place): string {
  const root = of.apiVersion === 'v1' ? '/api/v1' : `/apis/${of.apiVersion}`;
  return of.isNamespaced ? `${root}/namespaces/${ns}/${of.plural}` : `${root}/${of.plural}`;
}

export function objectPath(place: Place): string {
  return `${collection(place)}/${place.name}`;
}

export function subresource({ dice, of }: Place): string {
  return of.subresources.length > 0 && dice.chance(0.3) ? `/${dice.pick(of.subresources)}` : '';
}

export function bodyFor(place: Place): JsonMap {
  const { dice, of, name, ns } = place;
  const labels = of.isNamespaced ? {} : { labels: { episode: ns } };
  const metadata: JsonMap = { name, ...labels, ...(dice.chance(0.35) ? oddMetadata(dice, { plural: of.plural, name }) : {}) };
  const body: JsonMap = { apiVersion: of.apiVersion, kind: of.kind, metadata, ...of.body(dice) };
  if (of.isNamespaced) return body;
  return { ...body, metadata: { ...metadata, labels: { ...(metadata['labels'] as JsonMap | null), episode: ns } } };
}

export function scaleBody({ dice, name, ns }: Place, metadata: JsonMap): JsonMap {
  const spec = dice.pick<Json>([{ replicas: 2 }, { replicas: -1 }, {}, { replicas: 'x' }, null]);
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { ...metadata, name, namespace: ns }, spec };
}
