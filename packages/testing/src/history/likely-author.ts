// Whose interrupted request a change was that nobody was told of: told by what was sent.
import { isJsonObject, type Json, type ObjectBody } from '@kopfts/core';
import type { AuditedWrite } from './audited-write.js';
import { patchLeaves, valueIn } from '../invariants/json-path.js';

/**
 * The request that made this change, among interrupted ones in the order in which they came: the earliest that was sent before the
 * change was seen, names this object and none of another uid, and whose values are on it; if nobody's are (a last finalizer that goes
 * takes the object with it), the earliest of the others.
 */
export function likelyAuthor(
  change: { readonly object: ObjectBody; readonly atMs: number },
  interrupted: readonly AuditedWrite[],
): AuditedWrite | undefined {
  const { object, atMs } = change;
  const candidates = interrupted.filter((write) => write.receivedMs <= atMs && concerns(write, object));
  return candidates.find(({ request }) => isSeen(request, object)) ?? candidates[0];
}

function concerns({ verb, namespace, name, request }: AuditedWrite, { metadata }: ObjectBody): boolean {
  const uid = uidIn(request);
  if (uid !== undefined && uid !== metadata.uid) return false;
  return namespace === (metadata.namespace ?? '') && (name === metadata.name || (name === '' && verb !== 'patch'));
}

/** The only object that a request wants to change, if it says so. */
function uidIn(request: Json | undefined): string | undefined {
  const places = Array.isArray(request)
    ? request.flatMap((operation: Json) =>
        isJsonObject(operation) && operation['op'] === 'test' && operation['path'] === '/metadata/uid' ? [operation['value']] : [],
      )
    : [valueIn(request, ['metadata', 'uid']), valueIn(request, ['preconditions', 'uid'])];
  return places.find((place) => typeof place === 'string');
}

/** Whether everything that a patch sets is so. */
function isSeen(request: Json | undefined, object: ObjectBody): boolean {
  const leaves = Array.isArray(request) ? request.flatMap(leavesOf) : patchLeaves(request);
  return leaves.every(({ path, value }) => canonical(valueIn(object, path)) === canonical(value));
}

/** What is tested was so before; what goes to a place in a list may be anywhere in it. */
function leavesOf(operation: Json): ReturnType<typeof patchLeaves> {
  if (!isJsonObject(operation)) return [];
  const { op, path, value = null } = operation;
  if (typeof path !== 'string' || (op !== 'add' && op !== 'replace' && op !== 'remove') || /\/(-|\d+)$/.test(path)) return [];
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return op === 'remove' ? [{ path: keys, value: null }] : patchLeaves(value, keys);
}

/** Nothing and null are the same to a patch. */
function canonical(value: Json | undefined): string {
  return JSON.stringify(value ?? null);
}
