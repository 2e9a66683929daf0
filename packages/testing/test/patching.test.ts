import { applyMergePatch, TemporaryError, type Json, type JsonObject } from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, LHC, shape, storedEssence } from './world.js';

const TOUCH = 'test.kopf.zalando.org/touch-dummy';

describe('what is sent', () => {
  it('[PA-04, PA-05, PA-06] is a merge patch of the main part and a request of its own for the status, neither bound to a version', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        patch.spec.size = 1;
        return { ok: true };
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const [status, main, ...more] = world.writes();
    expect(more).toEqual([]);
    expect(status).toMatchObject({
      method: 'PATCH',
      contentType: 'application/json-patch+json',
      path: expect.stringContaining('/a/status?') as string,
    });
    expect(main).toMatchObject({ method: 'PATCH', contentType: 'application/json-patch+json' });
    expect(main?.body).toContainEqual({ op: 'add', path: '/spec/size', value: 1 });
    expect(JSON.stringify([status?.body, main?.body])).not.toContain('resourceVersion');
    await world.close();
  });

  it('[PA-18] is told: where it goes, what for, and what became of it', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 1));
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('write-sent')).toMatchObject([
      { endpoint: 'status', why: 'results' },
      { endpoint: 'main', why: 'progress' },
    ]);
    expect(world.factsOf('write-ended').map(({ endpoint, outcome }) => `${endpoint} ${outcome}`)).toEqual([
      'status committed',
      'main committed',
    ]);
    await world.close();
  });

  it("[PA-19] goes to the object's own namespace, also from an operator that serves all", async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 1), { clusterwide: true });
    await world.start();
    await world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'far' } });
    await world.create(example('a', { metadata: { namespace: 'far' } }));
    await world.settle();
    expect(world.writes().map(({ path }) => path.split('/kopfexamples')[0])).toEqual(Array(2).fill('/apis/kopf.dev/v1/namespaces/far'));
    await world.close();
  });

  it('[PA-02] takes the touch of a Kopf operator along, but is not made for it alone', async () => {
    const world = await createWorld((kopf) => void kopf.on.update('KopfExample', { id: 'upd' }, () => undefined));
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.settle();
    await world.patch(A, { metadata: { annotations: { [TOUCH]: '2020-01-01T00:00:00' } } });
    const before = world.writes().length;
    await world.advance('1h');
    expect(world.writes()).toHaveLength(before);
    await world.patch(A, { spec: { n: 2 } });
    await world.settle();
    expect((await world.get(A))?.metadata.annotations).not.toHaveProperty([TOUCH]);
    expect(world.writes()).toHaveLength(before + 1);
    await world.close();
  });

  it('[P-06] is one patch for all handlers of a pass and the bookkeeping; each handler begins with an empty one', async () => {
    const begun: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'one' }, ({ patch }) => {
        begun.push(patch.isEmpty());
        patch.spec.first = 'one';
        patch.spec.last = 'one';
      });
      kopf.on.create('KopfExample', { id: 'two' }, ({ patch }) => {
        begun.push(patch.isEmpty());
        patch.spec.last = 'two';
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(begun).toEqual([true, true]);
    expect(world.writes().map(shape)).toEqual(['main json']);
    expect(world.writes()[0]?.body).toMatchObject([
      { op: 'test', path: '/metadata/uid' },
      { op: 'add', path: '/spec/first', value: 'one' },
      { op: 'add', path: '/spec/last', value: 'two' },
      { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'add', path: '/metadata/annotations', value: { [LHC]: expect.any(String) as string } },
    ]);
    await world.close();
  });

  it('[RS-03] merges a mapping result with the one on the object; nulls in it delete', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ b: null, c: { d: 1 } })));
    await world.create(example());
    await world.mergeStatus(A, { made: { a: 1, b: 2, c: { e: 2 } } });
    await world.start();
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ made: { a: 1, c: { d: 1, e: 2 } } });
    await world.close();
  });

  it('leads from any state to any other, by functions and merging, as the server applies it', async () => {
    const leaf = fc.constantFrom<Json>(1, 'x', true, [], {}, 'a/b~c<&>');
    const { object } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f'), tie('value'), { maxKeys: 3 }),
    }));
    const cases = fc.sample(fc.tuple(object, object, object), { numRuns: 60, seed: 4 });
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ name, patch }) => {
        const [, merged, after] = cases[Number(name.slice(1))] ?? [];
        patch.spec = structuredClone(merged);
        patch.fns.push((body) => {
          body.spec.function = structuredClone(after);
          body.status = { ...body.status, function: structuredClone(after) };
        });
      });
    });
    for (const [i, [before]] of cases.entries()) {
      await world.create(example(`n${i}`, { spec: { ...before, function: cases[i]?.[1] ?? {} } }));
    }
    await world.start();
    await world.advance(60);
    for (const [i, [before, merged, after]] of cases.entries()) {
      const found = await world.get({ ...A, metadata: { ...A.metadata, name: `n${i}` } });
      expect(found?.['status']).toEqual({ function: after });
      expect(found?.['spec']).toEqual({ ...applyMergePatch<JsonObject>(before, merged), function: after });
    }
    expect(world.factsOf('fields-not-kept')).toEqual([]);
    await world.close();
  });
});

