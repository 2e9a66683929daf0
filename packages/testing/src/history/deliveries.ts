import { Buffer } from 'node:buffer';
import { isJsonObject, type Json } from '@kopfts/core';
import type { DeliverEntry } from './history.js';

const LINE_FEED = 10;
const TYPES: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED'];

/** A state that was shown. */
export type Delivery = Pick<DeliverEntry, 'type' | 'uid' | 'resourceVersion' | 'line'>;

/** `group/plural` or `plural` of a path below which objects are; `undefined` for discovery and the like. */
export function collectionOf(path: string): string | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/?]+)/.exec(path);
  if (match?.[2] === undefined) return undefined;
  return match[1] === undefined ? match[2] : `${match[1]}/${match[2]}`;
}

/** What a list shows, or nothing if it is none. */
export function listedIn(answer: Json | undefined): readonly Delivery[] {
  const items = isJsonObject(answer) ? answer['items'] : undefined;
  if (!Array.isArray(items)) return [];
  return (items as readonly Json[]).flatMap((item) => deliveryOf('LISTED', item));
}

/** Puts pieces of a stream together and gives the states of the lines that became complete. */
export function createLineReader(): (piece: Uint8Array) => readonly Delivery[] {
  let rest = Buffer.alloc(0);
  let count = 0;
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    const end = rest.lastIndexOf(LINE_FEED);
    if (end === -1) return [];
    const lines = rest.subarray(0, end).toString('utf8').split('\n');
    rest = rest.subarray(end + 1);
    return lines.flatMap((text) => {
      const line = count;
      count += 1;
      return deliveryOfLine(text).map((delivery) => ({ ...delivery, line }));
    });
  };
}

function deliveryOfLine(line: string): readonly Delivery[] {
  const event = parse(line);
  if (!isJsonObject(event) || typeof event['type'] !== 'string' || !TYPES.includes(event['type'])) return [];
  return deliveryOf(event['type'] as Delivery['type'], event['object']);
}

function deliveryOf(type: Delivery['type'], object: Json | undefined): readonly Delivery[] {
  const identity = identityIn(object);
  return identity === undefined ? [] : [{ type, ...identity }];
}

/** Uid and version of an object, if it is one. */
export function identityIn(object: Json | undefined): { readonly uid: string; readonly resourceVersion: string } | undefined {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const { uid, resourceVersion } = metadata;
  return typeof uid === 'string' && typeof resourceVersion === 'string' ? { uid, resourceVersion } : undefined;
}

/** `undefined` if it is no JSON. */
export function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
