import { PermanentError, TemporaryError, type ChangeArgs } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, progressOf, shape, storedEssence } from './world.js';

describe('retries and progress', () => {
  it('[E-21, G-09, TRACE-3] waits in memory for the delay of a TemporaryError, with the progress on the object', async () => {
    const attempts: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ retry }) => {
        attempts.push(retry);
        if (retry === 0) throw new TemporaryError('wait', { delay: 10 });
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(progressOf(await world.get(A))).toEqual({
      create_fn: {
        started: expect.stringMatching(/\.\d{6}\+00:00$/) as string,
        delayed: expect.stringMatching(/\+00:00$/) as string,
        purpose: 'create',
        retries: 1,
        success: false,
        failure: false,
        message: 'wait',
      },
    });
    await world.advance(9.9);
    expect(attempts).toEqual([0]);
    await world.advance(0.2);
    expect(attempts).toEqual([0, 1]);
    const object = await world.get(A);
    expect(progressOf(object)).toEqual({});
    expect(storedEssence(object)).toEqual({ spec: {} });
    expect(world.writes().map(shape)).toEqual(['main json', 'main json']);
    await world.close();
  });

  it('[E-26, H-01] retries arbitrary errors after the back-off, 60 seconds by default', async () => {
    const attempts: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'slow' }, ({ retry }) => {
        attempts.push(retry);
        if (retry < 2) throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(59);
    expect(attempts).toEqual([0]);
    await world.advance(2);
    expect(attempts).toEqual([0, 1]);
    await world.advance(61);
    expect(attempts).toEqual([0, 1, 2]);
    await world.close();
  });

  it('[E-20, H-28] counts a permanent failure as finished: the change is handled, the others go on', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'bad' }, () => {
        seen.push('bad');
        throw new PermanentError('never');
      });
      kopf.on.create('KopfExample', { id: 'good' }, () => void seen.push('good'));
    });
    await world.start();
    await world.create(example());
    await world.advance('1h');
    expect(seen).toEqual(['bad', 'good']);
    expect(world.factsOf('pass-ended')).toMatchObject([{ reason: 'create', succeeded: 1, failed: 1 }]);
    await world.close();
  });

  it('[E-07, E-22] stops after the number of attempts in total', async () => {
    let attempts = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'few', retries: 3, backoff: 1 }, () => {
        attempts += 1;
        throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance('1h');
    expect(attempts).toBe(3);
    await world.close();
  });

  it('does not repeat a handler that succeeded while another one is retried', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'once' }, () => {
        seen.push('once');
        return 'result';
      });
      kopf.on.create('KopfExample', { id: 'twice', backoff: 5 }, ({ retry, status }) => {
        seen.push(`twice ${retry} ${status.once}`);
        if (retry === 0) throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(6);
    expect(seen).toEqual(['once', 'twice 0 result', 'twice 1 result']);
    expect(world.writes().map(shape)).toEqual(['status json', 'main json', 'main json']);
    await world.close();
  });

  it('tries handlers that fall due together in one pass and with one write', async () => {
    const attempts: string[] = [];
    const world = await createWorld((kopf) => {
      for (const [id, delay] of Object.entries({ first: 3, second: 3.05, later: 4 }))
        kopf.on.create('KopfExample', { id }, ({ retry }) => {
          attempts.push(id);
          if (retry === 0) throw new TemporaryError('wait', { delay });
        });
    });
    await world.start();
    await world.create(example());
    await world.advance(3.04);
    expect(attempts.splice(0)).toEqual(['first', 'second', 'later']);
    await world.advance(0.1);
    expect(attempts.splice(0)).toEqual(['first', 'second']);
    await world.advance(1);
    expect(attempts).toEqual(['later']);
    expect(world.writes().map(shape)).toEqual(['main json', 'main json', 'main json']);
    await world.close();
  });

  it('[F6] fires a retry that outlives a restart once, at its time, with the attempts counted', async () => {
    const attempts: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'late', backoff: 30 }, ({ retry }) => {
        attempts.push(retry);
        if (retry === 0) throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    world.kill();
    await world.advance(5);
    await world.start();
    await world.advance(14);
    expect(attempts).toEqual([0]);
    await world.advance(2);
    expect(attempts).toEqual([0, 1]);
    await world.close();
  });

  it('[G-30, G-31, TRACE-7] lets deletion supersede an unfinished creation', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, () => {
        seen.push('create');
        throw new TemporaryError('wait', { delay: 600 });
      });
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, () => void seen.push('delete'));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(seen).toEqual(['create', 'delete']);
    expect(world.factsOf('pass-superseded')).toMatchObject([{ old: 'create', by: 'delete', succeeded: 0, failed: 0, left: 1 }]);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('[G-31, A3, S5] calls a function that is registered for both for the deletion, whatever became of it in the creation', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      const both = ({ name, reason, retry }: ChangeArgs): void => {
        seen.push(`${name} ${reason} ${retry}`);
        if (name === 'failing' && reason === 'create') throw new Error('no');
        if (name === 'waiting' && reason === 'create') throw new TemporaryError('wait', { delay: 600 });
      };
      kopf.on.create('KopfExample', { id: 'both', retries: 1 }, both);
      kopf.on.delete('KopfExample', { id: 'both', retries: 1 }, both);
      kopf.on.create('KopfExample', { id: 'busy' }, () => {
        throw new TemporaryError('wait', { delay: 600 });
      });
    });
    onTestFinished(() => world.close());
    await world.start();
    for (const name of ['done', 'failing', 'waiting']) {
      await world.create(example(name));
      await world.settle();
      await world.delete({ ...A, metadata: { ...A.metadata, name } });
      await world.settle();
      expect(seen.splice(0)).toEqual([`${name} create 0`, `${name} delete 0`]);
      expect(await world.get({ ...A, metadata: { ...A.metadata, name } })).toBeUndefined();
    }
  });

  it('[A5] counts an attempt that never ended: a long pass writes that it is running', async () => {
    const retries: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'endless', retries: 3 }, ({ retry }) => {
        retries.push(retry);
        return new Promise(() => undefined);
      });
    });
    await world.start();
    await world.create(example());
    for (let life = 0; life < 5; life += 1) {
      await world.advance(3);
      world.kill();
      await world.start();
    }
    await world.advance(3);
    expect(retries).toEqual([0, 1, 2]);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 0, failed: 1 }]);
    await world.close();
  });

  it('writes what it has when a pass takes long, results first', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'quick' }, () => 'done');
      kopf.on.create('KopfExample', { id: 'slow' }, () => new Promise<void>((resolve) => (finish = resolve)));
    });
    await world.start();
    await world.create(example());
    await world.advance(1.9);
    expect(world.writes()).toEqual([]);
    await world.advance(0.2);
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    expect(progressOf(await world.get(A))).toMatchObject({ quick: { success: true, retries: 1 }, slow: { success: false, retries: 1 } });
    await world.advance(120);
    expect(world.writes()).toHaveLength(2);
    finish();
    await world.settle();
    expect(progressOf(await world.get(A))).toEqual({});
    expect(world.writes()).toHaveLength(3);
    await world.close();
  });
});
