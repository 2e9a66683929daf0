import { createManualClock, createSeededRandom, type ObjectBody } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { watchCatalogue } from '../src/catalogue-changes.js';
import { createDiscoveryMemory } from '../src/discovery-memory.js';
import { failure } from './support/sample-objects.js';
import { createScriptedTransport } from './support/scripted-transport.js';
import { settle } from './support/watch-reader.js';

const definition = (name: string, resourceVersion: number): ObjectBody => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name, uid: `uid-${name}`, resourceVersion: String(resourceVersion) },
});
const list = (...items: readonly ObjectBody[]) => ({ kind: 'List', metadata: { resourceVersion: '10' }, items });

function start() {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const controller = new AbortController();
  const memory = createDiscoveryMemory();
  const looks: number[] = [];
  const reading = (async () => {
    const ports = { transport: server, clock, random: createSeededRandom(1), note: () => undefined, memory };
    for await (const _look of watchCatalogue(ports, controller.signal)) looks.push(clock.monotonicMs());
  })();
  return {
    server,
    clock,
    looks,
    memory,
    async pass(ms: number) {
      const end = clock.monotonicMs() + ms;
      await settle();
      for (let due = clock.nextDueMs(); due !== undefined && due <= end; due = clock.nextDueMs()) {
        clock.advanceTo(due);
        await settle();
      }
      clock.advanceTo(end);
      await settle();
    },
    async stop() {
      controller.abort(new Error('over'));
      await reading;
    },
  };
}

let started: ReturnType<typeof start> | undefined;
afterEach(async () => {
  await started?.stop();
  expect([started?.clock.pending, started?.server.stats().streams]).toEqual([0, 0]);
});

describe('changes of the catalogue', () => {
  it('[D-07] are told once for the first list, whatever it holds', async () => {
    started = start();
    (await started.server.next()).reply(200, list(definition('a', 1), definition('b', 2)));
    await started.pass(250_000);
    expect(started.looks).toEqual([0]);
  });

  it('[D-07] are told when a definition changes, and twice after it, since discovery follows later', async () => {
    started = start();
    (await started.server.next()).reply(200, list());
    const stream = (await started.server.next()).stream();
    await started.pass(100);
    stream.events({ type: 'ADDED', object: definition('a', 11) });
    await started.pass(2000);
    stream.events({ type: 'MODIFIED', object: definition('a', 12) });
    await started.pass(60_000);
    expect(started.looks).toEqual([0, 100, 1100, 2100, 3100, 7100]);
  });

  it.each([
    { when: 'definitions may not be watched', status: 403, body: failure(403, 'Forbidden') },
    { when: 'the server has no definitions', status: 404, body: '404 page not found' },
  ])('[D-10] are looked for every 30 seconds when $when', async ({ status, body }) => {
    started = start();
    for (const end = 125_000; started.clock.monotonicMs() < end;) {
      while (started.server.waiting > 0) (await started.server.next()).reply(status, body);
      await started.pass(1000);
    }
    expect(started.looks).toHaveLength(4);
    expect(started.looks.slice(1).map((at, index) => at - (started?.looks[index] ?? 0))).toEqual([30_000, 30_000, 30_000]);
  });

  it('[H7] are looked for every 30 seconds while discovery cannot tell everything, and no longer', async () => {
    started = start();
    (await started.server.next()).reply(200, list());
    await started.pass(1000);
    started.memory.begin();
    started.memory.recall({ group: 'down', version: 'v1', preferred: true });
    started.memory.end();
    await started.pass(65_000);
    expect(started.looks).toEqual([0, 31_000, 61_000]);
    started.memory.begin();
    started.memory.end();
    await started.pass(100_000);
    expect(started.looks).toEqual([0, 31_000, 61_000, 91_000]);
  });
});
