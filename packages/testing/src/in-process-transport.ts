import { Buffer } from 'node:buffer';
import type { ApiResponse } from '@kopfts/apiserver';
import type { Random } from '@kopfts/core';
import type { Transport, WireHeaders, WireReply, WireRequest, WireStream } from '@kopfts/kubernetes';
import { createByteQueue } from './byte-queue.js';
import { exchange, type ExchangeOptions, unreachable } from './exchange.js';

/** A transport without sockets. */
export interface InProcessTransport extends Transport {
  /** Breaks off all streams that are open, without a word. */
  breakStreams(): void;
}

/**
 * Carries requests to an API server in the same process. Arrival, answer and every piece of a stream are separate steps that the seed
 * orders; streams are cut into pieces at random borders, in the middle of lines and of characters. Faults happen by plan.
 */
export function createInProcessTransport(options: ExchangeOptions): InProcessTransport {
  const random = options.scheduler.random(`chunks of ${options.instance}`);
  const streams = new Set<{ breakOff(): void }>();
  let requests = 0;
  let inFlight = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    requests += 1;
    inFlight += 1;
    try {
      return await work;
    } finally {
      inFlight -= 1;
    }
  };
  return {
    send: (request, signal) => counted(sendWhole(options, request, signal)),
    open: (request, signal) => counted(openStream({ ...options, random, streams }, request, signal)),
    stats: () => ({ requests, inFlight, streams: streams.size }),
    close: async () => {
      for (const stream of [...streams]) stream.breakOff();
    },
    breakStreams: () => {
      for (const stream of [...streams]) stream.breakOff();
    },
  };
}

async function sendWhole(options: ExchangeOptions, request: WireRequest, signal: AbortSignal): Promise<WireReply> {
  return exchange(options, { request, signal }, async ({ response, fault, open }) => {
    const body = await readAll(response.chunks);
    if (fault?.kind === 'kill') options.life.end();
    if (options.life.isOver) return undefined;
    if (fault?.kind === 'commitThenLose' || (fault?.kind === 'cut' && fault.afterBytes < body.length)) {
      open.end({ kind: 'lost', status: response.status });
      throw unreachable(fault.kind === 'cut' ? 'body' : 'sent', 'the connection was reset');
    }
    open.end({ kind: 'answered', status: response.status });
    return { status: response.status, headers: headersOf(response), body };
  });
}

interface StreamOptions extends ExchangeOptions {
  readonly random: Random;
  readonly streams: Set<{ breakOff(): void }>;
}

async function openStream(options: StreamOptions, request: WireRequest, signal: AbortSignal): Promise<WireStream> {
  return exchange(options, { request, signal }, async ({ response, fault, open, hangUp }) => {
    if (fault?.kind === 'kill') options.life.end();
    if (options.life.isOver) return undefined;
    if (fault?.kind === 'commitThenLose') {
      open.end({ kind: 'lost', status: response.status });
      hangUp();
      throw unreachable('sent', 'the connection was reset');
    }
    open.end({ kind: 'answered', status: response.status });
    const limit = fault?.kind === 'cut' ? fault.afterBytes : Infinity;
    return { status: response.status, headers: headersOf(response), ...pump(options, { response, signal, hangUp, limit }) };
  });
}

interface Pumping {
  readonly response: ApiResponse;
  readonly signal: AbortSignal;
  readonly hangUp: () => void;
  /** After that many bytes the connection breaks. */
  readonly limit: number;
}

/** Brings what the server says to the client, in pieces that keep their order. */
function pump(options: StreamOptions, { response, signal, hangUp, limit }: Pumping): Pick<WireStream, 'chunks' | 'destroy'> {
  const { scheduler, life, streams, random } = options;
  let left = limit;
  const close = () => {
    streams.delete(stream);
    signal.removeEventListener('abort', onAbort);
    forget();
    hangUp();
  };
  const queue = createByteQueue(close);
  const breakWith = (error: unknown) => {
    queue.fail(error);
    close();
  };
  const onAbort = () => breakWith(signal.reason);
  const stream = { breakOff: () => breakWith(unreachable('body', 'the connection was reset')) };
  const forget = life.onEnd(hangUp);
  signal.addEventListener('abort', onAbort, { once: true });
  streams.add(stream);

  // One channel for all pieces and the end: they arrive in the order in which they were sent.
  const channel = {};
  const arrive = (act: () => void) =>
    scheduler.enqueue(channel, () => {
      if (!life.isOver && streams.has(stream)) act();
    });
  const deliver = (piece: Uint8Array) => {
    queue.push(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) stream.breakOff();
  };
  const relay = async () => {
    for await (const chunk of response.chunks) {
      for (const piece of cutAtRandom(chunk, random)) arrive(() => deliver(piece));
    }
  };
  relay().then(
    () =>
      arrive(() => {
        queue.end();
        close();
      }),
    () => arrive(() => stream.breakOff()),
  );
  return {
    chunks: queue.chunks,
    destroy: () => {
      queue.end();
      close();
    },
  };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** Two or three pieces, or the whole: borders fall anywhere. */
function cutAtRandom(chunk: Uint8Array, random: Random): readonly Uint8Array[] {
  const borders = Array.from({ length: Math.floor(random.next() * 3) }, () => Math.floor(random.next() * chunk.length)).sort(
    (a, b) => a - b,
  );
  const edges = [0, ...borders, chunk.length];
  return edges.slice(1).flatMap((end, index) => {
    const begin = edges[index] ?? 0;
    return end > begin ? [chunk.subarray(begin, end)] : [];
  });
}

function headersOf(response: ApiResponse): WireHeaders {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
}
