// What is answered to whom (spec PR-02, PR-04). Nothing of the cluster and no words of errors: anybody may ask.
import { isKopfError, stringifyJson } from '@kopfts/core';
import type { Json, ProbeResults } from '@kopfts/core';
import { reasonsAgainst } from './readiness.js';
import type { Readiness } from './readiness.js';

export interface Question {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answering {
  readonly livenessPath: string;
  /** `undefined`: nobody may ask for it. */
  readonly readinessPath: string | undefined;
  readonly readiness: () => Readiness;
  readonly probe: () => Promise<ProbeResults>;
}

/** `GET` and `HEAD` of exactly the paths; 404 for other paths, 405 for other methods. */
export async function answerTo({ method, path }: Question, answering: Answering): Promise<Answer> {
  const isLiveness = path === answering.livenessPath;
  if (!isLiveness && path !== answering.readinessPath) return json(404, { error: 'not found' });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method not allowed' }, { allow: 'GET, HEAD' });
  return isLiveness ? liveness(answering.probe) : readiness(answering.readiness());
}

async function liveness(probe: Answering['probe']): Promise<Answer> {
  try {
    return json(200, await probe());
  } catch (error) {
    if (!isKopfError(error, 'KOPF_ACTIVITY_FAILED')) return json(503, { error: 'the operator is stopping' });
    return json(500, { error: 'a probe failed', probe: String(error.context['handler']) });
  }
}

function readiness(state: Readiness): Answer {
  const reasons = reasonsAgainst(state);
  return reasons.length === 0 ? json(200, { ready: true }) : json(503, { ready: false, reasons });
}

function json(status: number, body: Json | ProbeResults, headers: Readonly<Record<string, string>> = {}): Answer {
  const text = stringifyJson(body);
  return { status, body: text, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers } };
}
