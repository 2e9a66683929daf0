import { PRESENT } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, shape, storedEssence } from './world.js';

describe('creation, update, resumption', () => {
  it('[H-20, Y-15, PA-01] handles a creation with one status write and one metadata write', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', ({ reason, old, new: fresh, diff, retry, spec }) => {
        seen.push({ reason, old, fresh, diff, retry, name: spec.name });
        return { message: 'hello' };
      });
    });
    await world.start();
    await world.create(example('a', { spec: { name: 'world' } }));
    await world.settle();
    const essence = { spec: { name: 'world' } };
    const diff = [{ op: 'add', field: [], old: undefined, new: essence }];
    expect(seen).toEqual([{ reason: 'create', old: undefined, fresh: essence, diff, retry: 0, name: 'world' }]);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ create: { message: 'hello' } });
    expect(storedEssence(object)).toEqual({ spec: { name: 'world' } });
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    await world.close();
  });

  it('runs all due handlers in one pass, in the order of declaration, and lets later ones see what earlier ones patched', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'first' }, ({ patch }) => {
        patch.status.phase = 'one';
        patch.meta.labels.touched = 'yes';
      });
      kopf.on.create('KopfExample', { id: 'second' }, ({ status, labels, new: fresh }) => {
        seen.push(status.phase, labels['touched'], fresh);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.settle();
    expect(seen).toEqual(['one', 'yes', { spec: { x: 1 } }]);
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    await world.close();
  });

  it('[H-21, F-14, C-42] gives updates the difference, and field handlers only that of their field', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'all' }, ({ diff }) => void seen.push({ all: diff }));
      kopf.on.update(
        'KopfExample',
        { id: 'size', field: 'spec.size' },
        ({ old, new: fresh, diff }) => void seen.push({ old, fresh, diff }),
      );
      kopf.on.update('KopfExample', { id: 'other', field: 'spec.other' }, () => void seen.push('other'));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    expect(seen).toEqual([]);
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(seen).toEqual([
      { all: [{ op: 'change', field: ['spec', 'size'], old: 1, new: 2 }] },
      { old: 1, fresh: 2, diff: [{ op: 'change', field: [], old: 1, new: 2 }] },
    ]);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 2 } });
    await world.close();
  });

  it('[C-25, C-02] does nothing for changes that do not count: status, system metadata, our own annotations', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
      kopf.on.update('KopfExample', { id: 'changed' }, () => void seen.push('update'));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const before = world.writes().length;
    await world.mergeStatus(A, { ready: true });
    await world.patch(A, { metadata: { annotations: { 'other.kopf.zalando.org/fn': 'x' } } });
    await world.settle();
    expect(seen).toEqual(['create']);
    expect(world.writes()).toHaveLength(before);
    await world.close();
  });

  it('[F-40, F-41] leaves no traces on objects that no change handler could match, and handles them as new when they match', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { labels: { app: PRESENT } }, ({ reason }) => void seen.push(reason));
    });
    await world.start();
    await world.create(example());
    await world.patch(A, { spec: { x: 1 } });
    await world.settle();
    expect(world.writes()).toEqual([]);
    await world.patch(A, { metadata: { labels: { app: 'x' } } });
    await world.settle();
    expect(seen).toEqual(['create']);
    await world.close();
  });

  it('[H-26, C-24, TRACE-6] resumes once per process, without a write, and not for objects it creates', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
      kopf.on.resume('KopfExample', { id: 'back' }, ({ reason }) => void seen.push(reason));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['create']);
    const before = world.writes().length;
    await world.restart();
    await world.settle();
    world.breakWatches();
    await world.advance('5m');
    expect(seen).toEqual(['create', 'resume']);
    expect(world.writes()).toHaveLength(before);
    await world.close();
  });

  it('[R-09, R-10] calls one function under one id once, however many reasons it was declared for', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        const both = ({ reason }: { reason: string }): void => void seen.push(reason);
        kopf.on.create('KopfExample', both);
        kopf.on.resume('KopfExample', both);
      },
      { objects: [example()] },
    );
    await world.start();
    await world.settle();
    expect(seen).toEqual(['create']);
    await world.restart();
    await world.settle();
    expect(seen).toEqual(['create', 'resume']);
    await world.close();
  });

  it('[C-30, OP-04] accumulates changes made while it was down into one difference', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.update('KopfExample', { id: 'changed' }, ({ diff }) => void seen.push(diff));
    });
    await world.start();
    await world.create(example('a', { spec: { a: 1 } }));
    await world.settle();
    world.kill();
    await world.patch(A, { spec: { a: 2 } });
    await world.patch(A, { spec: { b: 3 } });
    await world.start();
    await world.settle();
    expect(seen).toEqual([
      [
        { op: 'add', field: ['spec', 'b'], old: undefined, new: 3 },
        { op: 'change', field: ['spec', 'a'], old: 1, new: 2 },
      ],
    ]);
    await world.close();
  });

  it('writes once, to the main endpoint, where the kind has no status endpoint', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'done'), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', status: false },
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.writes().map(shape)).toEqual(['main json']);
    expect((await world.get(A))?.['status']).toEqual({ made: 'done' });
    await world.close();
  });

  it('[C-04] handles its own change of a field that counts as an update if somebody asked for updates of it', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void (patch.status.name = 'x'));
      kopf.on.update('KopfExample', { id: 'named', field: 'status.name' }, ({ old, new: fresh }) => void seen.push([old, fresh]));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([[undefined, 'x']]);
    await world.close();
  });

  it('handles an edit that arrives while a handler runs as an update of its own, from what was handled', async () => {
    const seen: unknown[] = [];
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => new Promise<void>((resolve) => (finish = resolve)));
      kopf.on.update('KopfExample', { id: 'changed' }, ({ diff }) => void seen.push(diff));
    });
    await world.start();
    await world.create(example('a', { spec: { a: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { a: 2 } });
    await world.settle();
    expect(seen).toEqual([]);
    finish();
    await world.settle();
    expect(seen).toEqual([[{ op: 'change', field: ['spec', 'a'], old: 1, new: 2 }]]);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });
});
