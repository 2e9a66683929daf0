import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { api } from '../src/index.js';
import { handlerOn } from './support/handler-on.js';
import { createLoopback } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases/op';
const WRITES = 60;

describe('a lease that is renewed by api(ctx)', () => {
  it('goes through at once while writes fill their lane, and more of them wait', async () => {
    const waiting: ServerResponse[] = [];
    let full = (): void => undefined;
    const isFull = new Promise<void>((resolve) => (full = resolve));
    const port = await loopback.listen(
      createServer((incoming, response) => {
        if (incoming.url?.startsWith(LEASES) === true) {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"renewed":true}');
          return;
        }
        if (incoming.method === 'PATCH') waiting.push(response);
        else response.writeHead(404).end();
        if (waiting.length === 50) full();
      }),
    );
    const handler = await handlerOn({ connections: [{ server: `http://127.0.0.1:${String(port)}` }] });
    const cluster = api(handler.ctx);
    const writes = Array.from({ length: WRITES }, (_, index) =>
      cluster.request({ method: 'PATCH', path: `/api/v1/namespaces/default/configmaps/c-${String(index)}`, body: {} }),
    );
    const settled = Promise.allSettled(writes);
    await isFull;
    expect(await cluster.request({ method: 'PATCH', path: LEASES, body: { spec: { renewTime: 'now' } } })).toEqual({ renewed: true });
    expect(waiting).toHaveLength(50);
    await handler.close();
    for (const response of waiting) response.destroy();
    await settled;
  });
});
