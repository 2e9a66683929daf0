import { Buffer } from 'node:buffer';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { errorText, type Clock } from '@kopfts/core';
import type { CredentialSource } from '../auth/credential-source.js';
import type { Credentials } from '../auth/credentials.js';
import { ClusterUnreachableError, type NetworkPhase } from '../errors.js';
import { createAbortListeners, type AbortListeners } from './abort-listeners.js';
import { createDeadlines, type Deadlines } from './deadlines.js';
import { createLaneAgents, type LaneAgents } from './lane-agents.js';
import type { Transport, WireHeaders, WireReply, WireRequest, WireStream } from './request.js';

/** How long each phase of a request may take, in milliseconds. */
export interface TransportTimeouts {
  /** Until connected; default 10,000. */
  readonly connectMs: number;
  /** From then until the status and headers are there; default 15,000. */
  readonly headersMs: number;
}

export interface HttpsTransportOptions {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Sent as User-Agent; the audit log of the server shows it. */
  readonly userAgent: string;
  readonly timeouts?: Partial<TransportTimeouts>;
}

const TIMEOUTS: TransportTimeouts = { connectMs: 10_000, headersMs: 15_000 };
/** TCP probes: a peer that vanished is noticed after about three times as long. */
const PROBE_MS = 5000;

/**
 * The transport of production: HTTP/1.1 over keep-alive connections, one pool per lane. A 401 makes it read the
 * credentials anew and try once more (the server decided before it did anything).
 */
export function createHttpsTransport(options: HttpsTransportOptions): Transport {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const stages = createDeadlines(options.clock);
  const wire: Wire = {
    ...options,
    timeouts,
    agents: createLaneAgents({ connectMs: timeouts.connectMs, startLimit: (ms, expired) => stages.start(ms, expired) }),
    open: new Set(),
    wholes: createDeadlines(options.clock),
    stages,
    aborts: createAbortListeners(),
    origins: new WeakMap(),
  };
  let requests = 0;
  let inFlight = 0;
  let streams = 0;
  let closed = false;

  const exchange = async (request: WireRequest, signal: AbortSignal): Promise<Answer> => {
    if (closed) throw new ClusterUnreachableError({ server: 'of a closed transport', phase: 'connect', why: 'it was closed' });
    signal.throwIfAborted();
    const first = await attempt(wire, request, signal);
    if (first.message.statusCode !== 401) return first;
    first.discard();
    options.credentials.reject(first.credentials);
    return attempt(wire, request, signal);
  };
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
    send: (request, signal) => counted(async () => readReply(await exchange(request, signal))),
    open: (request, signal) =>
      counted(async () => {
        const answer = await exchange(request, signal);
        answer.disarm();
        streams += 1;
        answer.message.once('close', () => (streams -= 1));
        return streamOf(answer);
      }),
    stats: () => ({ requests, inFlight, streams }),
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
  /** What an error of the message means. */
  failure(error: unknown): Error;
}

