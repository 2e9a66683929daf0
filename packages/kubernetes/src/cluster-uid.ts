import { Buffer } from 'node:buffer';
import { isJsonObject, type Json } from '@kopfts/core';
import { NotFoundError, RequestFailedError } from './errors.js';
import { readFailure, refusalError } from './transport/status-error.js';
import type { Transport } from './transport/request.js';

/** It exists everywhere, and for as long as the cluster does. */
const PATH = '/api/v1/namespaces/kube-system';
const TIMEOUT_MS = 10_000;

/**
 * What tells this cluster from all others: the uid of its namespace `kube-system`. Needs the right to get it.
 *
 * @throws KopfError `KOPF_FORBIDDEN`, `KOPF_NOT_FOUND`, or what may succeed later.
 */
export async function clusterUid(transport: Transport, signal: AbortSignal): Promise<string> {
  const reply = await transport.send(
    { lane: 'read', method: 'GET', path: PATH, accept: 'application/json', timeoutMs: TIMEOUT_MS },
    signal,
  );
  const request = { method: 'GET', path: PATH } as const;
  const { status } = reply;
  if (status === 404) throw new NotFoundError({ ...request, status, reason: 'NotFound', message: 'there is no namespace kube-system' });
  if (status >= 300) throw refusalError(request, readFailure(reply));
  const uid = uidIn(Buffer.from(reply.body).toString('utf8'));
  if (uid === undefined) throw new RequestFailedError({ ...request, status, reason: '', message: 'the answer has no uid' });
  return uid;
}

function uidIn(text: string): string | undefined {
  try {
    const answer = JSON.parse(text) as Json;
    const metadata = isJsonObject(answer) ? answer['metadata'] : undefined;
    const uid = isJsonObject(metadata) ? metadata['uid'] : undefined;
    return typeof uid === 'string' && uid !== '' ? uid : undefined;
  } catch {
    return undefined;
  }
}
