import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiStatusError } from '../errors.js';

/** What a connection gets whose bytes are no request, or not soon enough. */
const REFUSALS: Readonly<Record<string, { readonly code: number; readonly reason: string; readonly message: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 431, reason: 'RequestHeaderFieldsTooLarge', message: 'the headers of the request are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 408, reason: 'Timeout', message: 'the request did not arrive in time' },
};
const NONSENSE = { code: 400, reason: 'BadRequest', message: 'the request is not valid HTTP' };

export function refuseNonsense(error: Error & { readonly code?: string }, socket: Duplex): void {
  const { code, reason, message } = REFUSALS[error.code ?? ''] ?? NONSENSE;
  // A connection that broke hears nothing; one that is in the middle of an answer must not hear a second one.
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy(error);
    return;
  }
  const body = `${JSON.stringify(new ApiStatusError(code, message, { reason }).status)}\n`;
  const head = `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