async function attempt(wire: Wire, request: WireRequest, signal: AbortSignal): Promise<Answer> {
  const credentials = await wire.credentials.get();
  try {
    return await exchangeOnce(wire, { request, credentials }, signal);
  } catch (error) {
    // The server closed an idle connection while we took it: a read may simply be sent again.
    if (request.method !== 'GET' || !(error instanceof StaleConnection)) throw error instanceof StaleConnection ? error.meaning : error;
    return exchangeOnce(wire, { request, credentials }, signal);
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

interface Errand {
  readonly request: WireRequest;
  readonly credentials: Credentials;
}

function exchangeOnce(wire: Wire, errand: Errand, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted(); // aborted while the credentials were read: nobody would hear it any more
    const { request, credentials } = errand;
    const client = startRequest(wire, errand);
    let phase: NetworkPhase = 'connect';
    let expired: string | undefined;

    const failure = (error: unknown): Error => {
      if (signal.aborted) return signal.reason as Error;
      const why = expired ?? reasonOf(error);
      return new ClusterUnreachableError({ server: credentials.server.origin, phase, source: credentials.source, why }, { cause: error });
    };
    const expireAfter = (limits: Deadlines, ms: number, what: string) =>
      limits.start(ms, () => {
        expired = `${what} after ${String(Math.round(ms / 1000))} seconds`;
        client.destroy(new Error(expired));
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
        phase = 'sent';
        stage = expireAfter(wire.stages, Math.min(wire.timeouts.headersMs, request.timeoutMs), 'no answer');
      };
      if (!socket.connecting) return sent();
      stage = expireAfter(wire.stages, wire.timeouts.connectMs, 'no connection');
      onceConnected(socket, credentials, sent);
    });
    client.once('response', (message: IncomingMessage) => {
      stage();
      phase = 'body';
      message.on('error', () => undefined); // said to whoever reads; without a reader it must not end the process
      resolve({ message, credentials, disarm, discard: () => message.resume(), end: () => message.destroy(), failure });
    });
    client.on('error', (error: Error) => {
      const meaning = failure(error);
      over();
      const stale = client.reusedSocket && phase === 'sent' && expired === undefined && meaning instanceof ClusterUnreachableError;
      reject(stale ? new StaleConnection(meaning) : meaning);
    });
    client.end(request.body);
  });
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
      ...(body === undefined
        ? []
        : ['content-type', request.contentType ?? 'application/json', 'content-length', String(Buffer.byteLength(body))]),
    ],
  });
}

/** What all requests with the same credentials have in common: taking an address apart costs more than sending a line. */
interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number | undefined;
  readonly prefix: string;
  /** Names and values in turn, which Node writes as they are. */
  readonly headers: readonly string[];
}

function rememberOrigin(wire: Wire, credentials: Credentials): Origin {
  const { server } = credentials;
  const origin: Origin = {
    secure: server.protocol !== 'http:',
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? undefined : Number(server.port),
    prefix: server.pathname.replace(/\/+$/, ''),
    // Compression costs more than it saves, except over slow links.
    headers: [
      'host',
      server.host,
      ...Object.entries(credentials.headers).flatMap(([name, value]) => linesOf(name, value)),
      'user-agent',
      wire.userAgent,
      'accept-encoding',
      'identity',
    ],
  };
  wire.origins.set(credentials, origin);
  return origin;
}

/** A header with several values takes a line for each. */
function linesOf(name: string, value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [name, value] : value.flatMap((one) => [name, one]);
}

function onceConnected(socket: Socket, { server }: Credentials, connected: () => void): void {
  socket.setKeepAlive(true, PROBE_MS);
  socket.once(server.protocol === 'http:' ? 'connect' : 'secureConnect', connected);
}

/** By events: iterating over a message costs as much as the rest of a short answer. */
function readReply(answer: Answer): Promise<WireReply> {
  const { message } = answer;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const fail = (error: unknown): void => reject(answer.failure(error));
    const end = (): void => {
      if (message.complete) resolve(replyOf(message, chunks));
      else fail(new Error(BROKEN));
    };
    // It may have broken before anybody read it; nothing more is said then.
    if (message.destroyed) return fail(message.errored ?? new Error(BROKEN));
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('error', fail);
    message.once('end', end);
    message.once('close', end);
  });
}

/** Headers are made when they are asked for: hardly anybody asks. */
function replyOf(message: IncomingMessage, chunks: readonly Buffer[]): WireReply {
  return {
    status: message.statusCode ?? 0,
    get headers() {
      return headersOf(message);
    },
    body: joined(chunks),
  };
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
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

const BROKEN = 'the connection was closed';

/** Of all headers only `set-cookie` may be a list. */
function headersOf({ headers }: IncomingMessage): WireHeaders {
  const { 'set-cookie': cookies, ...others } = headers as WireHeaders & IncomingMessage['headers'];
  return cookies === undefined ? others : { ...others, 'set-cookie': cookies.join(', ') };
}
