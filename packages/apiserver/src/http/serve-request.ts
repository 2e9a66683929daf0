// One request over a socket: its body up to the limit, its answer at the pace of the client, its end when the client goes.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { LARGEST_BODY } from '../dispatch.js';
import { isConnectionError } from '../faults/connection-error.js';
import { isDropped } from '../faults/faulty-exchange.js';
import { WholeText } from '../in-process.js';
import type { Receive } from '../received-request.js';
import type { RequestHead } from '../routes/api-call.js';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

// Codes of RFC 9113.
const INTERNAL_ERROR = 2;
const REFUSED_STREAM = 7;

const GONE = new Error('the client is gone');

export async function serveRequest(receive: Receive, request: Incoming, response: Outgoing): Promise<void> {
  const gone = new AbortController();
  // An abort has its cost: after a whole answer nobody waits for it.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(GONE);
  });
  const head: RequestHead = { method: request.method ?? 'GET', path: request.url ?? '/', headers: flatHeaders(request) };
  const received = receive(head);
  if (isDropped(received.taken)) {
    await received.run({ ...head, signal: gone.signal });
    return;
  }
  const body = await readBody(request);
  const answer = await received.run({ ...head, body, signal: gone.signal });
  // The rest of a body that was too large is not read; HTTP/2 has no word for that.
  const closes = body.byteLength > LARGEST_BODY && !('stream' in response);
  response.writeHead(answer.status, closes ? { ...answer.headers, connection: 'close' } : answer.headers);
  if (answer.chunks instanceof WholeText) {
    // Head and body in one piece.
    response.end(answer.chunks.text);
    return;
  }
  // The start of a watch must reach the client before its first event; HTTP/2 sends it at once anyway.
  if (!('stream' in response) && !('content-length' in answer.headers)) response.flushHeaders();
  for await (const chunk of answer.chunks) {
    if (gone.signal.aborted) break;
    if (!write(response, chunk)) await writable(response, gone.signal);
  }
  response.end();
}

/** Ends the connection (with HTTP/2: the stream) as the fault says; what was written before still arrives. */
export function breakOff(response: Outgoing, error: unknown): void {
  if (!isConnectionError(error)) {
    response.destroy();
    return;
  }
  const isRefusal = error.code === 'ECONNREFUSED';
  if ('stream' in response) {
    const { stream } = response;
    const close = (): void => stream.close(isRefusal ? REFUSED_STREAM : INTERNAL_ERROR);
    if (response.headersSent && !stream.destroyed) stream.write('', close);
    else close();
    return;
  }
  const { socket } = response;
  if (isRefusal || socket === null) response.destroy();
  else if (!response.headersSent) reset(socket);
  // An empty write waits for its turn behind the pieces that are still on their way.
  else socket.write('', () => reset(socket));
}

/** A reset needs the socket itself; over TLS, whose socket lies below, the connection is just closed. */
function reset(socket: NonNullable<ServerResponse['socket']>): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

function write(response: Outgoing, chunk: Uint8Array): boolean {
  return 'stream' in response ? response.write(chunk) : response.write(chunk);
}

/** Reads little more than allowed at most, so that the handler can refuse. */
function readBody(request: Incoming): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      request.off('data', onData);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > LARGEST_BODY) {
        request.pause();
        done();
      }
    };
    request.on('data', onData);
    request.once('end', done);
    request.once('error', reject);
    // A client that goes in the middle of HTTP/2 only closes.
    request.once('close', () => reject(GONE));
  });
}

/** Without the pseudo headers of HTTP/2, whose `:authority` is the host. */
function flatHeaders(request: Incoming): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (!name.startsWith(':')) headers[name] = text;
    else if (name === ':authority') headers['host'] = text;
  }
  return headers;
}

function writable(response: Outgoing, gone: AbortSignal): Promise<void> {
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
