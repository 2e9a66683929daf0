import { Buffer } from 'node:buffer';
import {
  fullJitter,
  isKopfError,
  parseJson,
  stringifyJson,
  type Clock,
  type ObjectBody,
  type ObjectRef,
  type ObjectWrite,
  type Random,
  type SeenObject,
  type WriteOutcome,
} from '@kopfts/core';
import { objectPath, withQuery } from './api-path.js';
import { AnswerLostError } from './errors.js';
import { identityOf } from './transport/peek.js';
import type { Transport, WireReply, WireRequest } from './transport/request.js';
import type { RetryBudget } from './transport/retry-budget.js';
import type { Heard, OutageGate } from './outage-gate.js';
import { isUnsent, LONGEST_WAIT_MS, MOST_ATTEMPTS, titleOf } from './transport/send-again.js';
import { judgeWrite, refusalError, type SentWrite, type WriteAnswer } from './transport/status-error.js';
import { parsedObject } from './watch/watch-line.js';

/** What a write needs of the outside. */
export interface WritePorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly fieldManager: string;
  /** Shared with all that sends again what was refused or not sent. Default: one of its own for each write. */
  readonly budget?: RetryBudget | undefined;
  /** Spares a server that only fails. Default: none. */
  readonly outages?: OutageGate | undefined;
  /** Makes waits in which nothing is in flight. Default: just waits. */
  readonly apart?: ((wait: () => Promise<void>) => Promise<void>) | undefined;
}

const WRITE_TIMEOUT_MS = 30_000;
const BACKOFF = { baseMs: 100, capMs: 5000 } as const;

/** Sends one write and says what became of it; see {@link WriteOutcome} and design 6.8. */
export async function sendWrite(write: ObjectWrite, ports: WritePorts, signal: AbortSignal): Promise<WriteOutcome> {
  const leave = ports.outages?.enter(write.ref.resource);
  let heard: Heard;
  try {
    const outcome = await decideWrite(write, ports, signal);
    heard = outcome.kind === 'ambiguous' ? 'failure' : 'answer';
    return outcome;
  } catch (error) {
    if (!signal.aborted) heard = isOutage(error) ? 'failure' : 'answer';
    throw error;
  } finally {
    leave?.(heard);
  }
}

/** Whether it says that the server is away or broken. */
export function isOutage(error: unknown): boolean {
  if (!isKopfError(error)) return false;
  const { status } = error.context;
  return error.code === 'KOPF_CLUSTER_UNREACHABLE' || (typeof status === 'number' && status >= 500);
}

async function decideWrite(write: ObjectWrite, ports: WritePorts, signal: AbortSignal): Promise<WriteOutcome> {
  const request = requestOf(write, ports.fieldManager);
  const sent = await sendUntilDecided(request, ports, signal);
  switch (sent.answer.kind) {
    case 'committed':
      return committed(request, sent.reply);
    case 'undecided':
      return tellGoneFromChanged(write.ref, ports, signal);
    case 'busy':
    case 'refused':
      throw refusalError(titleOf(request), sent.answer.failure);
    case 'unknown':
      return {
        kind: 'ambiguous',
        error: new AnswerLostError(titleOf(request), `HTTP status ${String(sent.answer.failure.code)}: ${sent.answer.failure.message}`),
      };
    case 'lost':
      return { kind: 'ambiguous', error: new AnswerLostError(titleOf(request), sent.answer.why, { cause: sent.answer.cause }) };
    default:
      return sent.answer;
  }
}

/** Or nothing came back. */
type Decision = WriteAnswer | { readonly kind: 'lost'; readonly why: string; readonly cause: unknown };

interface Sent {
  readonly answer: Decision;
  readonly reply: WireReply;
}

const justWait = (wait: () => Promise<void>): Promise<void> => wait();

const NOTHING: WireReply = { status: 0, headers: {}, body: new Uint8Array() };

