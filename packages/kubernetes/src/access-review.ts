import { Buffer } from 'node:buffer';
import { isJsonObject, type CollectionRef, type Json } from '@kopfts/core';
import { readFailure, refusalError } from './transport/status-error.js';
import type { Transport } from './transport/request.js';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const TIMEOUT_MS = 10_000;

/**
 * Whether we may list and watch a collection, by reviews of our own access, which everybody who is logged in may ask for.
 *
 * @throws KopfError if the server refuses the question.
 */
export async function mayWatch(of: CollectionRef, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const answers = await Promise.all(['list', 'watch'].map((verb) => review(of, verb, { transport, signal })));
  return answers.every(Boolean);
}

interface Asking {
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

async function review({ resource, namespace }: CollectionRef, verb: string, { transport, signal }: Asking): Promise<boolean> {
  const { group, version, plural } = resource;
  const resourceAttributes = { group, version, resource: plural, verb, ...(namespace === undefined ? {} : { namespace }) };
  const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } });
  const reply = await transport.send(
    { lane: 'read', method: 'POST', path: PATH, body, contentType: 'application/json', accept: 'application/json', timeoutMs: TIMEOUT_MS },
    signal,
  );
  if (reply.status >= 300) throw refusalError({ method: 'POST', path: PATH }, readFailure(reply));
  return isAllowed(Buffer.from(reply.body).toString('utf8'));
}

/** Anything but a clear yes is a no. */
function isAllowed(text: string): boolean {
  try {
    const answer = JSON.parse(text) as Json;
    const status = isJsonObject(answer) ? answer['status'] : undefined;
    return isJsonObject(status) && status['allowed'] === true;
  } catch {
    return false;
  }
}
