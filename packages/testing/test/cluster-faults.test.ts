import { status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '@kopfts/testing';
import { A, createWorld, example, FINALIZER, patchesOf, storedEssence } from './world.js';

const named = (name: string) => ({ ...A, metadata: { ...A.metadata, name } });
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'kopfexamples.kopf.dev' },
};
const isWatch = ({ path }: { readonly path: string }): boolean => path.includes('watch=true') && path.includes('kopfexamples');

describe('faults of the cluster', () => {
  it('[B15] an object that lived between two lists leaves no trace', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(`made ${name}`));
      kopf.on.event('KopfExample', { id: 'heard' }, ({ name, type }) => void seen.push(`${String(type)} ${name}`));
    });
    await world.start();
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: isWatch, times: 2 });
    world.breakWatches();
    await world.create(example('short'));
    await world.delete(named('short'));
    world.server.compact();
    await world.advance('5m');
    expect(seen).toEqual([]);
    await world.create(example());
    await world.advance(5);
    expect(seen.filter((text) => text.startsWith('made'))).toEqual(['made a']);
    expect(world.factsOf('object-forgotten')).toEqual([]);
    await world.close();
  });

  it('[C4] conflicts in a row, more than are computed anew at once, delay a write and repeat no handler', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) }));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    world.faults.add({ kind: 'status', code: 409 }, { when: ({ method }) => method === 'PATCH', times: 9 });
    await world.create(example());
    await world.advance('10m');
    const object = await world.get(A);
    expect([object?.metadata.finalizers, object?.['status'], storedEssence(object)]).toEqual([
      [FINALIZER],
      { made: { call: 1 } },
      { spec: {} },
    ]);
    expect(calls).toBe(1);
    await world.close();
  });

  it('[C6] what the schema of the whole object refuses is told once, and its finalizer still works', async () => {
    let calls = 0;
    const seen: string[] = [];
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const spec = { ...anything, properties: { size: { type: 'integer' } } };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
          calls += 1;
          (patch.spec as Record<string, unknown>)['size'] = 'large';
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('bye'));
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', schema: { type: 'object', properties: { spec, status: anything } } } },
    );
    await world.start();
    await world.create(example());
    await world.advance('1h');
    expect(calls).toBe(1);
    const writes = patchesOf(world).length;
    await world.advance('1d');
    expect(patchesOf(world)).toHaveLength(writes);
    await world.delete(A);
    await world.advance(5);
    expect([seen, await world.get(A)]).toEqual([['bye'], undefined]);
    await world.close();
  });

  it.each([
    { code: 403, words: 'admission webhook "w" denied the request: no label x', dropped: 1 },
    { code: 409, words: 'admission webhook "w" denied the request: no label x', dropped: 1 },
    { code: 422, words: 'admission webhook "w" denied the request: no label x', dropped: 1 },
    { code: 409, words: 'no label x', dropped: 0 },
    { code: 422, words: 'no label x', dropped: 0 },
  ])(
    '[C1, C6] every write answered $code $words is told, makes no silent loop, and is made when it may be',
    async ({ code, words, dropped }) => {
      let calls = 0;
      const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) })));
      await world.start();
      const body = JSON.stringify({ kind: 'Status', status: 'Failure', message: words, code, details: {} });
      world.faults.add({ kind: 'status', code, body }, { when: ({ method }) => method === 'PATCH', times: Infinity });
      await world.create(example());
      await world.advance('30m');
      const told = world.factsOf('object-failed').map(({ error }) => error);
      // What a webhook says is said once; that somebody is faster all the time, each time that nobody was.
      expect(told.length).toBeGreaterThanOrEqual(dropped > 0 ? 1 : 5);
      expect(told.filter((error) => error.code !== 'KOPF_WRITE_REFUSED' || !error.message.includes(words))).toEqual([]);
      // What is told is told in time: a handful of requests at once, then a pause.
      expect(patchesOf(world).length).toBeLessThanOrEqual(dropped > 0 ? 20 : 11 * told.length);
      const lost = world.factsOf('result-dropped').filter(({ handler, message }) => handler === 'made' && message === words);
      expect(lost).toHaveLength(dropped);
      world.faults.clear();
      await world.advance('1h');
      const object = await world.get(A);
      expect([calls, storedEssence(object), object?.['status']]).toEqual([
        1,
        { spec: {} },
        dropped > 0 ? undefined : { made: { call: 1 } },
      ]);
      await world.close();
    },
  );

  it('[C8] a server that prunes what handlers return is noticed, told once, and makes no loop', async () => {
    let calls = 0;
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = {
      type: 'object',
      properties: { spec: anything, status: { type: 'object', properties: { known: { type: 'string' } } } },
    };
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) })), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', schema },
    });
    await world.start();
    for (const name of ['a', 'b']) await world.create(example(name));
    await world.advance('10m');
    expect(calls).toBe(2);
    expect(world.factsOf('fields-not-kept')).toHaveLength(1);
    const { length } = world.writes();
    await world.advance('1d');
    expect([calls, world.writes().length]).toEqual([2, length]);
    await world.close();
  });

  it('[C8, ST-29] a memory that the server prunes from the status goes to annotations: nothing is called again, also by the next process', async () => {
    const calls: string[] = [];
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = {
      type: 'object',
      properties: { spec: anything, status: { type: 'object', properties: { made: anything, again: anything } } },
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, async ({ signal }) => {
          calls.push('create');
          await world.clock.sleep(100, signal);
          return { call: calls.length };
        });
        kopf.on.create('KopfExample', { id: 'again', backoff: 60 }, ({ retry }) => {
          calls.push(`retry ${String(retry)}`);
          if (retry < 2) throw new Error('not yet');
        });
        kopf.on.update('KopfExample', { id: 'changed' }, ({ diff }) => void calls.push(`update ${JSON.stringify(diff)}`));
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', schema }, stores: () => [status()] },
    );
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect(calls.splice(0)).toEqual(['create', 'retry 0', 'retry 1', 'retry 2']);
    const lost = world.factsOf('plugin').filter(({ name }) => name === 'status-lost');
    expect(lost).toMatchObject([
      { data: { field: 'status.kopf.test.progress' } },
      { data: { field: 'status.kopf.test.last-handled-configuration' } },
    ]);
    const { length } = world.writes();
    await world.advance('1h');
    expect(world.writes().length).toBe(length);
    await world.restart();
    await world.advance('10m');
    expect([calls, world.writes().length]).toEqual([[], length]);
    await world.patch(A, { metadata: { labels: { one: 'x' } } });
    await world.advance('10m');
    expect(calls.splice(0)).toEqual(['update [{"op":"add","field":["metadata"],"new":{"labels":{"one":"x"}}}]']);
    expect(Object.keys((await world.get(A))?.metadata.annotations ?? {}).sort()).toEqual([
      'status.test.kopf.zalando.org/kopf-managed',
      'status.test.kopf.zalando.org/last-handled-configuration',
    ]);
  });

  it('[C3, C10, S13] writes of one kind that are to wait hold up no other kind', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        for (const kind of ['KopfExample', 'ConfigMap']) kopf.on.create(kind, { id: 'made' }, ({ name }) => void seen.push(name));
      },
      { settings: { queueing: { writeLimit: 3 } } },
    );
    onTestFinished(() => world.close());
    await world.start();
    const throttled: Fault = { kind: 'status', code: 429, headers: { 'retry-after': '20' } };
    for (let time = 0; time < 9; time += 1)
      world.faults.add(throttled, { when: ({ method, path }) => method === 'PATCH' && path.includes('kopfexamples') });
    for (let nth = 0; nth < 8; nth += 1) await world.create(example(`o-${String(nth)}`));
    await world.advance(5);
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'default' } };
    await world.create(other);
    await world.advance(1);
    expect(storedEssence(await world.get(other))).toBeDefined();
    await world.advance('5m');
    expect(world.faults.pending).toBe(0);
    for (let nth = 0; nth < 8; nth += 1) expect(storedEssence(await world.get(named(`o-${String(nth)}`)))).toEqual({ spec: {} });
  });

  it('[C16] answers that take up to 30 seconds slow everything down, and nothing else', async () => {
    const handled: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void handled.push(name)), {
      settings: { queueing: { writeLimit: 10 } },
    });
    await world.start();
    let turn = 0;
    for (let index = 0; index < 400; index += 1) {
      world.faults.add({ kind: 'delay', ms: (index * 7919) % 30_000 }, { when: ({ index: at }) => at > turn && (turn = at) > 0 });
    }
    const names = Array.from({ length: 80 }, (_, index) => `o-${String(index)}`);
    for (const name of names) await world.create(example(name));
    await world.advance(20);
    // Waiting requests and their time-outs: as many as are allowed on their way, not as many as there are objects.
    expect(world.clock.pending).toBeLessThan(60);
    // Nor run handlers ahead of their writes.
    expect(handled.length).toBeLessThan(80);
    await world.advance('30m');
    // Each object took at least one delayed write.
    expect(world.faults.pending).toBeLessThanOrEqual(320);
    expect([...handled].sort()).toEqual([...names].sort());
    for (const name of names) expect(storedEssence(await world.get(named(name)))).toEqual({ spec: {} });
    await world.close();
  });
});

describe('a definition that is deleted', () => {
  it.each([
    { when: 'while the operator watches', isAway: false },
    { when: 'while the operator is away', isAway: true },
  ])(
    '[H1, S-33] $when is served until its objects are gone, although discovery no longer tells that they can be patched',
    async (given) => {
      const seen: string[] = [];
      const world = await createWorld((kopf) => {
        // Its second attempt comes when discovery has told that the kind is going.
        kopf.on.delete('KopfExample', { id: 'bye', backoff: 15 }, ({ name, retry }) => {
          if (retry === 0) throw new Error('not yet');
          seen.push(`bye ${name}`);
        });
      });
      await world.start();
      await world.create(example());
      await world.advance(5);
      if (given.isAway) await world.stop();
      await world.delete(CRD);
      if (given.isAway) await world.start();
      await world.advance(60);
      expect([seen, world.factsOf('kind-refused')]).toEqual([['bye a'], []]);
      expect([await world.get(A), await world.get(CRD)]).toEqual([undefined, undefined]);
      expect(world.factsOf('kind-released')).toHaveLength(1);
      await world.close();
    },
  );
});