/** Sends it again as long as it provably was not done, a bounded number of times. */
async function sendUntilDecided(request: WriteRequest, ports: WritePorts, signal: AbortSignal): Promise<Sent> {
  const { clock, random, budget, apart = justWait } = ports;
  budget?.sent(request.lane);
  for (let attempt = 0; ; attempt += 1) {
    const mayRepeat = (): boolean => attempt + 1 < MOST_ATTEMPTS && (budget?.take(request.lane) ?? true);
    const jitterMs = (): number => fullJitter({ attempt, ...BACKOFF }, random.next());
    try {
      const reply = await ports.transport.send(request, signal);
      const answer = judgeWrite(request.means, reply);
      const waitMs = answer.kind === 'busy' ? (answer.failure.retryAfterMs ?? 0) : undefined;
      // Told to wait longer, we give the write back: the state may be another one by then.
      if (waitMs === undefined || waitMs > LONGEST_WAIT_MS || !mayRepeat()) return { answer, reply };
      await apart(() => clock.sleep(waitMs + jitterMs(), signal));
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isUnsent(error)) return { answer: lost(error), reply: NOTHING };
      if (!mayRepeat()) throw error;
      await apart(() => clock.sleep(jitterMs(), signal));
    }
  }
}

/**
 * 404 on `/status`: the object is gone, or its kind lost the subresource. A patch that changes nothing, on the main endpoint,
 * tells: it needs no right but `patch`.
 */
async function tellGoneFromChanged(ref: ObjectRef, ports: WritePorts, signal: AbortSignal): Promise<WriteOutcome> {
  const probe = requestOf({ kind: 'merge', ref, patch: { metadata: { uid: ref.uid } } }, ports.fieldManager);
  const { answer } = await sendUntilDecided(probe, ports, signal);
  switch (answer.kind) {
    case 'committed':
      return { kind: 'kindChanged' };
    case 'gone':
    case 'replaced':
    case 'kindChanged':
    case 'stale':
      return answer;
    case 'invalid':
      // It exists, and is invalid as it is: nothing that the status has to do with.
      return { kind: 'kindChanged' };
    case 'busy':
    case 'refused':
    case 'unknown':
      throw refusalError(titleOf(probe), answer.failure);
    case 'lost':
      // Nothing was to be changed, so nothing is ambiguous.
      throw isKopfError(answer.cause) ? answer.cause : new AnswerLostError(titleOf(probe), answer.why, { cause: answer.cause });
    case 'undecided':
      return { kind: 'kindChanged' };
  }
}

interface WriteRequest extends WireRequest {
  readonly means: SentWrite;
}

function requestOf(write: ObjectWrite, fieldManager: string): WriteRequest {
  const endpoint = write.kind === 'json' ? write.endpoint : 'main';
  const subresource = endpoint === 'status' ? 'status' : undefined;
  return {
    means: { endpoint, form: write.kind },
    lane: 'write',
    method: 'PATCH',
    path: withQuery(objectPath(write.ref, subresource), { fieldManager }),
    body: write.kind === 'json' ? asServerWrites(stringifyJson(write.operations)) : stringifyJson(write.patch),
    contentType: write.kind === 'json' ? 'application/json-patch+json' : 'application/merge-patch+json',
    timeoutMs: WRITE_TIMEOUT_MS,
  };
}

/** A test compares texts as they are written, and the server escapes these characters: the same string written otherwise would fail it. */
function asServerWrites(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function committed(request: WireRequest, reply: WireReply): WriteOutcome {
  const object = readObject(reply.body);
  if (object !== undefined) return { kind: 'committed', object };
  return { kind: 'ambiguous', error: new AnswerLostError(titleOf(request), 'the answer is no object') };
}

/** The object of an answer, parsed at once: whoever sent the write looks at it, and a truncated answer must show. */
export function readObject({ buffer, byteOffset, byteLength }: Uint8Array): SeenObject | undefined {
  try {
    const body = parseJson(Buffer.from(buffer, byteOffset, byteLength).toString('utf8'));
    const identity = identityOf(body);
    return identity === undefined ? undefined : parsedObject(identity, body as ObjectBody);
  } catch {
    return undefined;
  }
}

function lost(error: unknown): Decision {
  return { kind: 'lost', why: error instanceof Error ? error.message : String(error), cause: error };
}
