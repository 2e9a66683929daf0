import type { Registry } from '@kopfts/core';
import type { HistoryEntry } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER } from './world.js';

const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(2, '0')}`);
const within = (namespace: string, name: string) => example(name, { metadata: { name, namespace } });
const never = (): Promise<void> => new Promise(() => undefined);
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** The most objects that had a write of results behind them, and the one of the essence still before them. */
function mostBegun(history: readonly HistoryEntry[]): number {
  const begun = new Set<string>();
  let most = 0;
  for (const entry of history) {
    if (entry.kind !== 'call' || entry.method !== 'PATCH') continue;
    const [path = ''] = entry.path.split('?');
    if (path.endsWith('/status')) begun.add(path.slice(0, -'/status'.length));
    else begun.delete(path);
    most = Math.max(most, begun.size);
  }
  return most;
}

/** The most writes that were in flight at one time. */
function mostWritesInFlight(history: readonly HistoryEntry[]): number {
  const open = new Set<number>();
  let most = 0;
  for (const entry of history) {
    if (entry.kind === 'call' && entry.method === 'PATCH') open.add(entry.call);
    if (entry.kind === 'return') open.delete(entry.call);
    most = Math.max(most, open.size);
  }
  return most;
}

describe('whose turn it is', () => {
  it('[D13, L6] a new object is handled before the backlog of the start, and the backlog in its order, with one worker', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', async ({ name }) => {
          await world.clock.sleep(1000, new AbortController().signal);
          seen.push(name);
        }),
      { objects: names(30, 'old').map((name) => example(name)), settings: { queueing: { workerLimit: 1 } } },
    );
    await world.start();
    await world.advance(2.5);
    await world.create(example('new'));
    await world.advance(60);
    expect(seen.indexOf('new')).toBeLessThanOrEqual(4);
    expect(seen.filter((name) => name !== 'new')).toEqual(names(30, 'old'));
    await world.close();
  });

  it('a deletion is handled before everything that waits, also one that was waiting as something else', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
          await world.clock.sleep(1000, new AbortController().signal);
          seen.push(name);
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, ({ name }) => void seen.push(`delete ${name}`));
      },
      {
        objects: names(20, 'old').map((name) => example(name, { metadata: { name, namespace: 'default', finalizers: [FINALIZER] } })),
        settings: { queueing: { workerLimit: 1 } },
      },
    );
    await world.start();
    await world.advance(0.5);
    await world.delete({ ...A, metadata: { name: 'old19', namespace: 'default' } });
    await world.advance(30);
    expect(seen.indexOf('delete old19')).toBeLessThanOrEqual(2);
    expect(await world.get({ ...A, metadata: { name: 'old19', namespace: 'default' } })).toBeUndefined();
    await world.close();
  });

  it('[L6] a burst in one namespace does not hold up a change in another', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', async ({ name }) => {
          await world.clock.sleep(1000, new AbortController().signal);
          seen.push(name);
        }),
      { objects: [namespace('crowded'), namespace('quiet')], settings: { queueing: { workerLimit: 2 } } },
    );
    await world.start();
    for (const name of names(60, 'burst')) await world.create(within('crowded', name));
    await world.advance(1.5);
    await world.create(within('quiet', 'alone'));
    await world.advance(60);
    expect(seen.indexOf('alone')).toBeLessThanOrEqual(6);
    expect(seen).toHaveLength(61);
    await world.close();
  });

  it('a retry waits behind live changes, and has its turn all the same', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { backoff: 2 }, async ({ name, retry }) => {
          await world.clock.sleep(1000, new AbortController().signal);
          seen.push(name);
          if (name === 'poor' && retry === 0) throw new Error('again');
        }),
      { settings: { queueing: { workerLimit: 1 } } },
    );
    await world.start();
    await world.create(example('poor'));
    await world.advance(1.5);
    for (const name of names(5, 'early')) await world.create(example(name));
    // As many come as can be handled: there is always a live change to prefer.
    for (const name of names(40, 'later')) {
      await world.create(example(name));
      await world.advance(1);
    }
    expect(seen.lastIndexOf('poor')).toBeGreaterThan(3);
    expect(seen.lastIndexOf('poor')).toBeLessThanOrEqual(30);
    await world.close();
  });
});

describe('writes in flight', () => {
  it('[S19, B-24] there are no more than the write limit, also after a restart with something to write for every object', async () => {
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined), {
      objects: names(40, 'o').map((name) => example(name)),
      settings: { queueing: { writeLimit: 3 } },
    });
    world.faults.add({ kind: 'delay', ms: 1000 }, { when: (call) => call.method === 'PATCH', times: 1e6 });
    await world.start();
    await world.advance('5m');
    expect(mostWritesInFlight(world.history)).toBe(3);
    const objects = await world.list(A);
    expect(objects.map(({ metadata }) => metadata.finalizers)).toEqual(objects.map(() => [FINALIZER]));
    await world.close();
  });

  it('there are 50 at most by default', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'done'), {
      objects: names(70, 'o').map((name) => example(name)),
    });
    world.faults.add({ kind: 'delay', ms: 1000 }, { when: (call) => call.method === 'PATCH', times: 1e6 });
    await world.start();
    await world.advance('5m');
    expect(mostWritesInFlight(world.history)).toBe(50);
    expect((await world.list(A)).every((object) => object['status'] !== undefined)).toBe(true);
    await world.close();
  });

  it('of what is begun go before those of what is not: few objects are in the middle, however many wait', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'done'), {
      objects: names(40, 'o').map((name) => example(name)),
      settings: { queueing: { writeLimit: 2 } },
    });
    world.faults.add({ kind: 'delay', ms: 1000 }, { when: (call) => call.method === 'PATCH', times: 1e6 });
    await world.start();
    await world.advance('5m');
    expect(mostBegun(world.history)).toBeGreaterThan(0);
    expect(mostBegun(world.history)).toBeLessThanOrEqual(6);
    expect((await world.list(A)).every((object) => object['status'] !== undefined)).toBe(true);
    await world.close();
  });

  /** Nothing is written for an hour. */
  const away = (world: Awaited<ReturnType<typeof createWorld>>, path: RegExp): void => {
    const when = (call: { readonly method: string; readonly path: string }) => call.method === 'PATCH' && path.test(call.path);
    world.faults.add({ kind: 'delay', ms: 3_600_000 }, { when, times: 1e6 });
  };

  it('of a long list wait for few handlers at a time: what was not written would be lost by a crash, and is in memory', async () => {
    const seen = new Set<string>();
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.add(name)), {
      objects: names(200, 'o').map((name) => example(name)),
    });
    away(world, /./);
    await world.start();
    await world.advance(10);
    // 50 are being written, and 32 are ready to be.
    expect(seen.size).toBe(82);
    await world.close();
  });

  it('do not hold up handlers that take their time, not even when these wait for each other', async () => {
    const seen = new Set<string>();
    let meet: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (meet = resolve));
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
          seen.add(name);
          if (seen.size === 200) meet();
          await all;
          return 'met';
        }),
      { objects: names(200, 'o').map((name) => example(name)) },
    );
    await world.start();
    await world.advance('2m');
    expect((await world.list(A)).every((object) => object['status'] !== undefined)).toBe(true);
    await world.close();
  });

  it.each([
    { what: 'handlers of the deletion', declare: (kopf: Registry) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined) },
    { what: 'no handlers of it', declare: () => undefined },
  ])('do not hold up handlers for deletions that wait for daemons, with $what', async ({ declare }) => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        declare(kopf);
        kopf.on.create('KopfExample', { id: 'made', labels: { made: 'yes' } }, ({ name }) => void seen.push(name));
        // It does not listen, and is given up after an hour.
        kopf.daemon('KopfExample', { id: 'deaf', finalizer: true, labels: { deaf: 'yes' }, cancellationTimeout: 3600 }, () => never());
      },
      { objects: names(100, 'o').map((name) => example(name, { metadata: { name, namespace: 'default', labels: { deaf: 'yes' } } })) },
    );
    await world.start();
    await world.advance('2m');
    for (const name of names(100, 'o')) await world.delete({ ...A, metadata: { ...A.metadata, name } });
    await world.advance(10);
    await world.create(example('late', { metadata: { name: 'late', namespace: 'default', labels: { made: 'yes' } } }));
    await world.advance(10);
    expect(seen).toEqual(['late']);
    await world.close();
  });

  it.each([
    { of: 'as many as there are', queueing: {} },
    { of: 'only one worker', queueing: { workerLimit: 1 } },
  ])('of one kind do not hold up handlers of another: $of', async ({ queueing }) => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => 'done');
        kopf.on.create('namespaces', { id: 'space' }, ({ name }) => void seen.push(name));
      },
      { objects: names(200, 'o').map((name) => example(name)), settings: { queueing } },
    );
    away(world, /kopfexamples/);
    await world.start();
    await world.advance(10);
    await world.create(namespace('late'));
    await world.advance(10);
    expect(seen).toContain('late');
    await world.close();
  });

  it('[L3] a deletion is neither stuck behind writes that are refused again and again, nor behind handlers that wait to write', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => 'done');
        kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      },
      {
        objects: [example('a', { metadata: { finalizers: [FINALIZER] } })],
        settings: { queueing: { workerLimit: 1, writeLimit: 1 } },
      },
    );
    const refused = {
      kind: 'status' as const,
      code: 403,
      body: JSON.stringify({ kind: 'Status', status: 'Failure', code: 403, message: 'no' }),
    };
    world.faults.add(refused, { when: (call) => call.method === 'PATCH' && /\/bad\d\d/.test(call.path), times: 1e6 });
    await world.start();
    await world.settle();
    for (const name of names(20, 'bad')) await world.create(example(name));
    await world.advance(10);
    await world.delete(A);
    await world.advance(5);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });
});
