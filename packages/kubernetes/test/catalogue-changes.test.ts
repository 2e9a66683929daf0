import { Buffer } from 'node:buffer';
import { createApiServer } from '@kopfts/apiserver';
import { createManualClock, createSeededRandom, systemClock, type ObjectBody } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { watchCatalogue } from '../src/catalogue-changes.js';
import { createDiscoveryMemory } from '../src/discovery-memory.js';
import type { Transport } from '../src/index.js';
import { createLoopback, credentialsFor } from './support/loopback.js';
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
  const notes: (readonly [name: string, level: string | undefined])[] = [];
  const note = (name: string, { level }: Readonly<Record<string, string>>): void => void notes.push([name, level]);
  const reading = (async () => {
    const ports = { transport: server, clock, random: createSeededRandom(1), note, memory };
    for await (const _look of watchCatalogue(ports, controller.signal)) looks.push(clock.monotonicMs());
  })();
  return {
    server,
    clock,
    looks,
    notes,
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
  expect([started?.clock.pending, started?.server.stats().streams]).toEqual(started === undefined ? [undefined, undefined] : [0, 0]);
  started = undefined;
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
    { when: 'definitions may not be watched', status: 403, body: failure(403, 'Forbidden'), notes: [['definitions-unwatched', 'warn']] },
    { when: 'the server has no definitions', status: 404, body: '404 page not found', notes: [] },
  ])('[D-10] are looked for every 30 seconds when $when', async ({ status, body, notes }) => {
    started = start();
    for (const end = 125_000; started.clock.monotonicMs() < end;) {
      while (started.server.waiting > 0) (await started.server.next()).reply(status, body);
      await started.pass(1000);
    }
    expect(started.looks).toHaveLength(4);
    expect(started.looks.slice(1).map((at, index) => at - (started?.looks[index] ?? 0))).toEqual([30_000, 30_000, 30_000]);
    // At most once, however often it is tried; where there is nothing to watch, nothing is missing.
    expect(started.notes).toEqual(notes);
  });

  it('[D-10] that may be watched after all are told to be, once', async () => {
    started = start();
    const { server } = started;
    for (let refusals = 0; refusals < 3; await started.pass(1000)) {
      for (; server.waiting > 0; refusals += 1) (await server.next()).reply(403, failure(403, 'Forbidden'));
    }
    while (server.waiting === 0) await started.pass(1000);
    (await server.next()).reply(200, list());
    (await server.next()).stream().events({ type: 'ADDED', object: definition('a', 11) });
    await started.pass(1000);
    expect(started.notes).toEqual([
      ['definitions-unwatched', 'warn'],
      ['definitions-watched', 'info'],
    ]);
  });

  it('[D-10] are not told to be unwatched when the server is merely broken', async () => {
    started = start();
    (await started.server.next()).reply(503, 'upstream reset');
    await started.pass(60_000);
    expect(started.notes).toEqual([]);
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

  it('are asked for by metadata only, where the server can leave out the rest', async () => {
    started = start();
    const asked = await started.server.next();
    expect(asked.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json');
    asked.reply(200, list());
    const watch = await started.server.next();
    expect(watch.accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json');
  });

  it('are seen on a server that sends metadata only: schemas do not travel', async () => {
    const server = createApiServer({ seed: 1 });
    const { url } = await server.listen();
    const loopback = createLoopback();
    const arrived: string[] = [];
    const transport = recording(loopback.transport(credentialsFor(url)), (text) => arrived.push(text));
    const ended = new AbortController();
    let looks = 0;
    const ports = { transport, clock: systemClock, random: createSeededRandom(1), note: () => undefined, memory: createDiscoveryMemory() };
    const create = (kind: string) => server.handle({ method: 'POST', path: DEFINITIONS, headers: JSON_BODY, body: definitionText(kind) });
    await create('First');
    for await (const _look of watchCatalogue(ports, ended.signal)) {
      looks += 1;
      if (looks === 1) await create('Second');
      else ended.abort();
    }
    expect(arrived.join('')).toMatch(/firsts\.kopf\.dev[^]*seconds\.kopf\.dev/);
    expect(arrived.join('')).not.toContain('openAPIV3Schema');
    await loopback.close();
    await server.close();
  });
});

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const JSON_BODY = { 'content-type': 'application/json' };

function definitionText(kind: string): string {
  const singular = kind.toLowerCase();
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  return JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.kopf.dev` },
    spec: { group: 'kopf.dev', scope: 'Namespaced', names: { plural: `${singular}s`, singular, kind }, versions: [version] },
  });
}

/** The same, and all that its streams bring. */
function recording(inner: Transport, arrived: (text: string) => void): Transport {
  async function* heard(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      arrived(Buffer.from(chunk).toString('utf8'));
      yield chunk;
    }
  }
  return {
    ...inner,
    async open(request, signal) {
      const stream = await inner.open(request, signal);
      return { ...stream, chunks: heard(stream.chunks), destroy: () => stream.destroy() };
    },
    async send(request, signal) {
      const reply = await inner.send(request, signal);
      arrived(Buffer.from(reply.body).toString('utf8'));
      return reply;
    },
  };
}
