import { Buffer } from 'node:buffer';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { errorText, type Clock, type KopfErrorOptions } from '@kopfts/core';
import type { CredentialSource } from '../auth/credential-source.js';
import type { Credentials } from '../auth/credentials.js';
import { AnswerTooLargeError, ClusterUnreachableError, type NetworkPhase } from '../errors.js';
import { createAbortListeners, type AbortListeners } from './abort-listeners.js';
import { connectionHeaders } from './connection-headers.js';
import { createDeadlines, type Deadlines } from './deadlines.js';
import { probePeer } from './keep-alive.js';
import { createLaneAgents, type LaneAgents } from './lane-agents.js';
import { createLaneTurns, type LaneTurns } from './lane-turns.js';
import { BROKEN, headersOf, readReply } from './read-reply.js';
import type { Transport, WireReply, WireRequest, WireStream } from './request.js';
import { checkPath } from './request-path.js';

/** How long each phase of a request may take, in milliseconds. */
export interface TransportTimeouts {
  /** Until connected; default 10,000. */
  readonly connectMs: number;
  /** From then until the status and headers are there; default 15,000. */
  readonly headersMs: number;
  /** Between two pieces of an answer; default 30,000. Not for watches, which have signs of life of their own. */
  readonly bodyIdleMs: number;
}

export interface HttpsTransportOptions {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Sent as User-Agent; the audit log of the server shows it. */
  readonly userAgent: string;
  readonly timeouts?: Partial<TransportTimeouts>;
  /** Bytes of an answer that is not a stream; a longer one is refused with `KOPF_ANSWER_TOO_LARGE`. Default 256 MiB. */
  readonly mostAnswerBytes?: number | undefined;
  /** Whether reads ask for gzip: for slow links, since it costs both sides more time than it saves on a fast one. Default `false`. */
  readonly compress?: boolean | undefined;
}

/** Where nothing else is asked for. */
export const TIMEOUTS: TransportTimeouts = { connectMs: 10_000, headersMs: 15_000, bodyIdleMs: 30_000 };
/** A page of 500 objects of half a megabyte each: larger than any text that Node can hold in one piece is of no use. */
export const MOST_ANSWER_BYTES = 256 * 1024 * 1024;
/** The server may have closed all idle connections of a lane at once. */
const MOST_STALE_CONNECTIONS = 20;

/**
 * The transport of production: HTTP/1.1 over keep-alive connections, one pool per lane. A 401 makes it read the
 * credentials anew and try once more (the server decided before it did anything).
 *
 * *Guarantees*: no redirect is followed; whatever a request's path is, it goes to the server of the credentials and nowhere else. Reads and
 * writes on their way are bounded, and fewer while the server is overloaded (see `in-flight-limit.ts`); leases and watches never wait for them.
 */
export function createHttpsTransport(options: HttpsTransportOptions): Transport {
  const wire = openWire(options);
  let requests = 0;
  let inFlight = 0;
  let streams = 0;
  let closed = false;

  const exchange = async (request: EncodedRequest, signal: AbortSignal): Promise<Answer> => {
    if (closed) throw new ClusterUnreachableError({ server: 'of a closed transport', phase: 'connect', why: 'it was closed' });
    signal.throwIfAborted();
    checkPath(request);
    for (let refusals = 0; ; refusals += 1) {
      const answer = await attempt(wire, request, signal);
      if (answer.message.statusCode !== 401 || refusals >= (options.credentials.mostRefusals ?? 1)) return answer;
      answer.discard();
      options.credentials.reject(answer.credentials);
    }
  };
  const isPacked = ({ method }: WireRequest): boolean => options.compress === true && method === 'GET';
  const sendNow = async (request: WireRequest, signal: AbortSignal): Promise<WireReply> =>
    readReply({
      ...(await exchange(isPacked(request) ? { ...request, encoding: 'gzip' } : request, signal)),
      mostBytes: options.mostAnswerBytes ?? MOST_ANSWER_BYTES,
    });
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    requests += 1;
    inFlight += 1;
    try {
      return await work();
    } finally {
      inFlight -= 1;
    }
  };

  return {
    send: (request, signal) => counted(() => wire.turns.take(request, () => sendNow(request, signal), signal)),
    open: (request, signal) =>
      counted(async () => {
        const answer = await exchange(request, signal);
        answer.disarm();
        streams += 1;
        answer.message.once('close', () => (streams -= 1));
        return streamOf(answer);
      }),
    stats: () => ({ requests, inFlight, streams, limits: wire.turns.limits() }),
    close: async () => {
      closed = true;
      for (const request of wire.open) request.destroy();
      wire.agents.destroy();
    },
  };
}

