import { Buffer } from 'node:buffer';
import { isJsonObject, parseJson, type Json, type ObjectBody, type Resource, type SeenObject } from '@kopfts/core';
import { WatchBrokenError } from '../errors.js';
import { identityOf } from '../transport/peek.js';
import { apiVersionOf } from './known-objects.js';
import { parsedObject } from './watch-line.js';

/** One page of a list. */
export interface ListPage {
  readonly objects: readonly SeenObject[];
  readonly resourceVersion: string;
  /** The token of the next page; `undefined` on the last one. */
  readonly next: string | undefined;
  /** Items without identity, which nobody can serve. */
  readonly oddItems: number;
}

/**
 * Reads the answer of a list. Items of built-in kinds lack `apiVersion` and `kind`: they get them.
 *
 * @throws WatchBrokenError `KOPF_WATCH_BROKEN` if it is no list.
 */
export function readListPage(body: Uint8Array, resource: Resource, path: string): ListPage {
  const list = parse(body, path);
  const metadata = isJsonObject(list) ? list['metadata'] : undefined;
  const items = isJsonObject(list) ? (list['items'] ?? []) : undefined;
  const resourceVersion = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  if (!isJsonObject(metadata) || typeof resourceVersion !== 'string' || resourceVersion === '' || !Array.isArray(items)) {
    throw new WatchBrokenError(path, 'the answer is no list');
  }
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const objects = (items as readonly Json[]).flatMap((item) => {
    const identity = identityOf(item);
    if (identity === undefined || !isJsonObject(item)) return [];
    const body = (typeof item['kind'] === 'string' ? item : { ...type, ...item }) as ObjectBody;
    return [parsedObject(identity, body)];
  });
  const token = metadata['continue'];
  const next = typeof token === 'string' && token !== '' ? token : undefined;
  return { objects, resourceVersion, next, oddItems: items.length - objects.length };
}

function parse(body: Uint8Array, path: string): Json {
  try {
    return parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (error) {
    throw new WatchBrokenError(path, 'the list is no JSON', { cause: error });
  }
}
