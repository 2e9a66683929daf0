import { describe, expect, it } from 'vitest';
import { A, createWorld, example, storedEssence } from './world.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const status = (code: number, message = 'no') => ({
  kind: 'status' as const,
  code,
  body: JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code, message }),
});

describe('lost wake-ups and bodies at rest', () => {
  it.each(SEEDS)('handles as an update what a timer patched, and tells event handlers (seed %i)', async (seed) => {
    const updates: unknown[] = [];
    const events: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.timer('KopfExample', { interval: 1000, initialDelay: 5 }, ({ patch }) => void (patch.spec.ticked = true));
        kopf.on.update('KopfExample', { id: 'upd' }, ({ new: fresh }) => void updates.push(fresh.spec.ticked));
        kopf.on.event('KopfExample', { id: 'ev' }, ({ spec }) => void events.push(spec.ticked));
      },
      { seed },
    );
    await world.start();
    await world.create(example());
    await world.advance(60);
    expect((await world.get(A))?.['spec']).toEqual({ ticked: true });
    expect({ updates, last: events.at(-1) }).toEqual({ updates: [true], last: true });
    await world.close();
  });

  it.each(SEEDS)('tells event handlers of a flush while the pass runs (seed %i)', async (seed) => {
    const events: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'one' }, () => ({ ok: 1 }));
        kopf.on.create('KopfExample', { id: 'slow' }, () => new Promise(() => undefined));
        kopf.on.event('KopfExample', { id: 'ev' }, ({ status: seen }) => void events.push(seen.one?.ok));
      },
      { seed },
    );
    await world.start();
    await world.create(example());
    await world.advance(60);
    expect(events.at(-1)).toBe(1);
    await world.close();
  });

  it('survives a timer whose running invocation ends after its filters ceased to match', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 10, labels: { on: 'yes' } }, () => new Promise<void>((resolve) => (finish = resolve)));
    });
    await world.start();
    await world.create(example('a', { metadata: { labels: { on: 'yes' } } }));
    await world.settle();
    await world.patch(A, { metadata: { labels: { on: 'no' } } });
    await world.settle();
    finish();
    await world.advance(1);
    expect(world.factsOf('operator-stopped')).toEqual([]);
    await world.close();
  });

  it('tells event handlers of an unseen deletion also when the object was at rest, and forgets it', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', ({ type }) => void seen.push(type)));
    await world.start();
    await world.create(example());
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 3 });
    world.breakWatches();
    await world.delete(A);
    world.server.compact();
    await world.advance('10m');
    expect(
      world
        .factsOf('object-failed')
        .map(({ error }) => error.message)
        .slice(0, 2),
    ).toEqual([]);
    expect(seen).toEqual(['ADDED', 'DELETED']);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });

  it('serves a kind anew that gained a status endpoint, with its timers, and lives on', async () => {
    const world = await createWorld((kopf) => void kopf.timer('KopfExample', { id: 't', interval: 10 }, () => undefined), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', status: false },
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
    const found = await world.get(crd);
    const versions = (found?.['spec'] as { versions: object[] }).versions.map((one) => ({ ...one, subresources: { status: {} } }));
    await world.patch(crd, { spec: { versions } });
    await world.advance(30);
    expect(world.factsOf('kind-released')).toHaveLength(1);
    expect(world.factsOf('operator-stopped')).toEqual([]);
    const running = world.factsOf('timer-spawned').length - world.factsOf('timer-ended').length;
    expect(running).toBe(1);
    await world.close();
  });

  it('does not go on with retries of a kind that is served anew', async () => {
    const calls: number[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { id: 'c', backoff: 30 }, ({ retry }) => {
          calls.push(retry);
          throw new Error('boom');
        }),
      { kind: { group: 'kopf.dev', kind: 'KopfExample', status: false } },
    );
    await world.start();
    await world.create(example());
    await world.advance(1);
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
    const found = await world.get(crd);
    const versions = (found?.['spec'] as { versions: object[] }).versions.map((one) => ({ ...one, subresources: { status: {} } }));
    await world.patch(crd, { spec: { versions } });
    await world.advance(35);
    expect(world.factsOf('kind-released')).toHaveLength(1);
    expect(calls).toEqual([0, 1]);
    await world.close();
  });

  it('[C7] ends writing to an endpoint that the kind lost, and writes to the right one', async () => {
    let finish: () => void = () => undefined;
    const calls: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { id: 'c' }, async () => {
          calls.push('c');
          if (calls.length === 1) await new Promise<void>((resolve) => (finish = resolve));
          return { ok: 1 };
        }),
    );
    await world.start();
    await world.create(example());
    await world.advance(1);
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
    const found = await world.get(crd);
    const versions = (found?.['spec'] as { versions: object[] }).versions.map((one) => ({ ...one, subresources: null }));
    await world.patch(crd, { spec: { versions } });
    finish();
    await world.advance(60);
    const before = world.writes().length;
    await world.advance('10m');
    expect((await world.get(A))?.['status']).toEqual({ c: { ok: 1 } });
    expect(world.writes().length - before).toBe(0);
    await world.close();
  });

  it('does not loop adding a finalizer to an object whose deletion began meanwhile', async () => {
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
    await world.start();
    world.faults.add({ kind: 'delay', ms: 50 }, { when: (call) => call.method === 'PATCH' });
    await world.create(example('a', { metadata: { finalizers: ['example.com/foreign'] } }));
    await world.settle();
    await world.delete(A);
    await world.advance('1h');
    const before = world.writes().length;
    await world.advance('1h');
    expect(world.writes().length - before).toBe(0);
    expect(before).toBeLessThanOrEqual(2);
    await world.close();
  });
});

