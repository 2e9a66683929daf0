import { Buffer } from 'node:buffer';
import { setMaxListeners } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { errorText, type Clock } from '@kopfts/core';
import type { Credentials, CredentialSource } from '../auth/credentials.js';
import { ClusterUnreachableError, type NetworkPhase } from '../errors.js';
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
  const wire: Wire = { ...options, timeouts: { ...TIMEOUTS, ...options.timeouts }, agents: createLaneAgents(), open: new Set() };
  let requests = 0;
  let inFlight = 0;
  let streams = 0;
  let closed = false;

  const exchange = async (request: WireRequest, signal: AbortSignal): Promise<Answer> => {
    if (closed) throw new ClusterUnreachableError({ server: 'of a closed transport', phase: 'connect', why: 'it was closed' });
    signal.throwIfAborted();
    // One signal may end hundreds of requests: no leak, so no warning.
    setMaxListeners(0, signal);
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
    const expireAfter = (ms: number, what: string) =>
      startTimer(wire.clock, ms, () => {
        expired = `${what} after ${String(Math.round(ms / 1000))} seconds`;
        client.destroy(new Error(expired));
      });
    const whole = expireAfter(request.timeoutMs, 'no complete answer');
    let stage = (): void => undefined;
    const disarm = (): void => {
      stage();
      whole();
    };
    const abort = (): void => {
      client.destroy(new Error('aborted'));
    };

    wire.open.add(client);
    signal.addEventListener('abort', abort, { once: true });
    const over = (): void => {
      wire.open.delete(client);
      disarm();
      signal.removeEventListener('abort', abort);
    };
    client.once('close', over);
    client.once('socket', (socket) => {
      const sent = (): void => {
        stage();
        phase = 'sent';
        stage = expireAfter(Math.min(wire.timeouts.headersMs, request.timeoutMs), 'no answer');
      };
      if (!socket.connecting) return sent();
      stage = expireAfter(wire.timeouts.connectMs, 'no connection');
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
  const { server } = credentials;
  const body = request.body;
  const prefix = server.pathname.replace(/\/+$/, '');
  const client = (server.protocol === 'http:' ? httpRequest : httpsRequest)({
    agent: wire.agents.agentOf(request.lane, credentials),
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? undefined : Number(server.port),
    method: request.method,
    path: `${prefix}${request.path}`,
    headers: {
      ...credentials.headers,
      'user-agent': wire.userAgent,
      accept: request.accept ?? 'application/json',
      // Compression costs more than it saves, except over slow links.
      'accept-encoding': 'identity',
      ...(body === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
  });
  return client;
}

function onceConnected(socket: Socket, { server }: Credentials, connected: () => void): void {
  socket.setKeepAlive(true, PROBE_MS);
  socket.once(server.protocol === 'http:' ? 'connect' : 'secureConnect', connected);
}

/** Calls `fire` after a while, unless the returned function is called before. */
function startTimer(clock: Clock, ms: number, fire: () => void): () => void {
  const cancelled = new AbortController();
  clock.sleep(ms, cancelled.signal).then(fire, () => undefined);
  return () => {
    cancelled.abort(CANCELLED);
  };
}

/** One reason for all: an error with a stack per request would be felt. */
const CANCELLED = new Error('cancelled');

async function readReply(answer: Answer): Promise<WireReply> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer.message) chunks.push(chunk as Buffer);
    checkComplete(answer);
  } catch (error) {
    throw answer.failure(error);
  }
  return { status: answer.message.statusCode ?? 0, headers: headersOf(answer.message), body: Buffer.concat(chunks) };
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
  if (!message.complete) throw new Error('the connection was closed');
}

function headersOf(message: IncomingMessage): WireHeaders {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
