import { Buffer } from 'node:buffer';
import type { Transport, WireReply, WireRequest } from '@kopfts/kubernetes';
import { isWrite, type CallResult } from '../call-history.js';
import { collectionOf, createLineReader, identityIn, listedIn, parse, type Delivery } from './deliveries.js';
import type { HistoryEntryBody } from './history.js';
import type { NoteWriter } from './operator-notes.js';

export interface NotingOptions {
  /** Which life of the operator; also part of the mark. */
  readonly instance: string;
  readonly notes: NoteWriter;
  /** For which object a request is sent; see `createWriteContext`. */
  readonly contextUid: (signal: AbortSignal) => string | undefined;
}

/** The query parameter that a server ignores and its audit log shows. */
const MARK = 'noted-call';

/**
 * The same transport, with every request, its answer and the states it brings written down, before it leaves and before anybody else hears
 * of the answer. The request carries its number in a query parameter that servers ignore: so an entry of an audit log belongs to one call,
 * whatever became of the caller.
 */
export function createNotingTransport(inner: Transport, options: NotingOptions): Transport {
  let calls = 0;
  const begin = (request: WireRequest, signal: AbortSignal): OpenNote => {
    const call = calls;
    calls += 1;
    noteCall(options, call, { request, signal });
    return { call, request, marked: { ...request, path: withMark(request.path, options.instance, call) } };
  };
  return {
    send: async (request, signal) => {
      const open = begin(request, signal);
      const reply = await ended(options, open, { signal, act: () => inner.send(open.marked, signal) });
      noteAnswer(options, open, reply);
      return reply;
    },
    open: async (request, signal) => {
      const open = begin(request, signal);
      const stream = await ended(options, open, { signal, act: () => inner.open(open.marked, signal) });
      noteReturn(options, open.call, { kind: 'answered', status: stream.status });
      return { ...stream, chunks: watched(options, open, stream.chunks) };
    },
    stats: () => inner.stats(),
    close: () => inner.close(),
  };
}

/** Which call of which instance an address that was audited belongs to. */
export function markOf(requestUri: string): { readonly instance: string; readonly call: number } | undefined {
  const mark = new URL(requestUri, 'https://server').searchParams.get(MARK);
  const found = mark === null ? null : /^(.+)\.(\d+)$/.exec(mark);
  return found?.[1] === undefined ? undefined : { instance: found[1], call: Number(found[2]) };
}

interface OpenNote {
  readonly call: number;
  readonly request: WireRequest;
  readonly marked: WireRequest;
}

interface Sent {
  readonly request: WireRequest;
  readonly signal: AbortSignal;
}

function withMark(path: string, instance: string, call: number): string {
  return `${path}${path.includes('?') ? '&' : '?'}${MARK}=${encodeURIComponent(`${instance}.${String(call)}`)}`;
}

function noteCall({ instance, notes, contextUid }: NotingOptions, call: number, { request, signal }: Sent): void {
  const { method, path, contentType, body } = request;
  notes.note({
    kind: 'call',
    instance,
    call,
    contextUid: isWrite({ method }) ? contextUid(signal) : undefined,
    method,
    path,
    contentType,
    body: body === undefined ? undefined : parse(body),
  });
}

/** Errors are ends, too. */
async function ended<T>(
  options: NotingOptions,
  { call }: OpenNote,
  { signal, act }: { readonly signal: AbortSignal; readonly act: () => Promise<T> },
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    noteReturn(options, call, signal.aborted ? { kind: 'aborted' } : { kind: 'lost', status: undefined });
    throw error;
  }
}

function noteReturn({ instance, notes }: NotingOptions, call: number, result: CallResult): void {
  notes.note({ kind: 'return', instance, call, result, object: undefined });
}

function noteAnswer(options: NotingOptions, { call, request }: OpenNote, reply: WireReply): void {
  const { instance, notes } = options;
  const answer = parse(Buffer.from(reply.body).toString('utf8'));
  const returned: HistoryEntryBody = {
    kind: 'return',
    instance,
    call,
    result: { kind: 'answered', status: reply.status },
    object: identityIn(answer),
  };
  notes.note(returned, ...deliveries(options, { call, request }, isWrite(request) ? [] : listedIn(answer)));
}

/** Notes the states of the lines that a piece completes before it hands the piece on. */
async function* watched(
  options: NotingOptions,
  open: OpenNote,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const read = createLineReader();
  for await (const chunk of chunks) {
    options.notes.note(...deliveries(options, open, read(chunk)));
    yield chunk;
  }
}

function deliveries(
  { instance }: NotingOptions,
  { call, request }: Pick<OpenNote, 'call' | 'request'>,
  seen: readonly Delivery[],
): readonly HistoryEntryBody[] {
  const collection = collectionOf(request.path);
  return collection === undefined ? [] : seen.map((delivery) => ({ kind: 'deliver', instance, call, collection, ...delivery }));
}
