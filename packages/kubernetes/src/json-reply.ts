import { Buffer } from 'node:buffer';
import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { RequestFailedError } from './errors.js';
import { readFailure, refusalError } from './transport/status-error.js';
import type { Transport, WireRequest } from './transport/request.js';

/** One request whose answer is one JSON object. @throws KopfError for a refusal, and for an answer that is something else. */
export async function jsonReply(request: WireRequest, transport: Transport, signal: AbortSignal): Promise<JsonObject> {
  const reply = await transport.send(request, signal);
  if (reply.status >= 300) throw refusalError(request, readFailure(reply));
  const answer = parsed(Buffer.from(reply.body).toString('utf8'));
  if (answer !== undefined) return answer;
  throw new RequestFailedError({ ...request, status: reply.status, reason: '', message: 'the answer is no JSON object' });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const answer = JSON.parse(text) as Json;
    return isJsonObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
