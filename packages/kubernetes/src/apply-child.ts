// Children, by server-side apply: what was lost on the way is sent again, since applying twice is applying once.
import { stringifyJson, type ChildOutcome, type ChildWrite } from '@kopfts/core';
import type { KindFinder } from './api/address.js';
import { answerError } from './api/answer.js';
import { APPLY_PATCH } from './api/call.js';
import { apiVersionOf } from './watch/known-objects.js';
import { objectPath, withQuery } from './api-path.js';
import { RequestFailedError } from './errors.js';
import type { OutageGate } from './outage-gate.js';
import type { WireReply, WireRequest } from './transport/request.js';
import { sendAgain, titleOf, type SendPorts } from './transport/send-again.js';
import { readFailure } from './transport/status-error.js';
import { isOutage, readObject } from './write.js';

export interface ApplyPorts extends SendPorts {
  readonly fieldManager: string;
  readonly kinds: KindFinder;
  readonly outages: OutageGate;
}

const TIMEOUT_MS = 30_000;

/** Makes a child be as it is described; see {@link ChildOutcome}. */
export async function applyChild(child: ChildWrite, ports: ApplyPorts, signal: AbortSignal): Promise<ChildOutcome> {
  const leave = ports.outages.enter(child.resource);
  try {
    const request = requestOf(child, ports.fieldManager);
    const outcome = outcomeOf(child, { request, reply: await sendAgain(request, true, ports, signal), kinds: ports.kinds });
    leave('answer');
    return outcome;
  } catch (error) {
    leave(signal.aborted ? undefined : isOutage(error) ? 'failure' : 'answer');
    throw error;
  }
}

function requestOf(child: ChildWrite, fieldManager: string): WireRequest {
  const { body, uid } = child;
  const { metadata } = body;
  const bound = uid === undefined ? body : { ...body, metadata: { ...(metadata as object), uid } };
  return {
    lane: 'write',
    method: 'PATCH',
    path: withQuery(objectPath(child), { fieldManager, force: true }),
    // JSON is YAML.
    body: stringifyJson(bound),
    contentType: APPLY_PATCH,
    timeoutMs: TIMEOUT_MS,
  };
}

interface Answered {
  readonly request: WireRequest;
  readonly reply: WireReply;
  readonly kinds: KindFinder;
}

function outcomeOf({ resource, uid }: ChildWrite, { request, reply, kinds }: Answered): ChildOutcome {
  if (reply.status >= 200 && reply.status < 300) {
    const object = readObject(reply.body);
    if (object !== undefined) return { kind: 'committed', object };
    const refusal = { ...titleOf(request), status: reply.status, reason: '', message: 'the answer is no object', retryAfterMs: undefined };
    throw new RequestFailedError(refusal);
  }
  const failure = readFailure(reply);
  // Forced, no field is in conflict: only the uid is left, which is immutable where there is an object, and a precondition where there is none.
  if (uid !== undefined && (failure.code === 409 || failure.causes.some(({ field }) => field === 'metadata.uid')))
    return { kind: 'replaced' };
  if (failure.code === 422) return { kind: 'invalid', causes: failure.causes, message: failure.message };
  if (failure.code === 404 && !failure.isStatus) kinds.forget({ apiVersion: apiVersionOf(resource), kind: resource.kind });
  throw answerError(request, true, reply);
}
