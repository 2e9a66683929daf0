// Straight into the in-memory server: nothing writes down what was asked, so that what grows is the operator's.
import { Buffer } from 'node:buffer';
import type { ApiServer } from '@kopfts/apiserver';
import type { Transport, WireRequest } from '@kopfts/kubernetes';

/** Hears of every request, as it leaves. */
type Heard = (request: WireRequest) => void;

export function directTransport(server: Pick<ApiServer, 'handle'>, heard: Heard = () => undefined): Transport {
  const ask = (request: WireRequest, signal: AbortSignal) => {
    heard(request);
    const { method, path, body, contentType, accept } = request;
    const headers = { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...(accept === undefined ? {} : { accept }) };
    return server.handle({ method, path, body, signal, headers });
  };
  return {
    async send(request, signal) {
      const { status, headers, chunks } = await ask(request, signal);
      return { status, headers, body: await wholeOf(chunks) };
    },
    async open(request, signal) {
      const own = new AbortController();
      const end = (): void => own.abort(new Error('destroyed'));
      signal.addEventListener('abort', end, { once: true });
      const answer = await ask(request, own.signal);
      // Signals made of others by `AbortSignal.any` are remembered there: a watch would leave something behind each time.
      const chunks = untilEnd(answer.chunks, () => signal.removeEventListener('abort', end));
      return { ...answer, chunks, destroy: end };
    },
    stats: () => ({ requests: 0, inFlight: 0, streams: 0 }),
    close: async () => undefined,
  };
}

async function* untilEnd(chunks: AsyncIterable<Uint8Array>, ended: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    ended();
  }
}

/** One request of somebody who is no operator. @throws if it is refused. */
export async function callServer(server: Pick<ApiServer, 'handle'>, method: string, path: string, body?: unknown): Promise<void> {
  const asked = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status, chunks } = await server.handle({ method, path, ...asked });
  const text = Buffer.from(await wholeOf(chunks)).toString();
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${String(status)}: ${text}`);
}

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
