import { Buffer } from 'node:buffer';
import { isJsonObject, type AccessAnswer, type AccessQuestion, type CollectionRef, type Json, type JsonObject } from '@kopfts/core';
import { readFailure, refusalError } from './transport/status-error.js';
import type { Transport } from './transport/request.js';

const TIMEOUT_MS = 10_000;

/**
 * Whether we may list and watch a collection, by reviews of our own access, which everybody who is logged in may ask for.
 *
 * @throws KopfError if the server refuses the question.
 */
export async function mayWatch(of: CollectionRef, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const { group, version, plural } = of.resource;
  const place = of.namespace === undefined ? {} : { namespace: of.namespace };
  const ask = async (verb: string): Promise<boolean> => {
    const resourceAttributes = { group, version, resource: plural, verb, ...place };
    return (
      (await review('authorization', 'SelfSubjectAccessReview', { spec: { resourceAttributes }, transport, signal }))['allowed'] === true
    );
  };
  return (await Promise.all(['list', 'watch'].map(ask))).every(Boolean);
}

/**
 * Who bears a token, and whether they may: a TokenReview, then a SubjectAccessReview. It needs the right to create both, as of the cluster role
 * `system:auth-delegator`.
 *
 * @throws KopfError if the server refuses the questions.
 */
export async function authorize(question: AccessQuestion, transport: Transport, signal: AbortSignal): Promise<AccessAnswer> {
  const { token, audiences = [], verb, path } = question;
  const known = await review('authentication', 'TokenReview', {
    spec: { token, ...(audiences.length > 0 ? { audiences } : {}) },
    transport,
    signal,
  });
  const who = known['user'];
  if (known['authenticated'] !== true || !isJsonObject(who) || !isMeant(known['audiences'], audiences)) return 'unknown';
  const spec = {
    user: who['username'] ?? '',
    ...(who['uid'] === undefined ? {} : { uid: who['uid'] }),
    ...(who['groups'] === undefined ? {} : { groups: who['groups'] }),
    ...(who['extra'] === undefined ? {} : { extra: who['extra'] }),
    nonResourceAttributes: { path, verb },
  };
  const may = await review('authorization', 'SubjectAccessReview', { spec, transport, signal });
  return may['allowed'] === true && may['denied'] !== true ? 'allowed' : 'denied';
}

/** A server that does not know of audiences answers without them: then the token is not known to be meant for us. */
function isMeant(answered: Json | undefined, asked: readonly string[]): boolean {
  return asked.length === 0 || (Array.isArray(answered) && asked.some((audience) => answered.includes(audience)));
}

interface Asking {
  readonly spec: JsonObject;
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

/** The status of the answer; one that cannot be read says nothing, and nothing is no. */
async function review(group: string, kind: string, { spec, transport, signal }: Asking): Promise<JsonObject> {
  const path = `/apis/${group}.k8s.io/v1/${kind.toLowerCase()}s`;
  const body = JSON.stringify({ apiVersion: `${group}.k8s.io/v1`, kind, spec });
  const reply = await transport.send(
    { lane: 'read', method: 'POST', path, body, contentType: 'application/json', accept: 'application/json', timeoutMs: TIMEOUT_MS },
    signal,
  );
  if (reply.status >= 300) throw refusalError({ method: 'POST', path }, readFailure(reply));
  try {
    const answer = JSON.parse(Buffer.from(reply.body).toString('utf8')) as Json;
    const status = isJsonObject(answer) ? answer['status'] : undefined;
    return isJsonObject(status) ? status : {};
  } catch {
    return {};
  }
}
