// The sockets of the liveness endpoint.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText } from '@kopfts/core';
import type { Clock } from '@kopfts/core';
import { LivenessUnavailableError } from '../errors.js';
import { answerTo } from './answer.js';
import type { Answering } from './answer.js';
import { endpointText } from './endpoint.js';
import type { Endpoint } from './endpoint.js';

/** What open connections get at the end (spec PR-06). */
const CLOSING_MS = 1000;

export interface LivenessServer {
  /** As it came out: with the port that the system chose, if it was 0. */
  readonly endpoint: Endpoint;
  close(clock: Clock): Promise<void>;
}

/** Listens at every address of the host. @throws LivenessUnavailableError `KOPF_LIVENESS_UNAVAILABLE` */
export async function serveLiveness(endpoint: Endpoint, answering: Answering): Promise<LivenessServer> {
  const servers: Server[] = [];
  let { port } = endpoint;
  try {
    const addresses = await lookup(endpoint.host, { all: true });
    for (const { address } of addresses) {
      const server = createServer((request, response) => {
        respond({ request, response, isLoopback: isLoopback(address) }, answering).catch(() => response.destroy());
      });
      const listening = once(server, 'listening');
      server.listen({ host: address, port });
      await listening.catch((error: unknown) => {
        // `localhost` also stands for an address that this machine does not have.
        if (addresses.length === 1 || !isCode(error, 'EADDRNOTAVAIL')) throw error;
      });
      if (!server.listening) continue;
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    }
    if (servers.length === 0) throw new Error('the host has no address');
  } catch (error) {
    await Promise.all(servers.map((server) => closeServer(server)));
    throw new LivenessUnavailableError(endpointText(endpoint), errorText(error), { cause: error });
  }
  return {
    endpoint: { ...endpoint, port },
    async close(clock) {
      const patience = new AbortController();
      const late = clock.sleep(CLOSING_MS, patience.signal).then(
        () => servers.forEach((server) => server.closeAllConnections()),
        () => undefined,
      );
      await Promise.all(servers.map((server) => closeServer(server)));
      patience.abort();
      await late;
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly isLoopback: boolean;
}

async function respond({ request, response, isLoopback: isOwn }: Exchange, answering: Answering): Promise<void> {
  request.resume();
  const { host, origin } = request.headers;
  // A page in a browser of this machine could ask under a name of its own that means us (DNS rebinding), or from where it is.
  if (isOwn && !(isLocalHost(host) && isLocalHost(origin?.replace(/^https?:\/\//, '')))) {
    response.writeHead(403).end();
    return;
  }
  const { status, headers, body } = await answerTo(
    { method: request.method ?? 'GET', path: (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/' },
    answering,
  );
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function isLocalHost(host: string | undefined): boolean {
  return host === undefined || /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
