import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import type { ApiServer } from '@kopfts/apiserver';
import type { Wire, WireAnswer } from './run-case.js';

/** What the real server says while the cache of a kind starts, also on a busy machine. */
const STARTS = 'storage is (re)initializing';
const ANSWERS_WITHIN_MS = 30_000;
const AGAIN_MS = 250;

export function inProcess(server: ApiServer): Wire {
  return ({ method, path, headers, body, signal }) => server.handle({ method, path, headers, body, signal });
}

export function overHttp(url: string, credentials: { authorization?: string; ca?: Buffer } = {}): Wire {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return onceStarted(
    ({ method, path, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        const all = {
          ...(credentials.authorization === undefined ? {} : { authorization: credentials.authorization }),
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        };
        const options = { method, headers: all, ...(credentials.ca === undefined ? {} : { ca: credentials.ca }) };
        const sent = request(new URL(path, url), options, (answer) => {
          // Whoever aborts a watch has read what it wanted: the broken stream is no failure.
          answer.on('error', () => undefined);
          resolve(toAnswer(answer));
        });
        signal?.addEventListener('abort', () => sent.destroy());
        sent.on('error', reject);
        sent.end(body);
      }),
  );
}

/** Repeats what the server refused, not looked at, because it is still starting. */
export function onceStarted(wire: Wire): Wire {
  return async (request) => {
    const end = performance.now() + ANSWERS_WITHIN_MS;
    for (;;) {
      const answer = await wire(request);
      if (answer.status !== 429) return answer;
      const read = await held(answer);
      if (!read.text.includes(STARTS) || performance.now() > end) return read.answer;
      await setTimeout(AGAIN_MS);
    }
  };
}

/**
 * Changes an object only when the cache of the real server has what was written to it last. It tries a change on what is cached first, and
 * warns of that, too, before it does the same with what is stored.
 */
export function onceCached(wire: Wire): Wire {
  const written = new Map<string, string>();
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return wire(request);
    const object = objectOf(request.path);
    const version = written.get(object);
    if ((request.method === 'PATCH' || request.method === 'PUT') && version !== undefined) {
      const seen = {
        ...request,
        method: 'GET',
        path: `${object}?resourceVersion=${version}`,
        body: undefined,
        headers: authorizationOf(request),
      };
      await held(await wire(seen));
    }
    const { answer, text } = await held(await wire(request));
    const now = answer.status < 300 ? versionOf(text) : undefined;
    if (now !== undefined) written.set(request.method === 'POST' ? `${object}/${now.name}` : object, now.version);
    return answer;
  };
}

function objectOf(path: string): string {
  return (path.split('?')[0] ?? '').replace(/\/(?:status|scale)$/, '');
}

function authorizationOf({ headers }: Parameters<Wire>[0]): Readonly<Record<string, string>> {
  const { authorization } = headers;
  return authorization === undefined ? {} : { authorization };
}

/** Undefined of what is no object in JSON. */
function versionOf(text: string): { readonly name: string; readonly version: string } | undefined {
  try {
    const { metadata } = JSON.parse(text) as { readonly metadata?: { readonly name?: unknown; readonly resourceVersion?: unknown } };
    const { name, resourceVersion: version } = metadata ?? {};
    return typeof name === 'string' && typeof version === 'string' && /^\d+$/.test(version) ? { name, version } : undefined;
  } catch {
    return undefined;
  }
}

async function held(answer: WireAnswer): Promise<{ readonly answer: WireAnswer; readonly text: string }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.chunks) chunks.push(chunk);
  const again = async function* (): AsyncIterable<Uint8Array> {
    yield* chunks;
  };
  return { answer: { ...answer, chunks: again() }, text: Buffer.concat(chunks).toString('utf8') };
}

function toAnswer(answer: IncomingMessage): WireAnswer {
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  return { status: answer.statusCode ?? 0, headers, chunks: answer as AsyncIterable<Uint8Array> };
}
