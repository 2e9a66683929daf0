import { TemporaryError, type ChangeArgs } from '@kopfts/core';
import type { Harness } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { deaf, timedWorld } from './support/daemon-world.js';
import { A, createWorld, example, FINALIZER, progressOf, shape } from './world.js';

const ended = (world: Pick<Harness, 'factsOf'>, id: string): readonly string[] =>
  world.factsOf('handler-ended').flatMap(({ handler, result }) => (handler === id ? [result] : []));

describe('sub-handlers in trouble', () => {
  it('[A5, SH-10] a long pass writes what they have achieved; a death in the one that runs counts for it alone', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent', retries: 2 }, async ({ execute, retry }) => {
        seen.push(`parent ${retry}`);
        await execute({
          quick: () => 'quick',
          endless: ({ retry: own }: ChangeArgs) => {
            seen.push(`endless ${own}`);
            return new Promise(() => undefined);
          },
        });
      });
    });
    await world.start();
    await world.create(example());
    for (let life = 0; life < 3; life += 1) {
      await world.advance(3);
      expect((await world.get(A))?.['status']).toEqual({ 'parent/quick': 'quick' });
      expect(progressOf(await world.get(A))).toMatchObject({
        parent: { retries: 0, success: false, subrefs: ['parent/endless', 'parent/quick'] },
        'parent.quick': { success: true, retries: 1 },
        'parent.endless': { success: false, failure: false, retries: life + 1 },
      });
      world.kill();
      await world.start();
    }
    await world.advance(1);
    expect(seen).toEqual(['parent 0', 'endless 0', 'parent 0', 'endless 1', 'parent 0', 'endless 2', 'parent 0', 'endless 3']);
    await world.close();
  });

  it('[A5] a death in the code of the parent counts for the parent', async () => {
    const retries: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute, retry }) => {
        retries.push(retry);
        await execute({ child: () => undefined });
        await new Promise(() => undefined);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(3);
    expect(progressOf(await world.get(A))).toMatchObject({ parent: { retries: 1 }, 'parent.child': { success: true } });
    world.kill();
    await world.start();
    await world.advance(1);
    expect(retries).toEqual([0, 1]);
    await world.close();
  });

  it('[F6, SH-13] go on after a restart where they were, at their time', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, ({ register }) => {
        register(() => void seen.push('once'), { id: 'once' });
        register(
          ({ retry }) => {
            seen.push(`late ${retry}`);
            if (retry === 0) throw new TemporaryError('wait', { delay: 30 });
          },
          { id: 'late' },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    world.kill();
    await world.start();
    await world.advance(19);
    expect(seen).toEqual(['once', 'late 0']);
    await world.advance(2);
    expect(seen).toEqual(['once', 'late 0', 'late 1']);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });

  it('[E1, SH-10] a deletion cancels the one that runs, which is no attempt, and starts no other one', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        await execute({
          done: () => 'done',
          running: ({ signal }: ChangeArgs) =>
            new Promise((_, reject) => {
              seen.push('running');
              signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
            }),
          next: () => void seen.push('next'),
        });
        seen.push('after');
      });
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, () => void seen.push('deleted'));
    });
    await world.start();
    await world.create(example('a', { metadata: { finalizers: ['others.example.com/hold'] } }));
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual(['running', 'deleted']);
    const object = await world.get(A);
    expect(object?.metadata.finalizers).toEqual(['others.example.com/hold']);
    expect(object?.['status']).toEqual({ 'parent/done': 'done' });
    expect(progressOf(object)).toEqual({});
    expect(world.factsOf('handler-ended').map(({ handler, result }) => [handler, result])).toEqual([
      ['parent/done', 'succeeded'],
      ['parent/running', 'cancelled'],
      ['parent', 'cancelled'],
      ['delete_fn', 'succeeded'],
    ]);
    expect(world.factsOf('pass-superseded')).toMatchObject([{ old: 'create', by: 'delete', succeeded: 0, failed: 0, left: 1 }]);
    await world.close();
  });

  it('[G-31, SH-13] one function for creation and deletion begins anew with its sub-handlers under the deletion, and leaves no records', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      const parent = ({ register, reason }: ChangeArgs): void => {
        register(() => void seen.push(`${reason} once`), { id: 'once' });
        register(
          () => {
            seen.push(`${reason} late`);
            if (reason === 'create') throw new TemporaryError('wait', { delay: 600 });
          },
          { id: 'late' },
        );
      };
      kopf.on.create('KopfExample', { id: 'both' }, parent);
      kopf.on.delete('KopfExample', { id: 'both' }, parent);
    });
    await world.start();
    await world.create(example('a', { metadata: { finalizers: ['others.example.com/hold'] } }));
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual(['create once', 'create late', 'delete once', 'delete late']);
    await world.advance('10m');
    expect(seen).toHaveLength(4);
    const object = await world.get(A);
    expect(object?.metadata.finalizers).toEqual(['others.example.com/hold']);
    expect(progressOf(object)).toEqual({});
    await world.close();
  });

  it('[SH-10] a stop of the operator tells the one that runs, and keeps what the others achieved', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        await execute({
          done: () => void seen.push('done'),
          running: ({ signal, retry }: ChangeArgs) => {
            seen.push(`running ${retry}`);
            return retry > 0 || seen.length > 2
              ? undefined
              : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
          },
        });
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.stop();
    expect(progressOf(await world.get(A))).toMatchObject({ 'parent.done': { success: true }, 'parent.running': { retries: 0 } });
    await world.start();
    await world.settle();
    expect(seen).toEqual(['done', 'running 0', 'running 0']);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });

  it('[SH-10] a result that the cluster refuses is a failure of the sub-handler that returned it', async () => {
    const strict = {
      schema: {
        type: 'object',
        properties: {
          spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          status: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
            properties: { 'parent/bad': { type: 'string' } },
          },
        },
      },
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
          await execute({ bad: () => 42, good: () => 'good' });
          return 'parent';
        });
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', ...strict } },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({
      parent: 'parent',
      'parent/good': 'good',
      conditions: [expect.objectContaining({ status: 'False', message: expect.stringContaining("'parent/bad'") as string })],
    });
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'parent/bad' }]);
    await world.close();
  });

  it('[SH-10, Z-05] a deletion waits for the sub-handlers of its handlers', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, ({ register }) => {
        register(
          ({ retry }) => {
            if (retry === 0) throw new TemporaryError('wait', { delay: 5 });
          },
          { id: 'child' },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(4);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.advance(2);
    expect(await world.get(A)).toBeUndefined();
    expect(world.writes().map(shape)).toEqual(['main json', 'main json', 'main json', 'main json']);
    await world.close();
  });

  it('a parent whose time is over fails at once: it does not wait for what its sub-handlers would try again later', async () => {
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent', timeout: 10 }, ({ register }) => {
        const child = async (): Promise<never> => {
          await deaf(world, 12_000);
          throw new TemporaryError('later', { delay: 100 });
        };
        register(child, { id: 'child' });
      });
    });
    await world.start();
    await world.create(example());
    await world.until('the end of the parent', () => ended(world, 'parent').includes('failed'));
    expect(seconds()).toBeLessThan(14);
    expect(ended(world, 'parent')).toEqual(['unfinished', 'failed']);
  });

  it('an execution that nobody waits for fails its parent all the same, when it fails otherwise than by being unfinished', async () => {
    const { world } = await timedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent', errors: 'permanent' }, ({ execute }) => {
        const choose = (): never => {
          throw new Error('cannot choose');
        };
        execute({ child: () => undefined }, { lifecycle: choose }).catch(() => undefined);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('handler-ended').filter(({ handler }) => handler === 'parent')).toMatchObject([
      { result: 'failed', error: { message: expect.stringContaining('cannot choose') as string } },
    ]);
  });

  it('of several executions that are not finished, the one that is due first says when the parent goes on', async () => {
    const tried: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        const later = (delay: number) => (): never => {
          if (delay === 5) tried.push(seconds());
          throw new TemporaryError('later', { delay });
        };
        const late = execute({ late: later(50) });
        execute({ soon: later(5) }).catch(() => undefined);
        await late;
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(12);
    expect(tried).toEqual([0, 5, 10]);
  });

  it('a parent that is cancelled hears why, not that something is unfinished', async () => {
    const heard: unknown[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute, signal }) => {
        const waiting = () => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut')), { once: true }));
        await execute({ waiting, after: () => undefined }).catch((error: unknown) => {
          heard.push(String(error));
          throw error;
        });
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(heard).toEqual(['Error: the object is being deleted']);
    expect(ended(world, 'parent')).toEqual(['cancelled']);
  });
});
