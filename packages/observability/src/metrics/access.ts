// Who may read the metrics: bearers of tokens that the cluster knows and lets (spec SEC3). Answers are kept for a minute; no answer is a no.
import { createHash } from 'node:crypto';
import type { AccessAnswer, AccessQuestion, Clock, ServedOperator } from '@kopfts/core';

const KEPT_MS = 60_000;
/** Somebody may try many tokens. */
const MOST_KEPT = 1000;

export interface AccessOptions {
  readonly clock: Clock;
  readonly path: string;
  readonly audiences: readonly string[];
  readonly served: () => ServedOperator | undefined;
}

/** The status to answer with: 200, 401, 403, or 503 while nobody can be asked. */
export type Gate = (authorization: string | undefined, signal: AbortSignal) => Promise<200 | 401 | 403 | 503>;

const STATUS = { allowed: 200, denied: 403, unknown: 401 } as const satisfies Record<AccessAnswer, number>;

export function createGate({ clock, path, audiences, served }: AccessOptions): Gate {
  const kept = new Map<string, { readonly answer: AccessAnswer; readonly atMs: number }>();
  return async (authorization, signal) => {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 401;
    // The token itself is nothing to keep.
    const key = createHash('sha256').update(token).digest('base64');
    const known = kept.get(key);
    if (known !== undefined && clock.monotonicMs() - known.atMs < KEPT_MS) return STATUS[known.answer];
    const authorize = served()?.authorize;
    if (authorize === undefined) return 503;
    const question: AccessQuestion = { token, audiences, verb: 'get', path };
    const answer = await authorize(question, signal).catch(() => undefined);
    if (answer === undefined) return 503;
    kept.delete(key);
    kept.set(key, { answer, atMs: clock.monotonicMs() });
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return STATUS[answer];
  };
}
