import { Buffer } from 'node:buffer';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { createDeadlines } from '../transport/deadlines.js';
import { createTunnelAgent, VERIFIED } from '../transport/proxy-tunnel.js';
import type { AuthenticatorPorts } from './authenticator.js';
import { chooseProxy } from './proxy-choice.js';

const MOST_BYTES = 1024 * 1024;

/** A question to a token issuer. */
export interface IssuerQuestion {
  readonly url: URL;
  /** Certificates to trust; default: those of the machine. */
  readonly ca: string | undefined;
  /** A form to post; without one it is a GET. */
  readonly form?: URLSearchParams | undefined;
  readonly authorization?: string | undefined;
}

/**
 * Asks over TLS, following no redirect. Answers that are no JSON object are empty. Rejects when there is no answer, or with the signal's
 * reason; nothing of the answer is in any message.
 */
export function askIssuer(
  question: IssuerQuestion,
  ports: AuthenticatorPorts,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly answer: JsonObject }> {
  const { url, form, authorization } = question;
  if (url.protocol !== 'https:') throw new Error(`${url.origin} is not https`);
  const body = form?.toString();
  return new Promise((resolve, reject) => {
    const client = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      agent: agentFor(question, ports),
      signal,
      headers: {
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
      },
    });
    client.once('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    client.once('response', (message: IncomingMessage) => {
      readBounded(message, (error, text) => {
        if (error === undefined) resolve({ status: message.statusCode ?? 0, answer: parsed(text) });
        else reject(error);
      });
    });
    client.end(body);
  });
}

function agentFor({ url, ca }: IssuerQuestion, { environment, clock, pluginMs, proxyFromEnvironment }: AuthenticatorPorts) {
  const options = { keepAlive: false, ...VERIFIED, ...(ca === undefined ? {} : { ca }) };
  const proxy = chooseProxy(url, { env: proxyFromEnvironment ? environment.env : undefined, source: url.origin });
  if (proxy === undefined) return new Agent(options);
  const deadlines = createDeadlines(clock);
  return createTunnelAgent({ proxy, connectMs: pluginMs, startLimit: (ms, expired) => deadlines.start(ms, expired) }, options, true);
}

function readBounded(message: IncomingMessage, done: (error: Error | undefined, text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > MOST_BYTES) message.destroy(new Error('the answer is larger than 1 MiB'));
  });
  message.once('error', (error) => done(error, ''));
  message.once('end', () => done(undefined, Buffer.concat(chunks).toString('utf8')));
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
