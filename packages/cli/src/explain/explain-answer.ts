// What is answered to whoever asks why. Nothing without the token: an explanation names objects, labels and errors, as a log does.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isKopfError } from '@kopfts/core';
import type { ExplainedRef, Explanation, ExplainOptions } from '@kopfts/core';

/** By a header of its own: the API server keeps `Authorization` for itself when it passes a request on to a pod. */
export const TOKEN_HEADER = 'x-kopf-token';
export const EXPLAIN_PATH = '/explain';

export interface ExplainQuestion {
  readonly method: string;
  /** With query. */
  readonly target: string;
  readonly token: string | undefined;
}

export interface ExplainAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ExplainAnswering {
  readonly token: string;
  explain(ref: ExplainedRef, options: ExplainOptions): Explanation;
}

/** `GET /explain?kind=…&namespace=…&name=…&handler=…`; 401 without the token, 400 for what cannot be meant. */
export function answerWhy({ method, target, token }: ExplainQuestion, answering: ExplainAnswering): ExplainAnswer {
  if (!isSame(token, answering.token)) return answer(401, { error: `the header ${TOKEN_HEADER} is missing or wrong` });
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  if (pathname !== EXPLAIN_PATH) return answer(404, { error: 'not found' });
  if (method !== 'GET') return answer(405, { error: 'method not allowed' });
  const [kind, name, namespace, handler] = ['kind', 'name', 'namespace', 'handler'].map((key) => searchParams.get(key) ?? undefined);
  if (kind === undefined || name === undefined) return answer(400, { error: 'kind and name are needed' });
  try {
    return answer(200, answering.explain({ kind, namespace, name }, { handler }));
  } catch (error) {
    if (isKopfError(error)) return answer(400, { error: error.message, code: error.code });
    throw error;
  }
}

function answer(status: number, body: object): ExplainAnswer {
  return { status, body: JSON.stringify(body) };
}

/** In a time that says nothing about how much of it was right. */
function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(wanted));
}
