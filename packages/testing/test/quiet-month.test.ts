// A month in which nothing happens, all of it virtual. `npm run long -- quiet-month` has the bookmarks of every minute, and more objects.
import { setImmediate } from 'node:timers';
import { createApiServer } from '@kopfts/apiserver';
import { createManualClock, createRegistry, createSeededRandom, defineConfig, startOperator, type ManualClock } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { callServer, directTransport } from './support/direct-transport.js';
import { heapBytes } from './support/heap-bytes.js';
import { example, KIND } from './world.js';

const LONG = process.env['KOPFTS_COUNT'];
const OBJECTS = Number(LONG ?? 20);
const PATIENCE_MS = LONG === undefined ? 180_000 : 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 30;
/** These warm up whatever warms up. */
const WARM_DAYS = 12;
/** As in a cluster; or as rarely as they may come before a watch counts as dead. */
const BOOKMARKS_MS = LONG === undefined ? 145_000 : MINUTE_MS;
/** Eighty bytes for each watch that is opened again would be more. */
const MOST_GROWTH_BYTES = 2 ** 18;
/** Each watch lives five to ten minutes. */
const OPENED_A_DAY = { least: 144, most: 288 };
/** A watch that is just being opened again has one more wait, or one less. */
const NOISE = 2;
const COLLECTION = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Everything that holds something for an object, or may do something by itself. */
function declareEverything(called: (id: string) => void) {
  const kopf = createRegistry();
  kopf.on.create('KopfExample', { id: 'made' }, ({ patch, name }) => {
    called('made');
    patch.status.name = name;
  });
  kopf.on.update('KopfExample', { id: 'update' }, () => called('update'));
  kopf.on.delete('KopfExample', { id: 'delete' }, () => called('delete'));
  kopf.on.resume('KopfExample', { id: 'resume' }, () => called('resume'));
  kopf.on.event('KopfExample', { id: 'heard' }, () => called('heard'));
  kopf.index('KopfExample', { id: 'by_name' }, ({ name }) => ({ [name]: true }));
  kopf.timer('KopfExample', { id: 'daily', interval: '1d' }, () => called('daily'));
  kopf.timer('KopfExample', { id: 'idle', idle: '29d' }, () => called('idle'));
  kopf.daemon('KopfExample', { id: 'waiting', finalizer: true }, async ({ stopped }) => {
    called('waiting');
    await stopped.wait();
  });
  kopf.on.reconcile('KopfExample', { id: 'reconcile' }, () => called('reconcile'));
  return kopf;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass from one timer to the next; what follows from each comes to its end before. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  const endMs = clock.monotonicMs() + ms;
  for (let due = clock.nextDueMs(); due !== undefined && due <= endMs; due = clock.nextDueMs()) {
    clock.advanceTo(due);
    await nextTurn();
  }
  clock.advanceTo(endMs);
}

async function quietOperator(clock: ManualClock) {
  const server = createApiServer({
    seed: 1,
    clock: { now: () => clock.now(), setTimer: (ms, fire) => clock.schedule(ms, fire) },
    bookmarkIntervalMs: BOOKMARKS_MS,
  });
  onTestFinished(() => server.close());
  await callServer(server, 'POST', DEFINITIONS, customResourceDefinition(KIND));
  for (let n = 0; n < OBJECTS; n += 1) await callServer(server, 'POST', COLLECTION, example(`a${String(n)}`));
  const asked = { watches: 0, others: [] as string[] };
  const calls: Record<string, number> = {};
  const transport = directTransport(server, ({ method, path }) => {
    if (method === 'GET' && path.includes('watch=true')) asked.watches += 1;
    else asked.others.push(`${method} ${path}`);
  });
  const operator = await startOperator(
    defineConfig({
      name: 'quiet',
      handlers: [declareEverything((id) => void (calls[id] = (calls[id] ?? 0) + 1))],
      namespaces: ['default'],
      plugins: [kubernetes({ transport }), annotations()],
      settings: { scanning: { disabled: true }, explaining: { factLimit: 0 } }, // one watch; what is remembered for those who ask is bounded, and kept
    }),
    { runtime: { clock: { ...clock, yield: nextTurn }, random: createSeededRandom(1) } },
  );
  await pass(clock, MINUTE_MS);
  await operator.ready;
  return { operator, asked, calls };
}

it('[F8, L2] a month without anything to do costs no write, only watches, and no memory', { timeout: PATIENCE_MS }, async () => {
  const clock = createManualClock();
  const { operator, asked, calls } = await quietOperator(clock);
  await pass(clock, WARM_DAYS * DAY_MS - MINUTE_MS);
  const held = () => ({ inspected: operator.inspect(), waits: clock.pending });
  const before = { held: held(), heap: await heapBytes() };
  const openedBefore = asked.watches;
  asked.others.length = 0;
  await pass(clock, (DAYS - WARM_DAYS) * DAY_MS);
  const grown = (await heapBytes()) - before.heap;
  const opened = asked.watches - openedBefore;
  if (LONG !== undefined) console.log(`${String(opened)} watches in ${String(DAYS - WARM_DAYS)} days, heap ${String(grown)} bytes more`);
  expect(asked.others).toEqual([]);
  expect(opened).toBeGreaterThanOrEqual(OPENED_A_DAY.least * (DAYS - WARM_DAYS));
  expect(opened).toBeLessThanOrEqual(OPENED_A_DAY.most * (DAYS - WARM_DAYS));
  expect(held().inspected).toEqual(before.held.inspected);
  expect(Math.abs(held().waits - before.held.waits)).toBeLessThanOrEqual(NOISE);
  expect(grown).toBeLessThan(MOST_GROWTH_BYTES);
  // Each came to its object once; the event handler heard of what the others and the operator wrote in the first minute.
  const { daily, heard, ...once } = calls;
  expect(once).toEqual({ made: OBJECTS, waiting: OBJECTS, reconcile: OBJECTS, idle: OBJECTS });
  expect(daily).toBe(OBJECTS * DAYS);
  expect(heard).toBeLessThanOrEqual(OBJECTS * 4);
  await Promise.all([operator.stop(), pass(clock, MINUTE_MS)]);
});
