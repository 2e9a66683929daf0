// The shell around the in-process entry: sockets, body limits, back-pressure, and the end of all connections.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListeningServer } from './api-server.js';
import { LARGEST_BODY } from './dispatch.js';
import { isConnectionError } from './faults/connection-error.js';
import { isDropped } from './faults/faulty-exchange.js';
import type { Receive } from './received-request.js';

const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 120_000;

export async function listenHttp(receive: Receive, options: { port: number; host: string }): Promise<ListeningServer> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      serve(receive, request, response).catch((error: unknown) => breakOff(response, error));
    },
  );
  server.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(receive: Receive, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const head = { method: request.method ?? 'GET', path: request.url ?? '/', headers: flatHeaders(request) };
  const received = receive(head);
  if (isDropped(received.taken)) {
    await received.run({ ...head, signal: gone.signal });
    return;
  }
  const body = await readBody(request);
  const answer = await received.run({ ...head, body, signal: gone.signal });
  // The rest of a body that was too large is not read.
  const headers = body.byteLength > LARGEST_BODY ? { ...answer.headers, connection: 'close' } : answer.headers;
  response.writeHead(answer.status, headers);
  // The start of a watch must reach the client before its first event.
  if (!('content-length' in answer.headers)) response.flushHeaders();
  for await (const chunk of answer.chunks) {
    if (gone.signal.aborted) break;
    if (!response.write(chunk)) await writable(response, gone.signal);
  }
  response.end();
}

/** Ends the connection as the fault says; what was written before still arrives. */
function breakOff(response: ServerResponse, error: unknown): void {
  const { socket } = response;
  if (!isConnectionError(error) || error.code === 'ECONNREFUSED' || socket === null) {
    response.destroy();
    return;
  }
  if (!response.headersSent) socket.resetAndDestroy();
  // An empty write waits for its turn behind the pieces that are still on their way.
  else socket.write('', () => socket.resetAndDestroy());
}

/** Reads one byte more than allowed at most, so that the handler can refuse. */
async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > LARGEST_BODY) break;
  }
  return Buffer.concat(chunks);
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function writable(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      response.off('drain', done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    gone.addEventListener('abort', done, { once: true });
  });
}
