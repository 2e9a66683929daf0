import { createApiServer } from '@kopfts/apiserver';
import type { ApiServer } from '@kopfts/apiserver';
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { call, configMap } from './client.js';

// `npm run long -- api-server-writes` asks for KOPFTS_COUNT writes.
const WRITES = Number(process.env['KOPFTS_COUNT'] ?? 12_000);
const OBJECTS = 200;
const POINTS = 6;
/** What the heap may grow from the first point to the last, when everything that is bounded (history, objects) is full. */
const MOST_GROWTH_BYTES = 4 * 2 ** 20;
const BOUND_MS = 60_000 + WRITES * 3;
const COLLECTION = '/api/v1/namespaces/default/configmaps';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let server: ApiServer | undefined;
afterEach(() => server?.close());

/** One write of every kind in turn: an object comes, changes twice and goes. */
async function write(of: ApiServer, index: number): Promise<void> {
  const name = `object-${Math.floor(index / 4) % OBJECTS}`;
  const merge = { 'content-type': 'application/merge-patch+json' };
  const patched = (data: { readonly [key: string]: string }) =>
    call(of, 'PATCH', `${COLLECTION}/${name}`, { body: { data }, headers: merge });
  switch (index % 4) {
    case 0:
      return expectStatus(await call(of, 'POST', COLLECTION, { body: configMap(name, { turn: String(index) }) }), 201);
    case 1:
      return expectStatus(await patched({ turn: String(index) }), 200);
    case 2:
      return expectStatus(await patched({ other: 'x'.repeat(index % 500) }), 200);
    default:
      return expectStatus(await call(of, 'DELETE', `${COLLECTION}/${name}`), 200);
  }
}

function expectStatus({ status }: { readonly status: number }, wanted: number): void {
  if (status !== wanted) throw new Error(`a write was answered with ${status} instead of ${wanted}`);
}

/** A watch over a socket that hears one event and hangs up. */
function watchOnce(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(`${COLLECTION}?watch=1`, url), { agent: false }, (answer) => {
      answer.once('data', () => sent.destroy());
      answer.once('close', resolve);
      answer.on('error', () => undefined);
    });
    sent.on('error', reject);
    sent.end();
  });
}

interface Point {
  readonly heapBytes: number;
  readonly handles: number;
}

/** After everything that nobody holds is gone. */
async function measure(): Promise<Point> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

/** A long run shows how it goes. */
function told(writes: number, point: Point): Point {
  const { heapBytes, handles } = point;
  if (process.env['KOPFTS_COUNT'] !== undefined)
    console.log(`${writes} writes: heap ${(heapBytes / 2 ** 20).toFixed(1)} MB, ${handles} handles`);
  return point;
}

describe('a server that is written to for a long time', () => {
  it(
    `keeps neither memory nor handles of ${WRITES} writes`,
    async () => {
      server = createApiServer({ seed: 1, historyLimit: 500 });
      const { url } = await server.listen();
      expectStatus(await call(server, 'POST', COLLECTION, { body: configMap('stays') }), 201);
      const points: Point[] = [];
      for (let index = 0; index < WRITES; index += 1) {
        await write(server, index);
        if (index % Math.ceil(WRITES / 50) === 0) await watchOnce(url);
        if ((index + 1) % Math.floor(WRITES / POINTS) === 0) points.push(told(index + 1, await measure()));
      }
      const [first, ...later] = points;
      if (first === undefined) throw new Error('nothing was measured');
      expect(Math.min(...later.slice(-2).map(({ heapBytes }) => heapBytes)) - first.heapBytes).toBeLessThan(MOST_GROWTH_BYTES);
      expect(later.at(-1)?.handles).toBeLessThanOrEqual(first.handles);
    },
    BOUND_MS,
  );
});
