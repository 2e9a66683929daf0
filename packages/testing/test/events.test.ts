import { PermanentError, PRESENT, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, shape } from './world.js';

describe('event handlers', () => {
  it('[H-10] hear of every event: null for listed objects, then ADDED, MODIFIED, DELETED, each version once', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => void kopf.on.event('KopfExample', ({ type, name, event }) => void seen.push([type, name, event.object.metadata.name])),
      {
        objects: [example('old')],
      },
    );
    await world.start();
    await world.create(example('a'));
    await world.patch(A, { spec: { x: 1 } });
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual([
      [null, 'old', 'old'],
      ['ADDED', 'a', 'a'],
      ['MODIFIED', 'a', 'a'],
      ['DELETED', 'a', 'a'],
    ]);
    await world.close();
  });

  it('[H-11, H-12] are not called again for an event after an error', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', () => {
        calls += 1;
        throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect(calls).toBe(1);
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'ignored', error: { message: 'boom' } }]);
    await world.close();
  });

  it.each<{ readonly what: string; readonly error: Error }>([
    { what: 'a temporary error', error: new TemporaryError('later', { delay: 5 }) },
    { what: 'a permanent error', error: new PermanentError('never') },
  ])('[H-12] have failed for the event with $what: nothing is said of another attempt', async ({ error }) => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', () => {
        calls += 1;
        throw error;
      });
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect(calls).toBe(1);
    const ended = world.factsOf('handler-ended');
    expect(ended).toMatchObject([{ result: 'failed', error: { message: error.message } }]);
    expect(ended[0]).not.toHaveProperty('retryInMs');
    await world.close();
  });

  it('[H-13, H-14] write what they patch, and need neither finalizer nor progress', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ patch, type }) => {
        patch.status.seen = type;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ seen: 'MODIFIED' });
    expect(object?.metadata.finalizers).toBeUndefined();
    expect(object?.metadata.annotations).toBeUndefined();
    expect(world.writes().map(shape)).toEqual(['status json', 'status json']);
    await world.close();
  });

  it('run in order beside a running change handler, which waits for the events of its own state only', async () => {
    const log: string[] = [];
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ spec }) => void log.push(`event ${spec.n}`));
      kopf.on.create('KopfExample', { id: 'slow' }, async () => {
        log.push('begin');
        await new Promise<void>((resolve) => (finish = resolve));
        log.push('end');
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 0 } }));
    await world.settle();
    await world.patch(A, { spec: { n: 1 } });
    await world.patch(A, { spec: { n: 2 } });
    await world.settle();
    expect(log).toEqual(['event 0', 'begin', 'event 1', 'event 2']);
    finish();
    await world.settle();
    expect(log.slice(4, 5)).toEqual(['end']);
    await world.close();
  });

  it('[M-05] share the memo with the change handlers of the object, and fill it before they run', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { field: 'spec.name', value: PRESENT }, ({ memo, spec }) => void (memo.name = spec.name));
      kopf.on.create('KopfExample', { id: 'made' }, ({ memo }) => void seen.push(memo.name));
    });
    await world.start();
    await world.create(example('a', { spec: { name: 'Ada' } }));
    await world.settle();
    expect(seen).toEqual(['Ada']);
    await world.close();
  });

  it('merge neighbouring changes when one object floods them, and lose neither the first nor the last', async () => {
    const seen: unknown[] = [];
    let release: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', async ({ type, spec }) => {
        seen.push([type, spec.n]);
        if (type === 'ADDED') await new Promise<void>((resolve) => (release = resolve));
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 0 } }));
    await world.settle();
    for (let n = 1; n <= 300; n += 1) await world.patch(A, { spec: { n } });
    await world.delete(A);
    await world.settle();
    release();
    await world.settle();
    expect(seen[0]).toEqual(['ADDED', 0]);
    expect(seen.at(-1)).toEqual(['DELETED', 300]);
    expect(seen.at(-2)).toEqual(['MODIFIED', 300]);
    expect(seen.length).toBeLessThanOrEqual(130);
    expect(world.factsOf('events-merged').reduce((sum, { count }) => sum + count, 0)).toBe(302 - seen.length);
    await world.close();
  });

  it('[B9, S16] hear of deletions that nobody saw, and everything about the object is forgotten', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ type, spec }) => void seen.push([type, spec.n]));
      kopf.timer('KopfExample', { interval: 3600 }, () => undefined);
    });
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 3 });
    world.breakWatches();
    await world.delete(A);
    world.server.compact();
    await world.advance(60);
    expect(seen).toEqual([
      ['ADDED', 1],
      ['DELETED', 1],
    ]);
    expect(world.factsOf('event-seen').at(-1)).toMatchObject({ type: 'DELETED', inferred: true });
    expect(world.factsOf('timer-ended')).toHaveLength(1);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });
});
