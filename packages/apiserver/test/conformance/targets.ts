import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ApiServer } from '@kopfts/apiserver';
import type { Wire, WireAnswer } from './run-case.js';

export function inProcess(server: ApiServer): Wire {
  return ({ method, path, headers, body, signal }) => server.handle({ method, path, headers, body, signal });
}

export function overHttp(url: string, credentials: { authorization?: string; ca?: Buffer } = {}): Wire {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return ({ method, path, headers, body, signal }) =>
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
    });
}

function toAnswer(answer: IncomingMessage): WireAnswer {
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  return { status: answer.statusCode ?? 0, headers, chunks: answer as AsyncIterable<Uint8Array> };
}