interface Wire extends HttpsTransportOptions {
  readonly timeouts: TransportTimeouts;
  readonly agents: LaneAgents;
  /** Requests whose answer has not ended. */
  readonly open: Set<ClientRequest>;
  /** Limits of whole requests, and of their stages: each kind has nearly one length, so that its next one rarely changes. */
  readonly wholes: Deadlines;
  readonly stages: Deadlines;
  readonly aborts: AbortListeners;
  readonly origins: WeakMap<Credentials, Origin>;
  readonly turns: LaneTurns;
}

function openWire(options: HttpsTransportOptions): Wire {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const stages = createDeadlines(options.clock);
  const wholes = createDeadlines(options.clock);
  const aborts = createAbortListeners();
  return {
    ...options,
    timeouts,
    agents: createLaneAgents({ connectMs: timeouts.connectMs, startLimit: (ms, expired) => stages.start(ms, expired) }),
    open: new Set(),
    wholes,
    stages,
    aborts,
    origins: new WeakMap(),
    turns: createLaneTurns({ deadlines: wholes, aborts }),
  };
}

/** An answer whose headers are there. */
interface Answer {
  readonly message: IncomingMessage;
  readonly credentials: Credentials;
  /** Lifts the time limit of the request. */
  disarm(): void;
  /** Reads the rest and forgets it: the connection stays. */
  discard(): void;
  /** Gives the answer up, and the connection with it. */
  end(): void;
  /** A piece of the body came: the next one must come in time. */
  arrived(): void;
  /** What an error of the message means. */
  failure(error: unknown): Error;
  /** What it means that the body is too long. */
  tooLong(): Error;
}

async function attempt(wire: Wire, request: EncodedRequest, signal: AbortSignal): Promise<Answer> {
  const credentials = await wire.credentials.get();
  for (let stale = 0; ; stale += 1) {
    try {
      return await exchangeOnce(wire, { request, credentials }, signal);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      // The server closed an idle connection while we took it: a read may simply be sent again. A write may have been committed.
      if (request.method !== 'GET' || stale >= MOST_STALE_CONNECTIONS) throw error.meaning;
    }
  }
}

/** A used connection that broke before any answer. */
class StaleConnection extends Error {
  readonly meaning: ClusterUnreachableError;

  constructor(meaning: ClusterUnreachableError) {
    super(meaning.message);
    this.meaning = meaning;
  }
}

/** What of an answer may be compressed: a whole one. A stream is read as it comes. */
interface EncodedRequest extends WireRequest {
  readonly encoding?: 'gzip';
}

interface Errand {
  readonly request: EncodedRequest;
  readonly credentials: Credentials;
}

function exchangeOnce(wire: Wire, errand: Errand, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted(); // aborted while the credentials were read: nobody would hear it any more
    const { request, credentials } = errand;
    const client = startRequest(wire, errand);
    const progress: Progress = { phase: 'connect', expired: undefined };
    const { failure, unreachable } = meaningsOf(progress, errand, signal);
    const expireAfter = (limits: Deadlines, ms: number, what: string) =>
      limits.start(ms, () => {
        progress.expired = `${what} after ${String(Math.round(ms / 1000))} seconds`;
        client.destroy(new Error(progress.expired));
      });
    const whole = expireAfter(wire.wholes, request.timeoutMs, 'no complete answer');
    let stage = (): void => undefined;
    const disarm = (): void => {
      stage();
      whole();
    };

    wire.open.add(client);
    const deaf = wire.aborts.listen(signal, () => {
      client.destroy(new Error('aborted'));
    });
    const over = (): void => {
      wire.open.delete(client);
      disarm();
      deaf();
    };
    client.once('close', over);
    client.once('socket', (socket) => {
      const sent = (): void => {
        stage();
        progress.phase = 'sent';
        stage = expireAfter(wire.stages, Math.min(wire.timeouts.headersMs, request.timeoutMs), 'no answer');
      };
      // Tunnels, and agents of users, hand out connections that are made already.
      if (!client.reusedSocket) probePeer(socket);
      if (!socket.connecting) return sent();
      stage = expireAfter(wire.stages, wire.timeouts.connectMs, 'no connection');
      socket.once(credentials.server.protocol === 'http:' ? 'connect' : 'secureConnect', sent);
    });
    client.once('response', (message: IncomingMessage) => {
      stage();
      progress.phase = 'body';
      message.on('error', () => undefined); // said to whoever reads; without a reader it must not end the process
      const arrived = atMostOnceASecond(wire.clock, () => {
        stage();
        stage = expireAfter(wire.stages, wire.timeouts.bodyIdleMs, 'the answer stopped');
      });
      const tooLong = (): Error => tooLarge(request, unreachable);
      resolve({ message, credentials, disarm, discard: () => message.resume(), end: () => message.destroy(), arrived, failure, tooLong });
    });
    client.on('error', (error: Error) => {
      const meaning = failure(error);
      over();
      const stale =
        client.reusedSocket && progress.phase === 'sent' && progress.expired === undefined && meaning instanceof ClusterUnreachableError;
      reject(stale ? new StaleConnection(meaning) : meaning);
    });
    client.end(bodyOf(wire, errand));
  });
}