describe('poison', () => {
  it('does not call event handlers again when a filter of a timer throws', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'ev' }, () => void (calls += 1));
      kopf.timer('KopfExample', { interval: 10, when: ({ spec }) => (spec.a as { b: number }).b === 1 }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.advance(60);
    expect(calls).toBe(1);
    await world.close();
  });

  it('looks at newer states when the filter of an event handler throws on an older one, and handles changes', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event(
        'KopfExample',
        { id: 'ev', when: ({ spec }) => (spec.a as { b: number }).b === 1 },
        ({ spec }) => void seen.push(spec.a),
      );
      kopf.on.delete('KopfExample', { id: 'del' }, () => void seen.push('delete'));
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.patch(A, { spec: { a: { b: 1 } } });
    await world.advance('10m');
    await world.delete(A);
    await world.advance('1h');
    expect(seen).toContainEqual({ b: 1 });
    expect(seen).toContain('delete');
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('writes what a creation did although the filter of an update handler throws for a later edit', async () => {
    let finish: () => void = () => undefined;
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, () => {
        calls.push('c');
        return calls.length === 1 ? new Promise<void>((resolve) => (finish = resolve)) : undefined;
      });
      kopf.on.update(
        'KopfExample',
        {
          id: 'u',
          when: ({ old, new: fresh }) => {
            if (old !== undefined && fresh.spec.x === 2) throw new Error('broken');
            return true;
          },
        },
        () => undefined,
      );
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    finish();
    await world.advance(120);
    expect(calls).toEqual(['c']);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { x: 1 } });
    await world.close();
  });

  it('lets other objects go on while the writes of one are refused, also with one worker', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, ({ name }) => void seen.push(name)), {
      settings: { queueing: { workerLimit: 1 } },
    });
    await world.start();
    world.faults.add(status(403), { when: (call) => call.method === 'PATCH' && call.path.includes('/a?'), times: 1e6 });
    await world.create(example('a'));
    await world.advance(1);
    await world.create(example('b'));
    await world.advance('1h');
    expect(seen).toEqual(['a', 'b']);
    await world.close();
  });
});
