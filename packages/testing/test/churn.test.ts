// Objects that come and go by the hundred thousand. `npm run long -- churn` has the number of the long form.
import { Buffer } from 'node:buffer';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createApiServer, type ApiServer } from '@kopfts/apiserver';
import { createRegistry, defineConfig, startOperator, type Operator } from '@kopfts/core';
import { kubernetes, type Transport, type WireRequest } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { KIND } from './world.js';

const LONG = process.env['KOPFTS_COUNT'];
const OBJECTS = Number(LONG ?? 300);
const AT_ONCE = 50;
const POINTS = 6;
/** Objects from one look to the next. */
const STRIDE = Math.floor(OBJECTS / POINTS / AT_ONCE) * AT_ONCE;
/** A byte for each object after the second look; for few objects what warming up costs, and what the collector leaves lying about. */
const MOST_GROWTH_BYTES = OBJECTS < 100_000 ? 2 ** 22 : Math.max(2 ** 19, STRIDE * (POINTS - 2));
const PATIENCE_MS = 60_000 + OBJECTS * 200;
const COLLECTION = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Straight into the server: nothing writes down what was asked. */
function directTransport(server: ApiServer): Transport {
  const ask = ({ method, path, body, contentType, accept }: WireRequest, signal: AbortSignal) =>
    server.handle({
      method,
      path,
      body,
      signal,
      headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...(accept === undefined ? {} : { accept }) },
    });
  return {
    async send(request, signal) {
      const { status, headers, chunks } = await ask(request, signal);
      return { status, headers, body: await wholeOf(chunks) };
    },
    async open(request, signal) {
      const own = new AbortController();
      const answer = await ask(request, AbortSignal.any([signal, own.signal]));
      return { ...answer, destroy: () => own.abort(new Error('destroyed')) };
    },
    stats: () => ({ requests: 0, inFlight: 0, streams: 0 }),
    close: async () => undefined,
  };
}

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Everything that holds something for an object: progress, finalizer, events, an index, a timer, a daemon, and what waits for changes. */
function declareEverything() {
  const kopf = createRegistry();
  kopf.on.create('KopfExample', ({ patch, name }) => {
    patch.status.name = name;
  });
  kopf.on.delete('KopfExample', () => undefined);
  kopf.on.event('KopfExample', () => undefined);
  kopf.index('KopfExample', { id: 'by_name' }, ({ name }) => ({ [name]: true }));
  kopf.timer('KopfExample', { id: 'hourly', interval: '1h', initialDelay: '1h' }, () => undefined);
  kopf.daemon('KopfExample', { id: 'waiting' }, ({ stopped }) => stopped.wait());
  kopf.on.reconcile('KopfExample', { id: 'reconcile' }, () => undefined);
  return kopf;
}

/** Counts objects as they are handled and as they are forgotten; whoever waits for a number hears of it. */
function createCount() {
  let wake: (() => void) | undefined;
  const counts = { handled: 0, forgotten: 0 };
  return {
    add(what: keyof typeof counts) {
      counts[what] += 1;
      wake?.();
    },
    async until(what: keyof typeof counts, wanted: number) {
      while (counts[what] < wanted) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

async function callServer(server: ApiServer, method: string, path: string, body?: unknown): Promise<void> {
  const asked = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status, chunks } = await server.handle({ method, path, ...asked });
  const text = Buffer.from(await wholeOf(chunks)).toString();
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${String(status)}: ${text}`);
}

async function measure(operator: Operator): Promise<{ readonly heapBytes: number; readonly held: unknown }> {
  for (let round = 0; round < 8; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { collections, indexes, abandoned } = operator.inspect();
  const held = [collections.map(({ objects }) => objects.length), indexes.map(({ keys, objects }) => keys + objects), abandoned.length];
  return { heapBytes: process.memoryUsage().heapUsed, held };
}

it('[M5, S16] of objects that came and went nothing is left', { timeout: PATIENCE_MS }, async () => {
  const server = createApiServer({ seed: 1, historyLimit: 2 * AT_ONCE, managedFields: false });
  onTestFinished(() => server.close());
  await callServer(server, 'POST', DEFINITIONS, customResourceDefinition(KIND));
  const count = createCount();
  const operator = await startOperator(
    defineConfig({
      name: 'churn',
      handlers: [declareEverything()],
      namespaces: ['default'],
      plugins: [kubernetes({ transport: directTransport(server) }), annotations()],
      settings: { posting: { enabled: false }, explaining: { factLimit: 0 } }, // what is remembered for those who ask is bounded, and kept
    }),
    {
      factSinks: [
        {
          accept: (fact) => {
            if (fact.kind === 'object-forgotten') count.add('forgotten');
            if (fact.kind === 'pass-ended') count.add('handled');
          },
        },
      ],
    },
  );
  onTestFinished(() => operator.stop());
  await operator.ready;
  const points: Awaited<ReturnType<typeof measure>>[] = [];
  for (let from = 0; from < OBJECTS; from += AT_ONCE) {
    const paths = Array.from({ length: AT_ONCE }, (_, nth) => `object-${String(from + nth)}`);
    for (const name of paths)
      await callServer(server, 'POST', COLLECTION, { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name }, spec: {} });
    await count.until('handled', 2 * from + AT_ONCE);
    for (const name of paths) await callServer(server, 'DELETE', `${COLLECTION}/${name}`);
    await count.until('forgotten', from + AT_ONCE);
    if ((from + AT_ONCE) % STRIDE === 0) {
      const point = await measure(operator);
      if (LONG !== undefined) console.log(`${String(from + AT_ONCE)} objects: heap ${String(point.heapBytes)}`);
      points.push(point);
    }
  }
  expect(points.length).toBeGreaterThanOrEqual(POINTS);
  expect(points.map(({ held }) => held)).toEqual(points.map(() => [[0], [0], 0]));
  const heap = points.slice(0, POINTS).map(({ heapBytes }) => heapBytes);
  expect((heap.at(-1) ?? Infinity) - (heap[1] ?? 0)).toBeLessThan(MOST_GROWTH_BYTES);
});
