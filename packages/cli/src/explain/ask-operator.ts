// Asks a running operator over HTTP.
import { errorText, isJsonObject } from '@kopfts/core';
import type { Explanation } from '@kopfts/core';
import { ExplainUnansweredError } from '../errors.js';
import { EXPLAIN_PATH, TOKEN_HEADER } from './explain-answer.js';

/** What a person asks. */
export interface Why {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly handler: string | undefined;
}

/** How long an answer may take. */
const PATIENCE_MS = 10_000;

/** Path and query of a question. */
export function questionPath({ kind, namespace, name, handler }: Why): string {
  const given = Object.entries({ kind, namespace, name, handler }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return `${EXPLAIN_PATH}?${new URLSearchParams(given).toString()}`;
}

/** @throws ExplainUnansweredError `KOPF_EXPLAIN_UNANSWERED`. */
export async function askAt(url: string, token: string | undefined, why: Why): Promise<Explanation> {
  try {
    const headers: Record<string, string> = token === undefined ? {} : { [TOKEN_HEADER]: token };
    const response = await fetch(new URL(questionPath(why), url), { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    return readExplanation(response.status, await response.text(), url);
  } catch (error) {
    if (error instanceof ExplainUnansweredError) throw error;
    const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new ExplainUnansweredError(`Nothing answers at ${url}: ${errorText(cause)}.`, { cause: error });
  }
}

/** @throws ExplainUnansweredError `KOPF_EXPLAIN_UNANSWERED` for anything else than an explanation. */
export function readExplanation(status: number, text: string, place: string): Explanation {
  const said = parsed(text);
  if (status === 200 && isJsonObject(said) && said['version'] === 1 && Array.isArray(said['handlers']))
    return said as unknown as Explanation;
  if (status === 401) {
    throw new ExplainUnansweredError(`The operator at ${place} asks for a token, and this was none or another one.`, {
      remedy: 'Give the file with its token by --token-file.',
    });
  }
  const why = isJsonObject(said) ? (said['error'] ?? said['message']) : undefined;
  throw new ExplainUnansweredError(
    `What answers at ${place} gave no explanation (${String(status)}${typeof why === 'string' ? `: ${why}` : ''}).`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
