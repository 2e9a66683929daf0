import { Buffer } from 'node:buffer';
import { isJsonObject, type InvalidCause, type Json, type KopfError } from '@kopfts/core';
import {
  ClusterBusyError,
  ForbiddenError,
  NamespaceTerminatingError,
  RequestFailedError,
  UnauthorizedError,
  WatchExpiredError,
  type Refusal,
  type RequestTitle,
} from '../errors.js';
import type { WireHeaders, WireReply } from './request.js';

/** Longer ones are not believed: a proxy's mistake must not put a kind to sleep. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** An answer that is not a success, as far as decisions need it. */
export interface ApiFailure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** The answer was a `Status` of the API server; else of a proxy, or the plain 404 of an unknown path. */
  readonly isStatus: boolean;
  /** `details.name`: the server looked for an object. */
  readonly name: string | undefined;
  readonly causes: readonly InvalidCause[];
  readonly retryAfterMs: number | undefined;
}

/** Reads an answer of status ≥ 400. Never throws, whatever the body is. */
export function readFailure(reply: Pick<WireReply, 'status' | 'headers' | 'body'>): ApiFailure {
  const text = Buffer.from(reply.body).toString('utf8');
  const header = retryAfterOf(reply.headers);
  const status = parseStatus(text);
  if (status === undefined) {
    const message = isQuotable(text) ? shortened(text.trim()) : `HTTP status ${String(reply.status)}`;
    return { code: reply.status, reason: '', message, isStatus: false, name: undefined, causes: [], retryAfterMs: header };
  }
  const failure = failureOf(status);
  return { ...failure, code: reply.status, retryAfterMs: header ?? failure.retryAfterMs };
}

/** Reads the `Status` object of an answer or of an ERROR line; what it lacks is empty. */
export function failureOf(status: Json | undefined): ApiFailure {
  const fields = isJsonObject(status) ? status : {};
  const details = isJsonObject(fields['details']) ? fields['details'] : {};
  const seconds = details['retryAfterSeconds'];
  return {
    code: typeof fields['code'] === 'number' ? fields['code'] : 0,
    reason: textOf(fields['reason']),
    message: textOf(fields['message']),
    isStatus: fields['kind'] === 'Status',
    name: typeof details['name'] === 'string' && details['name'] !== '' ? details['name'] : undefined,
    causes: Array.isArray(details['causes']) ? (details['causes'] as readonly Json[]).flatMap(causeOf) : [],
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS) : undefined,
  };
}

/** The error of a refused request, by its status. */
export function refusalError(request: RequestTitle, failure: ApiFailure): KopfError {
  const refusal: Refusal = {
    method: request.method,
    path: request.path,
    status: failure.code,
    reason: failure.reason,
    message: failure.message,
    retryAfterMs: failure.retryAfterMs,
  };
  if (isExpired(failure)) return new WatchExpiredError(refusal);
  if (failure.code === 401) return new UnauthorizedError(refusal);
  if (failure.code === 403) return isOfDyingNamespace(failure) ? new NamespaceTerminatingError(refusal) : new ForbiddenError(refusal);
  if (isRefusedBeforeActing(failure)) return new ClusterBusyError(refusal);
  return new RequestFailedError(refusal);
}

