import { describe, expect, it } from 'vitest';
import { added, deleted, held, listed, modified, startScripted, state, SYNCED, type Scripted } from './support/scripted-cluster.js';

/** Names of versions have no order here, as an API server may choose to have it. */
async function withUpdates(settings: Parameters<typeof startScripted>[1] = {}) {
  const seen: unknown[] = [];
  const world = await startScripted((kopf) => {
    kopf.on.create('KopfExample', { id: 'made' }, ({ spec }) => void seen.push(['create', spec['x']]));
    kopf.on.update('KopfExample', { id: 'changed' }, ({ spec }) => void seen.push(['update', spec['x']]));
  }, settings);
  return { world, seen };
}

/** Its creation was handled; the write is answered with the version `written`, which the watch has not brought yet. */
async function afterOwnWrite(world: Scripted): Promise<void> {
  await world.say(...SYNCED, added(state('first', { x: 1 })));
  await world.answer({ kind: 'committed', object: state('written', { x: 1 }, { spec: { x: 1 } }) });
}

describe('own writes, where versions have no order', () => {
  it('[Q-10, Q-12, Y-08] change handlers wait for the version of an own write, for five seconds at most', async () => {
    const { world, seen } = await withUpdates();
    await afterOwnWrite(world);
    await world.say(modified(state('older', { x: 0 }, { spec: { x: 1 } })));
    await world.advance(4.9);
    expect(seen).toEqual([['create', 1]]);
    await world.advance(0.2);
    expect(seen).toEqual([
      ['create', 1],
      ['update', 0],
    ]);
    await world.close();
  });

  it('[Q-11, Y-08] they go on at once when it comes', async () => {
    const { world, seen } = await withUpdates();
    await afterOwnWrite(world);
    await world.say(modified(state('older', { x: 0 }, { spec: { x: 1 } })));
    await world.say(modified(state('written', { x: 1 }, { spec: { x: 1 } })), modified(state('later', { x: 2 }, { spec: { x: 1 } })));
    expect(seen).toEqual([
      ['create', 1],
      ['update', 2],
    ]);
    await world.close();
  });

  it('[H-30] handlers of events and timers do not wait', async () => {
    const seen: unknown[] = [];
    const world = await startScripted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.update('KopfExample', { id: 'changed' }, () => void seen.push('update'));
      kopf.on.event('KopfExample', { id: 'seen' }, ({ spec }) => void seen.push(['event', spec['x']]));
      kopf.timer('KopfExample', { id: 'tick', field: 'spec.tick', interval: 1 }, () => void seen.push('tick'));
    });
    await afterOwnWrite(world);
    seen.length = 0;
    await world.say(modified(state('older', { x: 0, tick: true }, { spec: { x: 1 } })));
    await world.advance(1.5);
    expect(seen).toEqual([['event', 0], 'tick', 'tick']);
    await world.close();
  });

  it('[Q-13] they wait for nothing when the time-out is 0', async () => {
    const { world, seen } = await withUpdates({ persistence: { consistencyTimeout: 0 } });
    await afterOwnWrite(world);
    await world.say(modified(state('older', { x: 0 }, { spec: { x: 1 } })));
    expect(seen).toEqual([
      ['create', 1],
      ['update', 0],
    ]);
    await world.close();
  });

  it('[Q-04, Q-14] an object without work rests at once, and the wait outlasts that', async () => {
    const { world, seen } = await withUpdates();
    await afterOwnWrite(world);
    expect(world.operator.inspect().collections[0]?.objects).toMatchObject([{ resting: true, inPass: false }]);
    await world.advance(3);
    await world.say(modified(state('older', { x: 0 }, { spec: { x: 1 } })));
    expect(seen).toEqual([['create', 1]]);
    await world.advance(2.1);
    expect(seen).toHaveLength(2);
    await world.close();
  });

  it.each([
    { id: '[Q-16]', what: 'was asked for once', again: false },
    { id: '[Q-17]', what: 'is asked for again and again', again: true },
  ])('$id a write that changes nothing and $what is not waited for: the next change is handled at once', async ({ again }) => {
    const seen: unknown[] = [];
    const world = await startScripted((kopf) => {
      kopf.on.event('KopfExample', { id: 'same' }, ({ patch, spec }) => {
        if (again || spec['x'] === 1) patch.meta.labels['seen'] = 'yes';
      });
      kopf.on.update('KopfExample', { id: 'changed' }, ({ spec }) => void seen.push(spec['x']));
    });
    await world.say(...SYNCED, added(state('first', { x: 1 }, { spec: { x: 1 } })));
    await world.answer({ kind: 'committed', object: state('first', { x: 1 }, { spec: { x: 1 } }) });
    await world.say(modified(state('second', { x: 2 }, { spec: { x: 1 } })));
    if (again) await world.answer({ kind: 'committed', object: state('second', { x: 2 }, { spec: { x: 1 } }) });
    expect(seen).toEqual([2]);
    await world.close();
  });

  it('[S2] an answer that comes after the watch brought its version, and a newer one, is not taken for news', async () => {
    const { world, seen } = await withUpdates();
    await world.say(...SYNCED, added(state('first', { x: 1 })));
    await world.say(modified(state('written', { x: 1 }, { spec: { x: 1 } })), modified(state('newer', { x: 2 }, { spec: { x: 1 } })));
    await world.answer({ kind: 'committed', object: state('written', { x: 1 }, { spec: { x: 1 } }) });
    expect(seen).toEqual([
      ['create', 1],
      ['update', 2],
    ]);
    await world.close();
  });

  it('[Z-06] no finalizer is removed on a state older than the last own write', async () => {
    const seen: string[] = [];
    const world = await startScripted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('delete'));
    });
    await world.say(...SYNCED, added(held(state('first'))));
    await world.answer({ kind: 'committed', object: held(state('written', {}, { spec: {} })) });
    await world.say(modified(held(state('older'), true)));
    expect({ seen, writes: world.writes.length }).toEqual({ seen: ['create'], writes: 1 });
    await world.say(modified(held(state('written', {}, { spec: {} }))), modified(held(state('newest', {}, { spec: {} }), true)));
    expect({ seen, writes: world.writes.length }).toEqual({ seen: ['create', 'delete'], writes: 2 });
    await world.close();
  });

  it('[Y-07] the end of an object is not waited with', async () => {
    const { world } = await withUpdates();
    await afterOwnWrite(world);
    await world.say(deleted(state('end', { x: 1 })));
    expect(world.facts.of('object-forgotten')).toHaveLength(1);
    expect(world.facts.of('cause-detected').at(-1)?.reason).toBe('gone');
    await world.close();
  });
});

