import { createHash } from 'node:crypto';
import { stringifyJson, type Json, type JsonObject, type ObjectBody } from '@kopfts/core';
import type { StateMark } from './life-file.js';

/**
 * What changes when somebody changes an object, and not when we write to it: its generation. Kinds without one (ConfigMaps, Secrets, Pods) have a hash of
 * all but their status and what the server and operators keep in their metadata. Pure.
 */
export function stateMarkOf(body: ObjectBody): StateMark {
  const { generation, labels } = body.metadata;
  if (generation !== undefined) return generation;
  const { status: _status, metadata: _metadata, ...rest } = body as unknown as JsonObject;
  const said: Json = { ...rest, labels: (labels ?? {}) as JsonObject };
  return createHash('sha256').update(stringifyJson(said)).digest('base64').slice(0, 16);
}