function isOfDyingNamespace({ causes }: ApiFailure): boolean {
  return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

/** The history to resume from is gone: list again. */
export function isExpired(failure: ApiFailure): boolean {
  return failure.code === 410 || failure.reason === 'Expired' || failure.reason === 'Gone';
}

/** The server did nothing and wants us to come back later: any method may be sent again. */
export function isRefusedBeforeActing(failure: ApiFailure): boolean {
  return failure.code === 429 || (failure.code === 503 && failure.retryAfterMs !== undefined);
}

/** What an answer to a write means (design 6.8), before the object is looked at. */
export type WriteAnswer =
  | { readonly kind: 'committed' }
  | { readonly kind: 'gone' | 'replaced' | 'kindChanged' }
  | { readonly kind: 'stale'; readonly message: string }
  | { readonly kind: 'invalid'; readonly causes: readonly InvalidCause[]; readonly message: string }
  /** 404 on a subresource: the object is gone, or its kind has no such subresource. Only the main endpoint tells. */
  | { readonly kind: 'undecided' }
  /** Not done; may be sent again after that long. */
  | { readonly kind: 'busy'; readonly failure: ApiFailure }
  /** Not done, and the same request will not be accepted soon. */
  | { readonly kind: 'refused'; readonly failure: ApiFailure }
  /** The server, or something before it, broke while acting: it may have been committed. */
  | { readonly kind: 'unknown'; readonly failure: ApiFailure };

/** What was sent, as far as it gives an answer its meaning. */
export interface SentWrite {
  readonly endpoint: 'main' | 'status';
  /** A JSON patch has tests, which may fail; a merge patch has none. */
  readonly form: 'merge' | 'json';
}

/** The table of design 6.8. */
export function judgeWrite({ endpoint, form }: SentWrite, reply: Pick<WireReply, 'status' | 'headers' | 'body'>): WriteAnswer {
  if (reply.status >= 200 && reply.status < 300) return { kind: 'committed' };
  const failure = readFailure(reply);
  if (isRefusedBeforeActing(failure)) return { kind: 'busy', failure };
  if (isDenied(failure)) return judgeDenied(failure);
  // It will be as large the next time.
  if (isTooLarge(failure)) return { kind: 'invalid', causes: [], message: failure.message };
  switch (failure.code) {
    case 404:
      return judgeNotFound(endpoint, failure);
    case 409:
      return { kind: 'stale', message: failure.message };
    case 422:
      return judgeUnprocessable(form, failure);
    default:
      return failure.code >= 500 && !isWebhookFailure(failure) ? { kind: 'unknown', failure } : { kind: 'refused', failure };
  }
}

function judgeNotFound(endpoint: 'main' | 'status', failure: ApiFailure): WriteAnswer {
  if (!failure.isStatus) return { kind: 'kindChanged' };
  if (endpoint === 'status') return { kind: 'undecided' };
  return { kind: failure.name === undefined ? 'kindChanged' : 'gone' };
}

function judgeUnprocessable(form: SentWrite['form'], failure: ApiFailure): WriteAnswer {
  if (form === 'json' && failure.causes.length === 0) return { kind: 'stale', message: failure.message };
  if (failure.causes.some((cause) => cause.field === 'metadata.uid')) return { kind: 'replaced' };
  return { kind: 'invalid', causes: failure.causes, message: failure.message };
}

/** For the server, or for what it stores objects in, whose words it passes on with 500. */
function isTooLarge(failure: ApiFailure): boolean {
  return failure.code === 413 || failure.message.includes('etcdserver: request is too large');
}

/** Whatever the code, which its author chose: the same write meets the same no, unless it says that it is the webhook that failed. */
function judgeDenied(failure: ApiFailure): WriteAnswer {
  return failure.code >= 500 ? { kind: 'refused', failure } : { kind: 'invalid', causes: failure.causes, message: failure.message };
}

/** An admission webhook said no, which the server passes on with the code and the details of the webhook. */
function isDenied(failure: ApiFailure): boolean {
  return /^admission webhook "[^"]*" denied the request/.test(failure.message);
}

/** Admission comes before the write: nothing was committed. */
export function isWebhookFailure(failure: ApiFailure): boolean {
  return failure.message.includes('failed calling webhook') || isDenied(failure);
}

function parseStatus(text: string): Json | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) && value['kind'] === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Plain text, as servers and proxies give it. A page tells nothing, and JSON that is no `Status` may be anything, objects included. */
function isQuotable(text: string): boolean {
  if (text === '' || text.startsWith('<')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** As Kopf cuts it (spec N-09). */
function shortened(text: string): string {
  return text.length <= 256 ? text : `${text.slice(0, 253)}...`;
}

function causeOf(value: Json): InvalidCause[] {
  if (!isJsonObject(value)) return [];
  return [{ field: textOf(value['field']), reason: textOf(value['reason']), message: textOf(value['message']) }];
}

/** Seconds only: a date would need a clock, and the API server sends none. */
function retryAfterOf(headers: WireHeaders): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS) : undefined;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
