// The sockets around the in-process entry: HTTP/1.1, or TLS with HTTP/2 and HTTP/1.1; their limits, and the end of all connections.

import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { ListeningServer } from '../api-server.js';
import type { Receive } from '../received-request.js';
import { refuseNonsense } from './refuse-nonsense.js';
import type { Incoming, Outgoing } from './serve-request.js';
import { breakOff, serveRequest } from './serve-request.js';
import type { TlsIdentity } from './self-signed.js';

const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 120_000;
// Go's limit, hence that of kube-apiserver.
const LARGEST_HEADERS = 1024 * 1024;
// More than the default of 100: clients put all their watches on one connection.
const MOST_STREAMS = 1_000;
/** Of what one HTTP/2 connection holds back for those who do not read: streams are refused beyond it, which kube-apiserver never does. */
const MOST_MEGABYTES = 4_096;

/** How long a client may take, in milliseconds, as Node names it. */
export interface Patience {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often connections are looked at. Default: Node's, 30 s. */
  readonly connectionsCheckingInterval?: number;
}

export const PATIENCE: Patience = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  readonly tls: boolean | TlsIdentity | undefined;
  /** Default: {@link PATIENCE}. */
  readonly patience?: Patience;
}

export async function listenHttp(receive: Receive, options: HttpOptions): Promise<ListeningServer> {
  const identity = await identityOf(options);
  const onRequest = (request: Incoming, response: Outgoing): void => {
    serveRequest(receive, request, response).catch((error: unknown) => breakOff(response, error));
  };
  const { patience = PATIENCE } = options;
  const server = identity === undefined ? plainServer(patience, onRequest) : await secureServer(identity, patience, onRequest);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', refuseNonsense);
  const port = await listening(server, options);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${identity === undefined ? 'http' : 'https'}://${host}:${port}`,
    port,
    ca: identity?.cert,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function identityOf({ tls, host }: HttpOptions): Promise<TlsIdentity | undefined> {
  if (tls === undefined || tls === false) return undefined;
  if (tls !== true) return tls;
  const { createSelfSigned } = await import('./self-signed.js');
  return createSelfSigned(host);
}

type OnRequest = (request: Incoming, response: Outgoing) => void;

function plainServer(patience: Patience, onRequest: OnRequest): Server {
  return createServer({ ...patience, maxHeaderSize: LARGEST_HEADERS }, onRequest);
}

async function secureServer(identity: TlsIdentity, patience: Patience, onRequest: OnRequest): Promise<Http2SecureServer> {
  const { createSecureServer } = await import('node:http2');
  const settings = { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: LARGEST_HEADERS };
  const server = createSecureServer({ ...identity, allowHTTP1: true, settings, maxSessionMemory: MOST_MEGABYTES }, onRequest);
  // It has them for its HTTP/1.1 connections, too, but takes them only here.
  return Object.assign(server, patience);
}

function listening(server: Server | Http2SecureServer, { port, host }: HttpOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
