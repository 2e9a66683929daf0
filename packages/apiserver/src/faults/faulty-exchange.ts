// One request with the faults that befall it: what happens before it, whether it is carried out, what becomes of its answer.

import type { ApiResponse } from '../api-server.js';
import type { ApiCall } from '../audit/audit-entry.js';
import { ConnectionError } from './connection-error.js';
import type { Perform } from './external-write.js';
import { writeExternally } from './external-write.js';
import type { RequestFault } from './fault.js';
import type { TakenFaults } from './fault-plan.js';
import { faultStatus } from './fault-status.js';
import { faultyStream } from './stream-faults.js';
import type { StreamPool } from './stream-pool.js';
import type { Waiting } from './waiting.js';

/** What faults can do to a server. */
export interface FaultWorld {
  readonly waiting: Waiting;
  readonly perform: Perform;
  compact(version: number | undefined, replica: string | undefined): void;
  view(replica: string): { freeze(): void; thaw(): void; lag(revisions: number): void };
  jump(ms: number): void;
  poolOf(group: object): StreamPool;
}

/** One request at a server with faults. */
export interface FaultyExchange {
  readonly world: FaultWorld;
  readonly call: ApiCall;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  /** Carries it out as if nothing had happened. */
  execute(): Promise<ApiResponse>;
  /** Writes down that it was not carried out. Code 0: no answer. */
  skip(code: number, answer: string): void;
}

/** Faults that decide what the client gets, whatever the server does. */
type Verdict = Extract<RequestFault, { kind: 'drop' | 'rst' | 'halfOpen' | 'status' | 'commitThenLose' }>;

const isVerdict = (fault: RequestFault): fault is Verdict => ['drop', 'rst', 'halfOpen', 'status', 'commitThenLose'].includes(fault.kind);

/** Whether the connection ends before anything is read. */
export function isDropped(taken: TakenFaults | undefined): boolean {
  return taken?.request.find(isVerdict)?.kind === 'drop';
}

export function kindsOf(taken: TakenFaults | undefined): readonly string[] {
  return taken === undefined ? [] : [...taken.request, ...taken.stream].map(({ kind }) => kind);
}

export async function exchangeWithFaults(taken: TakenFaults, exchange: FaultyExchange): Promise<ApiResponse> {
  for (const fault of taken.request) await before(fault, exchange);
  const verdict = taken.request.find(isVerdict);
  if (verdict !== undefined && !isCarriedOut(verdict)) {
    exchange.skip(verdict.kind === 'status' ? verdict.code : 0, verdict.kind === 'status' ? bodyOf(verdict) : '');
    return enforce(verdict, exchange);
  }
  const response = await executed(taken, exchange);
  if (verdict === undefined) return withStreamFaults(taken, response, exchange);
  await response.chunks[Symbol.asyncIterator]().return?.();
  return enforce(verdict, exchange);
}

/** Carries the request out, and what somebody else does right after it. */
async function executed(taken: TakenFaults, exchange: FaultyExchange): Promise<ApiResponse> {
  const response = await exchange.execute();
  const writes = taken.request.filter((fault) => fault.kind === 'externalWrite').filter(({ at }) => at === 'after');
  if (writes.length === 0 || isStream(response)) return response;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.chunks) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  // The answer tells a name that the server made up.
  const body = exchange.call.verb === 'create' ? bytes.toString('utf8') : exchange.body;
  for (const write of writes) writeExternally(write, exchange.call, { body, perform: exchange.world.perform });
  return { ...response, chunks: once(bytes) };
}

const isStream = ({ headers }: ApiResponse): boolean => !('content-length' in headers);

async function before(fault: RequestFault, exchange: FaultyExchange): Promise<void> {
  const { world } = exchange;
  switch (fault.kind) {
    case 'delay':
      return world.waiting.forMs(fault.ms, exchange.signal);
    case 'compact':
      return world.compact(fault.version, fault.replica);
    case 'freezeView':
      return world.view(fault.replica).freeze();
    case 'thawView':
      return world.view(fault.replica).thaw();
    case 'lagView':
      return world.view(fault.replica).lag(fault.revisions);
    case 'clockJump':
      return world.jump(fault.ms);
    case 'externalWrite':
      if (fault.at !== 'after') writeExternally(fault, exchange.call, { body: exchange.body, perform: world.perform });
      return;
    default:
      return;
  }
}

function isCarriedOut(verdict: Verdict): boolean {
  if (verdict.kind === 'commitThenLose') return true;
  return 'committed' in verdict && verdict.committed === true;
}

async function enforce(verdict: Verdict, { world, signal }: FaultyExchange): Promise<ApiResponse> {
  switch (verdict.kind) {
    case 'drop':
      throw new ConnectionError('ECONNREFUSED');
    case 'rst':
    case 'commitThenLose':
      throw new ConnectionError('ECONNRESET');
    case 'halfOpen':
      return world.waiting.forever(signal);
    case 'status':
      return statusResponse(verdict);
  }
}

function bodyOf(fault: Extract<RequestFault, { kind: 'status' }>): string {
  return fault.body ?? `${JSON.stringify(faultStatus(fault))}\n`;
}

function statusResponse(fault: Extract<RequestFault, { kind: 'status' }>): ApiResponse {
  const bytes = Buffer.from(bodyOf(fault));
  const headers: Record<string, string> = { 'content-type': 'application/json', 'content-length': String(bytes.byteLength) };
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers[name.toLowerCase()] = value;
  return { status: fault.code, headers, chunks: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function withStreamFaults(taken: TakenFaults, response: ApiResponse, exchange: FaultyExchange): ApiResponse {
  const { world, signal } = exchange;
  const chunks = isStream(response)
    ? faultyStream(response.chunks, taken.stream, { waiting: world.waiting, signal, pool: () => world.poolOf(taken.group) })
    : response.chunks;
  const truncation = taken.request.find((fault) => fault.kind === 'truncate');
  if (truncation === undefined) return { ...response, chunks };
  const { 'content-length': length, ...headers } = response.headers;
  // A clean end must look like one: with its length announced, a shorter body is an error of the protocol.
  const isClean = truncation.ending === 'end' || length === undefined;
  return { ...response, headers: isClean ? headers : response.headers, chunks: truncated(chunks, truncation) };
}

async function* truncated(
  chunks: AsyncIterable<Uint8Array>,
  { bytes, ending = 'reset' }: Extract<RequestFault, { kind: 'truncate' }>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.byteLength <= left) {
      left -= chunk.byteLength;
      yield chunk;
      continue;
    }
    if (left > 0) yield chunk.subarray(0, left);
    if (ending === 'end') return;
    throw new ConnectionError('ECONNRESET');
  }
}
