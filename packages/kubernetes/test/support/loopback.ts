import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { systemClock } from '@kopfts/core';
import {
  createHttpsTransport,
  type Credentials,
  type CredentialSource,
  type HttpsTransportOptions,
  type Transport,
  type WireRequest,
} from '../../src/index.js';

/** A read. */
export const request: WireRequest = { lane: 'read', method: 'GET', path: '/x', timeoutMs: 60_000 };
/** A write. */
export const write: WireRequest = { ...request, lane: 'write', method: 'PATCH', body: '{}' };
/** A signal that never aborts. */
export const never = new AbortController().signal;

/** Servers and transports of one test; `close` in `afterEach`. */
export interface Loopback {
  /** Its port, on this machine only. */
  listen(server: TcpServer | HttpServer, host?: string): Promise<number>;
  transport(credentials: Credentials | CredentialSource, options?: Partial<HttpsTransportOptions>): Transport;
  close(): Promise<void>;
}

export function createLoopback(): Loopback {
  const cleanups: (() => Promise<void>)[] = [];
  return {
    async listen(server, host = '127.0.0.1') {
      const sockets = new Set<Socket>();
      const keep = (socket: Socket): void => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => sockets.delete(socket));
      };
      server.on('connection', keep);
      server.listen(0, host);
      await once(server, 'listening');
      cleanups.push(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      });
      return (server.address() as AddressInfo).port;
    },
    transport(credentials, options = {}) {
      const source = 'get' in credentials ? credentials : fixed(credentials);
      const transport = createHttpsTransport({ clock: systemClock, userAgent: 'kopfts (test)', credentials: source, ...options });
      cleanups.push(() => transport.close());
      return transport;
    },
    async close() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}

/** Credentials for a server, with a token. */
export function credentialsFor(server: string, more: Partial<Credentials> = {}): Credentials {
  return { server: new URL(server), headers: { authorization: 'Bearer t' }, tls: {}, source: 'the test', ...more };
}

function fixed(credentials: Credentials): CredentialSource {
  return { get: () => Promise.resolve(credentials), reject: () => undefined };
}
