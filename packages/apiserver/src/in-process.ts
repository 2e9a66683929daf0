import type { ApiRequest, ApiResponse } from './api-server.js';
import type { Reply } from './routes/reply.js';

const encoder = new TextEncoder();

/** Turns the answer of a route into bytes. */
export function toResponse(request: ApiRequest, reply: Reply): ApiResponse {
  const headers: Record<string, string> = {
    ...(reply.contentType === '' ? {} : { 'content-type': reply.contentType }),
    'cache-control': 'no-cache, private',
  };
  if (reply.kind === 'stream') return { status: reply.status, headers, chunks: reply.chunks };
  if (reply.warnings !== undefined) headers['warning'] = reply.warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ');
  const bytes = encoder.encode(reply.body);
  headers['content-length'] = String(bytes.byteLength);
  return { status: reply.status, headers, chunks: oneChunk(request.method === 'HEAD' ? undefined : bytes) };
}

async function* oneChunk(bytes: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (bytes !== undefined) yield await Promise.resolve(bytes);
}