describe('versions that fall', () => {
  it('[B26] a restored backup opens one epoch: what is known of versions is forgotten, once, and handled anew', async () => {
    const { world, seen } = await withUpdates();
    await world.say(
      { kind: 'sync-begin', newEpoch: false },
      listed(state('100', { x: 1 }, { spec: { x: 1 } })),
      { kind: 'sync-end', resourceVersion: '100' },
      modified(state('110', { x: 2 }, { spec: { x: 1 } })),
    );
    await world.answer({ kind: 'committed', object: state('111', { x: 2 }, { spec: { x: 2 } }) });
    expect(seen).toEqual([['update', 2]]);
    await world.say({ kind: 'sync-begin', newEpoch: true }, listed(state('90', { x: 1 }, { spec: { x: 0 } })), {
      kind: 'sync-end',
      resourceVersion: '95',
    });
    expect(seen).toEqual([
      ['update', 2],
      ['update', 1],
    ]);
    await world.answer({ kind: 'committed', object: state('96', { x: 1 }, { spec: { x: 1 } }) });
    await world.say(modified(state('91', { x: 7 }, { spec: { x: 1 } })));
    expect(seen).toHaveLength(2);
    expect(world.facts.of('epoch-opened')).toHaveLength(1);
    await world.close();
  });
});
