// The shell around the in-process entry: sockets, body limits, back-pressure, and the end of all connections.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiRequest, ApiResponse, ListeningServer } from './api-server.js';
import { LARGEST_BODY } from './dispatch.js';

const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 120_000;

export async function listenHttp(
  handle: (request: ApiRequest) => Promise<ApiResponse>,
  options: { port: number; host: string },
): Promise<ListeningServer> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: BODY_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      serve(handle, request, response).catch(() => response.destroy());
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

async function serve(
  handle: (request: ApiRequest) => Promise<ApiResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = await readBody(request);
  const answer = await handle({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: flatHeaders(request),
    body,
    signal: gone.signal,
  });
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
