import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../auth/credentials.js';
import { probePeer } from '../transport/keep-alive.js';
import { tlsOptionsOf } from '../transport/lane-agents.js';
import { openTunnel, type StartLimit } from '../transport/proxy-tunnel.js';

/** How long a connection may take to become usable. */
export interface ConnectionLimit {
  readonly connectMs: number;
  readonly startLimit: StartLimit;
}

/** A connection with TLS to the server, through the proxy if there is one, that offers HTTP/2: what the server chose says `alpnProtocol`. */
export async function openConnection(credentials: Credentials, limit: ConnectionLimit, signal: AbortSignal): Promise<TLSSocket> {
  const target = targetOf(credentials);
  const { proxy } = credentials;
  const below = proxy === undefined ? undefined : await tunnelTo(target, { proxy, ...limit });
  const socket = secureSocket(credentials, below);
  const abort = (): void => {
    socket.destroy(signal.reason as Error);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await secured(socket, limit);
  } catch (error) {
    below?.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function targetOf({ server }: Credentials): { readonly host: string; readonly port: number } {
  return { host: server.hostname.replace(/^\[|\]$/g, ''), port: server.port === '' ? 443 : Number(server.port) };
}

function tunnelTo(target: ReturnType<typeof targetOf>, tunnel: ConnectionLimit & { readonly proxy: URL }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    openTunnel(tunnel, target, (error, socket) => {
      if (socket === undefined) reject(error ?? new Error('the proxy gave no connection'));
      else resolve(socket);
    });
  });
}

function secureSocket(credentials: Credentials, below: Duplex | undefined): TLSSocket {
  const target = targetOf(credentials);
  const socket = tlsConnect({
    ...target,
    ...(below === undefined ? {} : { socket: below }),
    servername: isIP(target.host) === 0 ? target.host : '',
    ...tlsOptionsOf(credentials.tls),
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  probePeer(socket);
  return socket;
}

function secured(socket: TLSSocket, { connectMs, startLimit }: ConnectionLimit): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const lift = startLimit(connectMs, () =>
      socket.destroy(new Error(`no connection after ${String(Math.round(connectMs / 1000))} seconds`)),
    );
    const fail = (error?: Error): void => {
      lift();
      reject(error ?? new Error('the connection was closed'));
    };
    socket.once('error', fail);
    socket.once('close', () => fail());
    socket.once('secureConnect', () => {
      lift();
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });
}