/** How far a request came, and the time limit that ended it. */
interface Progress {
  phase: NetworkPhase;
  expired: string | undefined;
}

function meaningsOf(progress: Progress, { credentials }: Errand, signal: AbortSignal) {
  const unreachable = (why: string, options: KopfErrorOptions): ClusterUnreachableError =>
    new ClusterUnreachableError({ server: credentials.server.origin, phase: progress.phase, source: credentials.source, why }, options);
  const failure = (error: unknown): Error => {
    if (signal.aborted) return signal.reason as Error;
    if (progress.expired === undefined) return unreachable(reasonOf(error), { cause: error });
    return unreachable(progress.expired, { cause: error, context: { timedOut: true } });
  };
  return { failure, unreachable };
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

/** What a write did is not known: the error says that it was sent. */
function tooLarge({ method, path }: WireRequest, unreachable: (why: string, options: KopfErrorOptions) => Error): Error {
  const error = new AnswerTooLargeError({ method, path: path.split('?')[0] ?? path });
  return method === 'GET' ? error : unreachable(error.message, { cause: error });
}

/** A name with several addresses fails once per address, and says so without a text of its own. */
function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(errorText).join('; ') : errorText(error);
}

function startRequest(wire: Wire, { request, credentials }: Errand): ClientRequest {
  const { secure, host, port, prefix, headers } = wire.origins.get(credentials) ?? rememberOrigin(wire, credentials);
  const { body } = request;
  return (secure ? httpsRequest : httpRequest)({
    agent: wire.agents.agentOf(request.lane, credentials),
    host,
    port,
    method: request.method,
    path: prefix === '' ? request.path : `${prefix}${request.path}`,
    headers: [
      ...headers,
      'accept',
      request.accept ?? 'application/json',
      'accept-encoding',
      request.encoding ?? 'identity',
      ...(body === undefined
        ? []
        : ['content-type', request.contentType ?? 'application/json', 'content-length', String(Buffer.byteLength(body))]),
    ],
  });
}

/**
 * Node writes the headers together with a text after them, in the encoding of that text. Headers are single bytes: where one has more than ASCII,
 * the body must not be a text.
 */
function bodyOf(wire: Wire, { request: { body }, credentials }: Errand): string | Buffer | undefined {
  return body === undefined || wire.origins.get(credentials)?.isAscii === true ? body : Buffer.from(body, 'utf8');
}

/** What all requests with the same credentials have in common: taking an address apart costs more than sending a line. */
interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number | undefined;
  readonly prefix: string;
  /** Names and values in turn, which Node writes as they are. */
  readonly headers: readonly string[];
  /** No header has more than ASCII in it. */
  readonly isAscii: boolean;
}

function rememberOrigin(wire: Wire, credentials: Credentials): Origin {
  const { server } = credentials;
  const own = Object.entries(connectionHeaders(credentials, wire.userAgent)).flatMap(([name, value]) => linesOf(name, value));
  const origin: Origin = {
    secure: server.protocol !== 'http:',
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? undefined : Number(server.port),
    prefix: server.pathname.replace(/(?<!\/)\/+$/, ''),
    headers: ['host', server.host, ...own],
    isAscii: own.every((text) => /^[\x20-\x7e]*$/.test(text)),
  };
  wire.origins.set(credentials, origin);
  return origin;
}

/** A header with several values takes a line for each. */
function linesOf(name: string, value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [name, value] : value.flatMap((one) => [name, one]);
}

function streamOf(answer: Answer): WireStream {
  return {
    status: answer.message.statusCode ?? 0,
    headers: headersOf(answer.message),
    chunks: chunksOf(answer),
    destroy: () => answer.end(),
  };
}

async function* chunksOf(answer: Answer): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of answer.message) yield chunk as Buffer;
    checkComplete(answer);
  } catch (error) {
    throw answer.failure(error);
  }
}

/** A message that broke before anybody read it ends like a whole one. */
function checkComplete({ message }: Answer): void {
  if (!message.complete) throw new Error(BROKEN);
}
