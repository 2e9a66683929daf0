import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER, shape } from './world.js';

const FOREIGN = 'example.com/foreign';

describe('deletion and finalizers', () => {
  it('[Z-03, H-22, TRACE-2] holds the object until its deletion was handled', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ meta }) => void seen.push(`create ${String(meta.finalizers)}`));
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, ({ reason }) => void seen.push(reason));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([`create ${FINALIZER}`]);
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual([`create ${FINALIZER}`, 'delete']);
    expect(await world.get(A)).toBeUndefined();
    expect(world.writes().map(shape)).toEqual(['main json', 'main json', 'main json']);
    await world.close();
  });

  it('[Z-05] keeps the finalizer until the last delete handler is done, over a restart', async () => {
    let open = false;
    const world = await createWorld((kopf) => {
      kopf.on.delete('KopfExample', { id: 'first' }, () => undefined);
      kopf.on.delete('KopfExample', { id: 'last', backoff: 10 }, () => {
        if (!open) throw new Error('not yet');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(25);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    world.kill();
    open = true;
    await world.start();
    await world.advance(11);
    expect(await world.get(A)).toBeUndefined();
    const first = world.factsOf('handler-started').filter(({ handler }) => handler === 'first');
    expect(first).toHaveLength(1);
    await world.close();
  });

  it('[H-23, B-34] needs no finalizer for optional delete handlers, and does not hold the object for them', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.delete('KopfExample', { id: 'maybe', optional: true }, () => void seen.push('delete'));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toBeUndefined();
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual([]);
    await world.close();
  });

  it('[Z-04, E8] removes the finalizer once, without handlers, when the code that needed it is gone', async () => {
    let needed = true;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      if (needed) kopf.on.delete('KopfExample', { id: 'gone' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    needed = false;
    await world.restart();
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toBeUndefined();
    await world.close();
  });

  it('[E2, C-21] leaves an object alone that is held by others only', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('delete')));
    await world.start();
    await world.create(example('a', { metadata: { finalizers: [FOREIGN] } }));
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toEqual([FOREIGN, FINALIZER]);
    await world.delete(A);
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toEqual([FOREIGN]);
    const writes = world.writes().length;
    await world.patch(A, { metadata: { labels: { touched: 'yes' } } });
    await world.advance('1h');
    expect(seen).toEqual(['delete']);
    expect(world.writes()).toHaveLength(writes);
    await world.close();
  });

  it('[E5] tells a running creation handler that the object is being deleted, and waits for its end', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create(
        'KopfExample',
        { id: 'busy' },
        ({ signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              seen.push('told');
              reject(new Error('cancelled'));
            }),
          ),
      );
      kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('delete'));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual(['told', 'delete']);
    expect(world.factsOf('handler-ended').map(({ handler, result }) => [handler, result])).toEqual([
      ['busy', 'cancelled'],
      ['bye', 'succeeded'],
    ]);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('goes on without a cancelled handler that does not end within the cancellation time-out', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'deaf' }, () => new Promise(() => undefined));
        kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      },
      { settings: { execution: { cancellationTimeout: 20 } } },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(19);
    expect(await world.get(A)).toBeDefined();
    await world.advance(2);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('[E3] changes only its own element when others edit the list at the same time', async () => {
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
    await world.start();
    world.faults.add({ kind: 'delay', ms: 50 }, { when: (call) => call.method === 'PATCH' });
    await world.create(example());
    await world.settle();
    await world.patch(A, { metadata: { finalizers: [FOREIGN] } });
    await world.advance(2);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FOREIGN, FINALIZER]);
    await world.close();
  });
});
