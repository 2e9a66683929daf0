import { PermanentError, TemporaryError, type ChangeArgs } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, storedEssence } from './world.js';

describe('a handling cycle', () => {
  it('[C-31, Y-14] a creation stays one until it is done, whatever is changed meanwhile; what succeeded is not repeated', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'once' }, ({ spec }) => void seen.push(['once', spec.size]));
      kopf.on.create('KopfExample', { id: 'twice' }, ({ spec, retry, old }) => {
        seen.push(['twice', spec.size, old]);
        if (retry === 0) throw new TemporaryError('wait', { delay: 5 });
      });
      kopf.on.update('KopfExample', { id: 'update_fn' }, () => void seen.push('update'));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.advance(6);
    expect(seen).toEqual([
      ['once', 1],
      ['twice', 1, undefined],
      ['twice', 2, undefined],
    ]);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 2 } });
    expect(progressOf(await world.get(A))).toEqual({});
    expect(world.factsOf('pass-ended')).toMatchObject([{ reason: 'create', succeeded: 2, failed: 0 }]);
    await world.close();
  });

  it('[C-32, B-08] a handler that succeeded is not called again for a newer change of the same cycle, as in Kopf', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'once' }, ({ spec }) => void seen.push(['once', spec.size]));
      kopf.on.update('KopfExample', { id: 'twice' }, ({ spec, retry, old }) => {
        seen.push(['twice', spec.size, old.spec.size]);
        if (retry === 0) throw new TemporaryError('wait', { delay: 5 });
      });
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    await world.patch(A, { spec: { size: 3 } });
    await world.advance(6);
    expect(seen).toEqual([
      ['once', 2],
      ['twice', 2, 1],
      ['twice', 3, 1],
    ]);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 3 } });
    await world.close();
  });

  it('a change that is taken back before it was handled leaves nothing: the next one is begun anew, by all handlers', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'once' }, ({ spec }) => void seen.push(['once', spec.size]));
      kopf.on.update('KopfExample', { id: 'late', timeout: '1h' }, ({ spec, retry }) => {
        seen.push(['late', spec.size, retry]);
        if (spec.size === 2) throw new TemporaryError('wait', { delay: 60 });
      });
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(Object.keys(progressOf(await world.get(A)))).toEqual(['once', 'late']);
    await world.patch(A, { spec: { size: 1 } });
    await world.settle();
    expect(progressOf(await world.get(A))).toEqual({});
    const { length } = world.writes();
    await world.advance('2h');
    expect(world.writes()).toHaveLength(length);
    await world.patch(A, { spec: { size: 3 } });
    await world.settle();
    expect(seen.slice(2)).toEqual([
      ['once', 3],
      ['late', 3, 0],
    ]);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });

  it('[C-33] a deletion supersedes an update that is not done', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'update_fn' }, () => {
        seen.push('update');
        throw new TemporaryError('wait', { delay: 5 });
      });
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, () => void seen.push('delete'));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    await world.delete(A);
    await world.advance(60);
    expect(seen).toEqual(['update', 'delete']);
    expect(world.factsOf('pass-superseded')).toMatchObject([{ old: 'update', by: 'delete', left: 1 }]);
    await world.close();
  });

  it('[F-18, G-12] a handler whose filters refuse the object in the middle is not waited for, and leaves no record', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'gold', labels: { tier: 'gold' } }, () => {
        seen.push('gold');
        throw new TemporaryError('wait', { delay: 60 });
      });
      kopf.on.create('KopfExample', { id: 'all' }, ({ retry }) => {
        seen.push('all');
        if (retry === 0) throw new TemporaryError('wait', { delay: 5 });
      });
    });
    await world.start();
    await world.create(example('a', { metadata: { labels: { tier: 'gold' } } }));
    await world.settle();
    await world.patch(A, { metadata: { labels: { tier: 'iron' } } });
    await world.advance(6);
    expect(seen).toEqual(['gold', 'all', 'all']);
    expect(progressOf(await world.get(A))).toEqual({});
    expect(storedEssence(await world.get(A))).toMatchObject({ metadata: { labels: { tier: 'iron' } } });
    await world.advance('1h');
    expect(seen).toHaveLength(3);
    await world.close();
  });

  it('[H-29] the next change calls everybody again, also who failed for good', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      const failing = ({ reason }: ChangeArgs): never => {
        seen.push(reason);
        throw new PermanentError('never');
      };
      kopf.on.create('KopfExample', { id: 'failing' }, failing);
      kopf.on.update('KopfExample', { id: 'failing' }, failing);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    for (const size of [2, 3]) {
      await world.patch(A, { spec: { size } });
      await world.settle();
    }
    expect(seen).toEqual(['create', 'update', 'update']);
    await world.close();
  });

  it('[Y-13] a change that no handler wants is handled silently: the essence is stored, nothing is told', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'update_fn' }, () => undefined);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 1 } });
    expect(world.factsOf('pass-ended')).toEqual([]);
    expect(world.writes()).toHaveLength(1);
    await world.close();
  });

  it('[Y-12] it is told what is being handled, with the difference', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'update_fn' }, () => undefined);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(world.factsOf('cause-detected').filter(({ reason }) => reason === 'update')).toMatchObject([
      { diff: [{ op: 'change', field: ['spec', 'size'], old: 1, new: 2 }] },
    ]);
    await world.close();
  });

  it('[Y-20] the end of an object calls no handler of changes', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, () => void seen.push('create'));
      kopf.on.delete('KopfExample', { id: 'delete_fn', optional: true }, () => void seen.push('delete'));
      kopf.on.field('KopfExample', { id: 'field_fn', field: 'spec' }, ({ reason }) => void seen.push(`field ${reason}`));
      kopf.on.event('KopfExample', { id: 'heard' }, ({ type }) => void seen.push(`event ${type}`));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    seen.length = 0;
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual(['event DELETED']);
    expect(world.factsOf('cause-detected').at(-1)).toMatchObject({ reason: 'gone' });
    await world.close();
  });
});

