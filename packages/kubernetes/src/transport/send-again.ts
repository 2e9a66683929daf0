import { fullJitter, isKopfError, type Clock, type Random } from '@kopfts/core';
import { AnswerLostError, type RequestTitle } from '../errors.js';
import type { Transport, WireReply, WireRequest } from './request.js';
import type { RetryBudget } from './retry-budget.js';
import { isRefusedBeforeActing, isWebhookFailure, readFailure } from './status-error.js';

/** What sending and sending again need of the outside. */
export interface SendPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget;
}

/** Once and four times more. */
export const MOST_ATTEMPTS = 5;
const BACKOFF = { baseMs: 100, capMs: 5000 } as const;
/** Told to wait longer, whoever asked decides. */
export const LONGEST_WAIT_MS = 30_000;

/**
 * Sends a request by the rules for all requests, and again where it cannot do harm: when it provably was not done (no connection, 429, 503 with
 * Retry-After), and, if it is `repeatable`, also when nobody knows (5xx, a lost answer). Gives the last answer, of whatever status.
 *
 * @throws AnswerLostError `KOPF_ANSWER_LOST` if a request that is not `repeatable` may have been done; what the transport threw; the reason of the signal.
 */
export async function sendAgain(request: WireRequest, repeatable: boolean, ports: SendPorts, signal: AbortSignal): Promise<WireReply> {
  const { transport, clock, random, budget } = ports;
  budget.sent(request.lane);
  for (let attempt = 0; ; attempt += 1) {
    const mayRepeat = (): boolean => attempt + 1 < MOST_ATTEMPTS && budget.take(request.lane);
    const pause = (leastMs: number): Promise<void> => clock.sleep(leastMs + fullJitter({ attempt, ...BACKOFF }, random.next()), signal);
    try {
      const reply = await transport.send(request, signal);
      const waitMs = waitOf(reply, repeatable);
      if (waitMs === undefined || waitMs > LONGEST_WAIT_MS || !mayRepeat()) return reply;
      await pause(waitMs);
    } catch (error) {
      if (signal.aborted) throw error;
      const unsent = isUnsent(error);
      if (!unsent && !repeatable) throw lostAnswer(request, error);
      if ((!unsent && !isKopfError(error, 'KOPF_CLUSTER_UNREACHABLE')) || !mayRepeat()) throw error;
      await pause(0);
    }
  }
}

/** Milliseconds to wait before it is sent again; `undefined`: not at all. */
function waitOf(reply: WireReply, repeatable: boolean): number | undefined {
  if (reply.status < 400) return undefined;
  if (reply.status !== 429 && reply.status < 500) return undefined;
  const failure = readFailure(reply);
  if (isRefusedBeforeActing(failure)) return failure.retryAfterMs ?? 0;
  return repeatable && !isWebhookFailure(failure) ? (failure.retryAfterMs ?? 0) : undefined;
}

/** Whether the server provably did not see the request. */
export function isUnsent(error: unknown): boolean {
  if (isKopfError(error, 'KOPF_CLUSTER_UNREACHABLE')) return error.context['phase'] === 'connect';
  if (isKopfError(error, 'KOPF_ANSWER_TOO_LARGE')) return false;
  // Credentials are had before anything is sent; a transport says nothing else by our errors.
  return isKopfError(error);
}

function lostAnswer(request: WireRequest, error: unknown): AnswerLostError {
  return new AnswerLostError(titleOf(request), error instanceof Error ? error.message : String(error), { cause: error });
}

/** What a request was, for messages. */
export function titleOf(request: Pick<WireRequest, 'method' | 'path'>): RequestTitle {
  return { method: request.method, path: request.path.split('?')[0] ?? request.path };
}
