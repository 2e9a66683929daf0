import { errorText, isKopfError } from '@kopfts/core';
import { AnswerTooLargeError, ClusterUnreachableError } from '../errors.js';
import { createAbortListeners } from '../transport/abort-listeners.js';
import { createDeadlines } from '../transport/deadlines.js';
import {
  createHttpsTransport,
  MOST_ANSWER_BYTES,
  TIMEOUTS,
  type HttpsTransportOptions,
  type TransportTimeouts,
} from '../transport/https-transport.js';
import { createLaneTurns, type LaneTurns } from '../transport/lane-turns.js';
import type { StartLimit } from '../transport/proxy-tunnel.js';
import type { Lane, Transport, WireReply, WireRequest, WireStream } from '../transport/request.js';
import { checkPath } from '../transport/request-path.js';
import { exchange, NeverSeen, unreachable, type ExchangePorts, type Errand, type Http2Answer } from './exchange.js';
import { readWhole, streamOf } from './read-answer.js';
import type { Place } from './session.js';
import { createSessionPool, type SessionPool } from './session-pool.js';

export interface Http2TransportOptions extends HttpsTransportOptions {
  /** Which lanes go over HTTP/2; the others over HTTP/1.1. */
  readonly lanes: readonly Lane[];
}

/** A server that ends each connection at once must not make us connect for ever. */
const MOST_ENDING_SESSIONS = 5;

/**
 * Some lanes over HTTP/2, each over connections of its own, wherever the server chooses it (ALPN); everything else, and everything where it chooses
 * otherwise, over HTTP/1.1.
 *
 * *Guarantees*: those of `createHttpsTransport`. A connection that ends with GOAWAY is no failure: what the server had begun it finishes, the rest goes
 * over another one. One that does not answer a PING is cut, and everything on it reported as broken.
 */
export function createHttp2Transport(options: Http2TransportOptions): Transport {
  const http1 = createHttpsTransport(options);
  const wire = openWire(options);
  let [requests, inFlight, streams] = [0, 0, 0];

  /** What went over HTTP/1.1 is counted there. */
  const counted = async <T>(work: () => Promise<T | 'http1'>): Promise<T | 'http1'> => {
    inFlight += 1;
    requests += 1;
    let result: T | 'http1' | undefined;
    try {
      result = await work();
      return result;
    } finally {
      inFlight -= 1;
      if (result === 'http1') requests -= 1;
    }
  };
  const sendNow = async (request: WireRequest, signal: AbortSignal): Promise<WireReply> => {
    const reply = await counted(async () => {
      const answer = await ask(wire, request, signal);
      if (answer === 'http1') return answer;
      return readWhole(answer, options.mostAnswerBytes ?? MOST_ANSWER_BYTES, () => tooLarge(request, answer));
    });
    return reply === 'http1' ? http1.send(request, signal) : reply;
  };
  const openNow = async (request: WireRequest, signal: AbortSignal): Promise<WireStream> => {
    const answer = await counted(() => ask(wire, request, signal));
    if (answer === 'http1') return http1.open(request, signal);
    answer.disarm();
    streams += 1;
    answer.stream.once('close', () => (streams -= 1));
    return streamOf(answer);
  };
  const isOurs = ({ lane }: WireRequest): boolean => options.lanes.includes(lane);

  return {
    send: (request, signal) =>
      isOurs(request) ? wire.turns.take(request, () => sendNow(request, signal), signal) : http1.send(request, signal),
    open: (request, signal) => (isOurs(request) ? openNow(request, signal) : http1.open(request, signal)),
    stats() {
      const below = http1.stats();
      const limits = below.limits && { ...below.limits, write: Math.min(below.limits.write, wire.turns.limits().write) };
      return {
        ...below,
        limits,
        requests: below.requests + requests,
        inFlight: below.inFlight + inFlight,
        streams: below.streams + streams,
      };
    },
    async close() {
      wire.closed = true;
      wire.pool.destroy();
      await http1.close();
    },
  };
}

interface Wire extends HttpsTransportOptions, ExchangePorts {
  readonly timeouts: TransportTimeouts;
  readonly pool: SessionPool;
  readonly turns: LaneTurns;
  closed: boolean;
}

function openWire(options: Http2TransportOptions): Wire {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const [stages, wholes, aborts] = [createDeadlines(options.clock), createDeadlines(options.clock), createAbortListeners()];
  const startLimit: StartLimit = (ms, expired) => stages.start(ms, expired);
  const pool = createSessionPool(options.clock, { connectMs: timeouts.connectMs, startLimit });
  return { ...options, timeouts, stages, wholes, aborts, pool, turns: createLaneTurns({ deadlines: wholes, aborts }), closed: false };
}

/** The answer, of credentials that the server accepts if there are any; `http1` where the request is to go that way. */
async function ask(wire: Wire, request: WireRequest, signal: AbortSignal): Promise<Http2Answer | 'http1'> {
  if (wire.closed) throw new ClusterUnreachableError({ server: 'of a closed transport', phase: 'connect', why: 'it was closed' });
  signal.throwIfAborted();
  checkPath(request);
  for (let refusals = 0; ; refusals += 1) {
    const credentials = await wire.credentials.get();
    const answer = await attempt(wire, { request, credentials }, signal);
    if (answer === 'http1' || answer.status !== 401 || refusals >= (wire.credentials.mostRefusals ?? 1)) return answer;
    answer.stream.resume();
    wire.credentials.reject(credentials);
  }
}

async function attempt(wire: Wire, errand: Errand, signal: AbortSignal): Promise<Http2Answer | 'http1'> {
  for (let ended = 0; ; ended += 1) {
    const place = await enter(wire, errand, signal);
    if (place === 'http1') return place;
    try {
      return await exchange(wire, place, errand, signal);
    } catch (error) {
      if (!(error instanceof NeverSeen)) throw error;
      if (ended >= MOST_ENDING_SESSIONS) throw error.meaning;
    }
  }
}

/** A place to send it from. The connection that it may wait for is everybody's: it is made whatever becomes of the request. */
function enter(wire: Wire, { request, credentials }: Errand, signal: AbortSignal): Promise<Place | 'http1'> {
  return new Promise((resolve, reject) => {
    const deaf = wire.aborts.listen(signal, () => reject(signal.reason as Error));
    const given = (place: Place | 'http1'): void => {
      deaf();
      if (signal.aborted && place !== 'http1') place.leave();
      resolve(place);
    };
    const failed = (error: unknown): void => {
      deaf();
      reject(isKopfError(error) ? error : unreachable(credentials, 'connect', reasonOf(error), { cause: error }));
    };
    wire.pool.enter(request.lane, credentials).then(given, failed);
  });
}

/** A name with several addresses fails once per address, and says so without a text of its own. */
function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(errorText).join('; ') : errorText(error);
}

/** What a write did is not known: the error says that it was sent. */
function tooLarge({ method, path }: WireRequest, answer: Http2Answer): Error {
  const error = new AnswerTooLargeError({ method, path: path.split('?')[0] ?? path });
  return method === 'GET' ? error : answer.failure(error);
}