describe('an object that no handler of changes matches', () => {
  it('[F-42] still has its events and timers', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn', labels: { handled: 'yes' } }, () => void seen.push('create'));
      kopf.on.event('KopfExample', { id: 'heard' }, ({ type }) => void seen.push(`event ${type}`));
      kopf.timer('KopfExample', { id: 'tick' }, () => void seen.push('tick'));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['event ADDED', 'tick']);
    expect(world.writes()).toEqual([]);
    await world.close();
  });

  it('[F-43] keeps its essence when it ceases to match, and is updated from that when it matches again', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      const note = ({ reason, old, new: fresh }: ChangeArgs): void => void seen.push([reason, old?.spec.size, fresh.spec.size]);
      kopf.on.create('KopfExample', { id: 'note', labels: { handled: 'yes' } }, note);
      kopf.on.update('KopfExample', { id: 'note', labels: { handled: 'yes' } }, note);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 }, metadata: { labels: { handled: 'yes' } } }));
    await world.settle();
    await world.patch(A, { metadata: { labels: { handled: 'no' } }, spec: { size: 2 } });
    await world.settle();
    expect(storedEssence(await world.get(A))).toMatchObject({ spec: { size: 1 } });
    await world.patch(A, { metadata: { labels: { handled: 'yes' } }, spec: { size: 3 } });
    await world.settle();
    expect(seen).toEqual([
      ['create', undefined, 1],
      ['update', 1, 3],
    ]);
    await world.close();
  });
});

describe('handlers and filters', () => {
  it('[H-32] filters are not awaited: a promise is truthy, so it matches', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made', when: () => Promise.resolve(false) }, () => void (calls += 1));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(calls).toBe(1);
    await world.close();
  });

  it('[H-31] handlers may be sync or async', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'heard' }, ({ type }) => void seen.push(`event ${type}`));
      kopf.on.create('KopfExample', { id: 'async' }, async ({ patch }) => {
        await Promise.resolve();
        patch.status.phase = 'async';
      });
      kopf.on.create('KopfExample', { id: 'sync' }, ({ status }) => void seen.push(`sync after ${status.phase}`));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['event ADDED', 'sync after async', 'event MODIFIED', 'event MODIFIED']);
    await world.close();
  });
});
