import { Buffer } from 'node:buffer';
import type { KopfError } from '@kopfts/core';
import {
  AlreadyExistsError,
  AnswerLostError,
  ConflictError,
  NotFoundError,
  ObjectInvalidError,
  RequestFailedError,
  type Refusal,
} from '../errors.js';
import type { WireReply, WireRequest } from '../transport/request.js';
import { titleOf } from '../transport/send-again.js';
import { isRefusedBeforeActing, isWebhookFailure, readFailure, refusalError, type ApiFailure } from '../transport/status-error.js';

/** What an answer says: its JSON, plain text if it is no JSON, `undefined` if it is empty. Throws the error of a refusal. */
export function readAnswer(request: WireRequest, repeatable: boolean, reply: WireReply): unknown {
  if (reply.status < 200 || reply.status >= 300) throw answerError(request, repeatable, reply);
  const { buffer, byteOffset, byteLength } = reply.body;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  if (text === '') return undefined;
  if (!/json/.test(reply.headers['content-type'] ?? 'json')) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!repeatable) throw new AnswerLostError(titleOf(request), 'its answer is no JSON', { cause: error });
    const refusal = { ...titleOf(request), status: reply.status, reason: '', message: 'the answer is no JSON' };
    throw new RequestFailedError(refusal, { cause: error });
  }
}

/** The error of a refused request of a user: one class for each thing that a caller may want to tell apart. */
export function answerError(request: WireRequest, repeatable: boolean, reply: WireReply): KopfError {
  const failure = readFailure(reply);
  const refusal = refusalOf(request, failure);
  if (isUndecided(failure) && !repeatable)
    return new AnswerLostError(titleOf(request), `HTTP status ${String(failure.code)}: ${failure.message}`);
  switch (failure.code) {
    case 404:
      return new NotFoundError(refusal);
    case 409:
      return failure.reason === 'AlreadyExists' ? new AlreadyExistsError(refusal) : new ConflictError(refusal, failure.causes);
    case 422:
      return new ObjectInvalidError(refusal, failure.causes);
    default:
      return refusalError(titleOf(request), failure);
  }
}

/** The server, or something before it, broke while acting. */
function isUndecided(failure: ApiFailure): boolean {
  return failure.code >= 500 && !isRefusedBeforeActing(failure) && !isWebhookFailure(failure);
}

function refusalOf(request: WireRequest, failure: ApiFailure): Refusal {
  const { code: status, reason, message, retryAfterMs } = failure;
  return { ...titleOf(request), status, reason, message, retryAfterMs };
}
