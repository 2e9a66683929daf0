import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { systemClock } from '@kopfts/core';
import { createHttp2Transport, type Http2TransportOptions } from '../../src/http2/http2-transport.js';
import type { Credentials, CredentialSource, Transport } from '../../src/index.js';
import { createAuthority, type Authority, type Identity } from './certificates.js';
import { createLoopback, credentialsFor } from './loopback.js';

/** A request at a server of HTTP/2, to be answered by the test. */
export interface Arrived {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly session: ServerHttp2Session;
}

export interface Http2ServerOptions {
  readonly maxConcurrentStreams?: number;
  handle?(request: Arrived): void;
}

/** Servers that speak HTTP/2 over TLS, and transports to them; `prepare` first, `close` in `afterEach`. */
export function createHttp2Loopback() {
  const loopback = createLoopback();
  const closing: Transport[] = [];
  let authority: Authority | undefined;
  let identity: Identity = { key: '', cert: '' };
  return {
    ...loopback,
    async prepare(): Promise<void> {
      authority = await createAuthority('servers');
      identity = await authority.issue(['127.0.0.1']);
    },
    identity: () => identity,
    /** Its port, everything that arrived, and its sessions in order. */
    async serve({ handle = answerWith('{}'), maxConcurrentStreams }: Http2ServerOptions = {}) {
      const settings = maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams };
      const server: Http2SecureServer = createSecureServer({ ...identity, settings, maxSessionMemory: 100 });
      const sessions: ServerHttp2Session[] = [];
      const arrived: Arrived[] = [];
      server.on('session', (session) => {
        sessions.push(session);
        session.on('error', () => undefined);
        session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
          stream.on('error', () => undefined);
          const request = { stream, headers, session };
          arrived.push(request);
          handle(request);
        });
      });
      return { port: await loopback.listen(server), sessions, arrived };
    },
    credentials: (port: number, more: Partial<Credentials> = {}): Credentials =>
      credentialsFor(`https://127.0.0.1:${String(port)}`, { tls: { ca: authority?.ca }, ...more }),
    http2(given: Credentials | CredentialSource, options: Partial<Http2TransportOptions> = {}): Transport {
      const credentials: CredentialSource = 'get' in given ? given : { get: () => Promise.resolve(given), reject: () => undefined };
      const lanes = ['write', 'watch'] as const;
      const transport = createHttp2Transport({ clock: systemClock, userAgent: 'kopfts (test)', lanes, credentials, ...options });
      closing.push(transport);
      return transport;
    },
    async close(): Promise<void> {
      for (const transport of closing.splice(0)) await transport.close();
      await loopback.close();
    },
  };
}

/** Answers each request so, after its body. */
export function answerWith(text: string, status = 200) {
  return ({ stream }: Arrived): void => {
    stream.resume();
    stream.once('end', () => {
      stream.respond({ ':status': status, 'content-type': 'application/json' });
      stream.end(text);
    });
  };
}

/** Until the client has got what was sent on the session so far. */
export function untilReceived(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve) => session.ping(() => setImmediate(resolve)));
}

/** Until the condition holds; what it waits for needs no virtual time. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