describe('what becomes of what was sent', () => {
  it('[PA-15] is nothing, and no error, for an object that is gone', async () => {
    let release: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async () => {
        await new Promise<void>((resolve) => (release = resolve));
        return 1;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    world.faults.add({ kind: 'meanwhile', when: 'before', act: () => world.delete(A) }, { when: ({ method }) => method === 'PATCH' });
    release();
    await world.advance('10m');
    expect(world.factsOf('write-ended').map(({ outcome }) => outcome)).toEqual(['gone']);
    expect(world.factsOf('object-failed')).toEqual([]);
    await world.close();
  });

  it('[PA-16] is kept and sent again after an error, without calling the handler again', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => (calls += 1)));
    await world.start();
    world.faults.add({ kind: 'status', code: 400 }, { when: ({ method }) => method === 'PATCH', times: 3 });
    await world.create(example());
    await world.advance(60);
    expect(calls).toBe(1);
    expect((await world.get(A))?.['status']).toEqual({ made: 1 });
    expect(world.factsOf('object-failed')).toHaveLength(3);
    await world.close();
  });

  it('[PA-17] may be half of it: a crash between results and essence repeats the handler and loses nothing', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) })));
    await world.start();
    world.faults.add({ kind: 'kill', point: 'c1' }, { when: (call) => call.method === 'PATCH' && shape(call) === 'main json' });
    await world.create(example());
    await world.settle();
    expect(await world.get(A)).toMatchObject({ status: { made: { call: 1 } } });
    expect(storedEssence(await world.get(A))).toBeUndefined();
    await world.restart();
    await world.settle();
    expect(await world.get(A)).toMatchObject({ status: { made: { call: 2 } } });
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    await world.close();
  });

  it('[PA-33] ends the wait for it: the last version answered is the one known, and its event is an echo', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 1));
    await world.start();
    await world.create(example());
    await world.settle();
    const version = (await world.get(A))?.metadata.resourceVersion;
    expect(world.factsOf('write-ended').at(-1)).toMatchObject({ resourceVersion: version });
    expect(world.factsOf('event-dropped').at(-1)).toMatchObject({ resourceVersion: version, why: 'echo' });
    expect(world.factsOf('object-waiting')).toEqual([]);
    await world.close();
  });

  it('[PA-34] is not waited for when the object went with it', async () => {
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance('10m');
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('object-waiting')).toEqual([]);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    expect(world.writes().map(shape)).toEqual(['main json', 'main json', 'main json']);
    await world.close();
  });
});

describe('a handler that is to be tried again', () => {
  const waiting = (delay: number | null, tries: number[]) =>
    createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry, patch }) => {
        tries.push(retry);
        patch.spec.tried = retry;
        if (retry === 0) throw new TemporaryError('wait', { delay });
      });
    });

  it('[PA-20, PA-22] is woken by time, not by the event of its own patch, and no touch is written for it', async () => {
    const tries: number[] = [];
    const world = await waiting(30, tries);
    await world.start();
    await world.create(example());
    await world.advance(29);
    expect(tries).toEqual([0]);
    const writes = world.writes().length;
    expect(writes).toBe(1);
    await world.advance(2);
    expect(tries).toEqual([0, 1]);
    expect(world.writes()).toHaveLength(writes + 1);
    expect(JSON.stringify(world.writes().map(({ body }) => body))).not.toContain('touch-dummy');
    await world.close();
  });

  it('[PA-23, PA-26] goes on sleeping when something happens meanwhile: what happens is looked at, its time stays', async () => {
    const tries: number[] = [];
    const world = await waiting(30, tries);
    await world.start();
    await world.create(example());
    await world.advance(10);
    await world.patch(A, { spec: { other: 1 } });
    await world.advance(10);
    expect(tries).toEqual([0]);
    expect(world.factsOf('cause-detected').length).toBeGreaterThan(1);
    await world.advance(11);
    expect(tries).toEqual([0, 1]);
    await world.close();
  });

  it('[PA-24] is tried at once without a delay', async () => {
    const tries: number[] = [];
    const world = await waiting(null, tries);
    await world.start();
    await world.create(example());
    await world.settle();
    expect(tries).toEqual([0, 1]);
    expect(JSON.stringify(world.writes().map(({ body }) => body))).not.toContain('touch-dummy');
    await world.close();
  });
});
