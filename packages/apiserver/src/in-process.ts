import type { ApiRequest, ApiResponse } from './api-server.js';
import type { Reply } from './routes/reply.js';

const encoder = new TextEncoder();

/** A body that is there as a whole: read as one chunk, or taken as the text that it is by who writes to a socket. */
export class WholeText implements AsyncIterable<Uint8Array> {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.text !== '') yield encoder.encode(this.text);
  }
}

/** Turns the answer of a route into bytes. */
export function toResponse(request: ApiRequest, reply: Reply): ApiResponse {
  const headers: Record<string, string> = {
    ...(reply.contentType === '' ? {} : { 'content-type': reply.contentType }),
    'cache-control': 'no-cache, private',
  };
  if (reply.kind === 'stream') return { status: reply.status, headers, chunks: reply.chunks };
  if (reply.warnings !== undefined) headers['warning'] = reply.warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ');
  headers['content-length'] = String(Buffer.byteLength(reply.body));
  return { status: reply.status, headers, chunks: new WholeText(request.method === 'HEAD' ? '' : reply.body) };
}
