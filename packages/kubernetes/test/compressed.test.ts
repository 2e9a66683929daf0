import { createServer, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { api, kubernetes } from '../src/index.js';
import { handlerOn } from './support/handler-on.js';
import { createLoopback, credentialsFor, never, request, write } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

const TEXT = JSON.stringify({ items: Array.from({ length: 1000 }, (_, index) => ({ name: `o-${String(index)}`, ü: 'ü' })) });

/** A server that compresses for whoever asks for it, and what it was asked. */
async function serve(body: Buffer = gzipSync(TEXT)) {
  const asked: unknown[] = [];
  const isPacked = ({ method, headers }: IncomingMessage): boolean => {
    asked.push([method, headers['accept-encoding']]);
    return headers['accept-encoding'] === 'gzip';
  };
  const port = await loopback.listen(
    createServer((incoming, response) => {
      const type = { 'content-type': 'application/json' };
      if (isPacked(incoming)) response.writeHead(200, { ...type, 'content-encoding': 'gzip' }).end(body);
      else response.writeHead(200, type).end(TEXT);
    }),
  );
  return { url: `http://127.0.0.1:${String(port)}`, asked };
}

describe('answers in gzip', () => {
  it('are asked for by reads alone, and only where somebody wants them', async () => {
    const { url, asked } = await serve();
    for (const compress of [undefined, true]) {
      const transport = loopback.transport(credentialsFor(url), { compress });
      for (const one of [request, write]) expect(Buffer.from((await transport.send(one, never)).body).toString()).toBe(TEXT);
      const stream = await transport.open({ ...request, lane: 'watch' }, never);
      stream.destroy();
    }
    const plain = ['GET', 'identity'];
    expect(asked).toEqual([plain, ['PATCH', 'identity'], plain, ['GET', 'gzip'], ['PATCH', 'identity'], plain]);
  });

  it('are bounded by what they become, not by what they are', async () => {
    const { url } = await serve();
    const bytes = Buffer.byteLength(TEXT);
    expect(gzipSync(TEXT).byteLength).toBeLessThan(bytes / 3);
    const tight = loopback.transport(credentialsFor(url), { compress: true, mostAnswerBytes: bytes - 1 });
    await expect(tight.send(request, never)).rejects.toMatchObject({ code: 'KOPF_ANSWER_TOO_LARGE' });
    const roomy = loopback.transport(credentialsFor(url), { compress: true, mostAnswerBytes: bytes });
    expect((await roomy.send(request, never)).body.byteLength).toBe(bytes);
  });

  it.each([
    { are: 'cut', body: gzipSync(TEXT).subarray(0, 500) },
    { are: 'no gzip', body: Buffer.from(TEXT) },
  ])('that are $are are no answers', async ({ body }) => {
    const { url } = await serve(body);
    const transport = loopback.transport(credentialsFor(url), { compress: true });
    await expect(transport.send(request, never)).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'body' });
  });

  it('are an option of the plugin', async () => {
    expect(() => kubernetes({ compress: 'yes' as never })).toThrow('compress');
    const { url, asked } = await serve();
    const handler = await handlerOn({ connections: [{ server: url }], compress: true });
    expect(await api(handler.ctx).request({ path: '/api/v1/nodes/a' })).toEqual(JSON.parse(TEXT));
    expect(asked).toContainEqual(['GET', 'gzip']);
    await handler.close();
  });
});
