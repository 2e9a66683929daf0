import { Buffer } from 'node:buffer';
import type { ApiResponse } from '@kopfts/apiserver';
import type { Random } from '@kopfts/core';
import type { Transport, WireHeaders, WireReply, WireRequest, WireStream } from '@kopfts/kubernetes';
import { createByteQueue } from './byte-queue.js';
import type { OpenCall } from './call-history.js';
import { exchange, type ExchangeOptions, pauseFor, unreachable } from './exchange.js';
import type { Fault } from './fault.js';
import { collectionOf, createLineReader, listedIn, parse } from './history/deliveries.js';
import type { Scheduler } from './scheduler.js';
import { afflictLine, isAfflicted, linesOf } from './stream-fault.js';

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
    if (isLostByDeath(options, { fault, open, status: response.status })) return undefined;
    if (fault?.kind === 'commitThenLose' || (fault?.kind === 'cut' && fault.afterBytes < body.length)) {
      open.end({ kind: 'lost', status: response.status });
      throw unreachable(fault.kind === 'cut' ? 'body' : 'sent', 'the connection was reset');
    }
    open.end({ kind: 'answered', status: response.status }, body);
    if (fault?.kind === 'kill') options.life.end();
    if (options.life.isOver) return undefined;
    noteListed(options, { request, open, status: response.status, body });
    return { status: response.status, headers: headersOf(response), body };
  });
}

/** Its sender dies or stops when the server has carried it out; true if nobody is left to hear the answer. */
function isLostByDeath(
  options: ExchangeOptions,
  { fault, open, status }: { readonly fault: Fault | undefined; readonly open: OpenCall; readonly status: number },
): boolean {
  if (fault?.kind === 'pause' && fault.point === 'c3') pauseFor(options, fault.ms);
  if (fault?.kind !== 'kill' || fault.point === 'c4') return options.life.isOver;
  open.end({ kind: 'lost', status });
  options.life.end();
  return true;
}

interface Answered {
  readonly request: WireRequest;
  readonly open: OpenCall;
  readonly status: number;
  readonly body: Uint8Array;
}

function noteListed({ journal, instance }: ExchangeOptions, { request, open, status, body }: Answered): void {
  const collection = request.method === 'GET' && status === 200 ? collectionOf(request.path) : undefined;
  if (journal === undefined || collection === undefined) return;
  for (const delivery of listedIn(parse(Buffer.from(body).toString('utf8'))))
    journal.note({ kind: 'deliver', instance, call: open.call.index, collection, ...delivery });
}

interface StreamOptions extends ExchangeOptions {
  readonly random: Random;
  readonly streams: Set<{ breakOff(): void }>;
}

async function openStream(options: StreamOptions, request: WireRequest, signal: AbortSignal): Promise<WireStream> {
  return exchange(options, { request, signal }, async ({ response, fault, open, hangUp }) => {
    if (isLostByDeath(options, { fault, open, status: response.status })) return undefined;
    if (fault?.kind === 'commitThenLose') {
      open.end({ kind: 'lost', status: response.status });
      hangUp();
      throw unreachable('sent', 'the connection was reset');
    }
    open.end({ kind: 'answered', status: response.status });
    if (fault?.kind === 'kill') options.life.end();
    if (options.life.isOver) return undefined;
    const pumping = { response, signal, hangUp, fault, call: open.call.index, note: deliveryNotes(options, { request, open }) };
    return { status: response.status, headers: headersOf(response), ...pump(options, pumping) };
  });
}

/** Writes down what a stream showed, as soon as a complete line was read. */
function deliveryNotes(
  { journal, instance, life }: ExchangeOptions,
  { request, open }: { readonly request: WireRequest; readonly open: OpenCall },
): (piece: Uint8Array) => void {
  const collection = collectionOf(request.path);
  if (journal === undefined || collection === undefined) return () => undefined;
  const read = createLineReader();
  return (piece) => {
    for (const delivery of life.isOver ? [] : read(piece))
      journal.note({ kind: 'deliver', instance, call: open.call.index, collection, ...delivery });
  };
}

interface Pumping {
  readonly response: ApiResponse;
  readonly signal: AbortSignal;
  readonly hangUp: () => void;
  readonly fault: Fault | undefined;
  readonly call: number;
  readonly note: (piece: Uint8Array) => void;
}

/** Brings what the server says to the client, in pieces that keep their order. */
function pump(options: StreamOptions, { response, signal, hangUp, fault, call, note }: Pumping): Pick<WireStream, 'chunks' | 'destroy'> {
  const { scheduler, life, streams } = options;
  let left = fault?.kind === 'cut' ? fault.afterBytes : Infinity;
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
  const stream = { breakOff: () => life.let(() => breakWith(unreachable('body', 'the connection was reset'))) };
  const forget = life.onEnd(hangUp);
  signal.addEventListener('abort', onAbort, { once: true });
  streams.add(stream);

  // One channel for all pieces and the end: they arrive in the order in which they were sent.
  const channel = {};
  const arrive = (act: () => void) =>
    scheduler.enqueue(channel, () => {
      if (!life.isOver && streams.has(stream)) life.let(act);
    });
  const deliver = (piece: Uint8Array) => {
    const arrived = piece.subarray(0, left);
    // What arrives on a stream that its reader has left is shown to nobody.
    queue.push(arrived, () => note(arrived));
    left -= piece.length;
    if (left <= 0) stream.breakOff();
  };
  const end = () => {
    queue.end();
    close();
  };
  relay(options, { chunks: response.chunks, fault, deliver: (piece) => arrive(() => deliver(piece)) }).then(
    (how) => {
      if (how === 'end') arrive(end);
      else if (how === 'break') arrive(() => stream.breakOff());
      else if (fault?.kind === 'line') options.journal?.note({ kind: 'fault', what: `silence from line ${String(fault.nth)}`, call });
    },
    () => arrive(() => stream.breakOff()),
  );
  return { chunks: queue.chunks, destroy: end };
}

function elapse(scheduler: Scheduler, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.setTimer(ms, resolve);
  });
}

interface Relay {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly fault: Fault | undefined;
  readonly deliver: (piece: Uint8Array) => void;
}

/** Sends on what comes, piece by piece; says how the stream ends. */
async function relay({ scheduler, random }: StreamOptions, { chunks, fault, deliver }: Relay): Promise<'end' | 'break' | 'silence'> {
  const send = (bytes: Uint8Array): void => {
    for (const piece of cutAtRandom(bytes, random)) deliver(piece);
  };
  let count = 0;
  for await (const chunk of chunks) {
    if (fault?.kind !== 'line') {
      send(chunk);
      continue;
    }
    for (const line of linesOf(chunk)) {
      const isHit = isAfflicted(count, fault);
      count += 1;
      if (!isHit) {
        send(line);
        continue;
      }
      const { pieces, delayMs, then } = afflictLine(line, fault.how);
      if (delayMs > 0) await elapse(scheduler, delayMs);
      pieces.forEach(send);
      if (then !== 'go-on') return then;
    }
  }
  return 'end';
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
