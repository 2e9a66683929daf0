// Objects that come and go by the hundred thousand. `npm run long -- churn` has the number of the long form.
import { createApiServer } from '@kopfts/apiserver';
import { createRegistry, defineConfig, startOperator, type Operator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { callServer, directTransport } from './support/direct-transport.js';
import { heapBytes } from './support/heap-bytes.js';
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

async function measure(operator: Operator): Promise<{ readonly heapBytes: number; readonly held: unknown }> {
  const used = await heapBytes();
  const { collections, indexes, abandoned } = operator.inspect();
  const held = [collections.map(({ objects }) => objects.length), indexes.map(({ keys, objects }) => keys + objects), abandoned.length];
  return { heapBytes: used, held };
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
