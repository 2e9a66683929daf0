import { Buffer } from 'node:buffer';
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { errorText, type Clock, type KopfErrorOptions } from '@kopfts/core';
import type { Credentials } from '../auth/credentials.js';
import { ClusterUnreachableError, type NetworkPhase } from '../errors.js';
import type { AbortListeners } from '../transport/abort-listeners.js';
import { connectionHeaders } from '../transport/connection-headers.js';
import type { Deadlines } from '../transport/deadlines.js';
import type { TransportTimeouts } from '../transport/https-transport.js';
import type { WireHeaders, WireRequest } from '../transport/request.js';
import type { Place } from './session.js';

/** What every request needs. */
export interface ExchangePorts {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly timeouts: TransportTimeouts;
  readonly stages: Deadlines;
  readonly wholes: Deadlines;
  readonly aborts: AbortListeners;
}

/** A request with whose credentials it is sent. */
export interface Errand {
  readonly request: WireRequest;
  readonly credentials: Credentials;
}

/** An answer whose headers are there. */
export interface Http2Answer {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly stream: ClientHttp2Stream;
  /** Whether all of it came, asked at its end. */
  isWhole(): boolean;
  /** Lifts the time limits. */
  disarm(): void;
  /** A piece of the body came: the next one must come in time. */
  arrived(): void;
  /** What an error of the stream means. */
  failure(error: unknown): Error;
}

/** The server was about to end the connection, and never looked at the request: it may be sent on another one at once. */
export class NeverSeen extends Error {
  readonly meaning: ClusterUnreachableError;

  constructor(meaning: ClusterUnreachableError) {
    super(meaning.message);
    this.meaning = meaning;
  }
}

/** How far a request came, and the time limit that ended it. */
interface Progress {
  phase: NetworkPhase;
  expired: string | undefined;
}

/** Sends a request on a place of a session, which is left at its end, and waits for the headers of the answer. */
export function exchange(ports: ExchangePorts, place: Place, errand: Errand, signal: AbortSignal): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const { request, credentials } = errand;
    const stream = begin(ports, place, errand);
    const progress: Progress = { phase: 'sent', expired: undefined };
    const failure = (error: unknown): Error => meaningOf(error, { progress, credentials, signal });
    const expireAfter = (limits: Deadlines, ms: number, what: string) =>
      limits.start(ms, () => {
        progress.expired = `${what} after ${String(Math.round(ms / 1000))} seconds`;
        giveUp(stream);
      });
    const whole = expireAfter(ports.wholes, request.timeoutMs, 'no complete answer');
    let stage = expireAfter(ports.stages, Math.min(ports.timeouts.headersMs, request.timeoutMs), 'no answer');
    const disarm = (): void => {
      stage();
      whole();
    };
    const deaf = ports.aborts.listen(signal, () => giveUp(stream));
    let broken: Error | undefined;
    stream.on('error', (error: Error) => {
      broken = error;
    });
    stream.once('close', () => {
      disarm();
      deaf();
      place.leave();
      if (progress.phase === 'sent') reject(unanswered(stream, place, { progress, failure, broken }));
    });
    stream.once('response', (headers) => {
      progress.phase = 'body';
      const arrived = atMostOnceASecond(ports.clock, () => {
        stage();
        stage = expireAfter(ports.stages, ports.timeouts.bodyIdleMs, 'the answer stopped');
      });
      stage();
      const isWhole = (): boolean => progress.expired === undefined && stream.rstCode === constants.NGHTTP2_NO_ERROR && !signal.aborted;
      resolve({ status: Number(headers[':status']), headers: flat(headers), stream, isWhole, disarm, arrived, failure });
    });
    stream.end(request.body);
  });
}

/** The stream ends by `close`, whatever state it is in; the session goes on. */
function giveUp(stream: ClientHttp2Stream): void {
  stream.close(constants.NGHTTP2_CANCEL);
  // It would wait for its reader otherwise.
  stream.destroy();
}

function begin({ userAgent }: ExchangePorts, place: Place, { request, credentials }: Errand): ClientHttp2Stream {
  try {
    return place.request(headersOf(request, credentials, userAgent), request.body === undefined);
  } catch (error) {
    place.leave();
    throw new NeverSeen(unreachable(credentials, 'connect', errorText(error), { cause: error }));
  }
}

interface Unanswered {
  readonly progress: Progress;
  readonly broken: Error | undefined;
  readonly failure: (error: unknown) => Error;
}

/** A stream that the server never looked at was not done: that is as if there had been no connection. */
function unanswered(stream: ClientHttp2Stream, place: Place, { progress, broken, failure }: Unanswered): Error {
  const seen = progress.expired === undefined ? place.neverSeen(stream) : undefined;
  if (seen !== undefined) progress.phase = 'connect';
  const meaning = failure(broken ?? new Error('the stream was closed'));
  return seen === 'ending' && meaning instanceof ClusterUnreachableError ? new NeverSeen(meaning) : meaning;
}

function meaningOf(
  error: unknown,
  of: { readonly progress: Progress; readonly credentials: Credentials; readonly signal: AbortSignal },
): Error {
  const { progress, credentials, signal } = of;
  if (signal.aborted) return signal.reason as Error;
  if (progress.expired === undefined) return unreachable(credentials, progress.phase, errorText(error), { cause: error });
  return unreachable(credentials, progress.phase, progress.expired, { cause: error, context: { timedOut: true } });
}

/** What it means that there is no answer. */
export function unreachable(
  { server, source }: Credentials,
  phase: NetworkPhase,
  why: string,
  options: KopfErrorOptions,
): ClusterUnreachableError {
  return new ClusterUnreachableError({ server: server.origin, phase, source, why }, options);
}

function headersOf(
  { method, path, body, accept, contentType }: WireRequest,
  credentials: Credentials,
  userAgent: string,
): OutgoingHttpHeaders {
  const { server } = credentials;
  return {
    ...connectionHeaders(credentials, userAgent),
    ':method': method,
    ':path': `${server.pathname.replace(/(?<!\/)\/+$/, '')}${path}`,
    ':authority': server.host,
    // Compression costs more than it saves, except over slow links.
    'accept-encoding': 'identity',
    accept: accept ?? 'application/json',
    ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
}

function flat(headers: IncomingHttpHeaders): WireHeaders {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}

/** A long answer comes in thousands of pieces. */
function atMostOnceASecond(clock: Clock, act: () => void): () => void {
  let actedMs: number | undefined;
  return () => {
    const now = clock.monotonicMs();
    if (actedMs !== undefined && now - actedMs < 1000) return;
    actedMs = now;
    act();
  };
}
