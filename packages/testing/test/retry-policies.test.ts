import { HandlerTimeoutError, isKopfError, PermanentError, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf } from './world.js';

const boom = (): never => {
  throw new Error('boom');
};

describe('back-offs', () => {
  it('[E-26] grow as the handler says, or as the settings say', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'own', backoff: { initial: 1, factor: 3, limit: '5s' }, retries: 4 }, boom);
        kopf.on.create('KopfExample', { id: 'default', retries: 4 }, boom);
      },
      { settings: { execution: { defaultBackoff: { initial: '2s', limit: '1m' } } } },
    );
    await world.start();
    await world.create(example());
    await world.advance('2m');
    const waits = (id: string): readonly (number | undefined)[] =>
      world
        .factsOf('handler-ended')
        .filter(({ handler }) => handler === id)
        .map(({ retryInMs }) => retryInMs);
    expect(waits('own')).toEqual([1000, 3000, 5000, undefined]);
    expect(waits('default')).toEqual([2000, 4000, 8000, undefined]);
    await world.close();
  });

  it('leave their jitter to the seed', async () => {
    const waitOf = async (seed: number): Promise<number | undefined> => {
      const world = await createWorld(
        (kopf) => void kopf.on.create('KopfExample', { id: 'some', backoff: { initial: 10, jitter: 1 }, retries: 2 }, boom),
        { seed },
      );
      await world.start();
      await world.create(example());
      await world.settle();
      await world.close();
      return world.factsOf('handler-ended')[0]?.retryInMs;
    };
    const [one, other, again] = [await waitOf(1), await waitOf(2), await waitOf(1)];
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThanOrEqual(10_000);
    expect(other).not.toBe(one);
    expect(again).toBe(one);
  });

  it('[E-52] the object waits for the shortest delay of its handlers', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'late', backoff: 50 }, boom);
      kopf.on.create('KopfExample', { id: 'soon', backoff: 20 }, boom);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('object-waiting').map(({ until, at }) => until - at)).toEqual([20_000]);
    await world.close();
  });
});

describe('a time-out', () => {
  it('[E-06, B-11] tells the running handler by its signal; what that throws then is its last attempt', async () => {
    const reasons: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'slow', timeout: 5 }, async ({ signal }) => {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })).catch(
          (error: unknown) => {
            reasons.push(error);
            throw error;
          },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(4.9);
    expect(reasons).toEqual([]);
    await world.advance(0.2);
    expect(reasons).toHaveLength(1);
    expect(isKopfError(reasons[0], 'KOPF_HANDLER_TIMEOUT')).toBe(true);
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'failed', attempt: 1, error: { code: 'KOPF_HANDLER_TIMEOUT' } }]);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 0, failed: 1 }]);
    await world.close();
  });

  it('[E-06] interrupts nobody: who ends in peace has succeeded, and the signal of a handler in time stays quiet', async () => {
    const aborted: boolean[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'deaf', timeout: 5 }, async ({ signal }) => {
        await world.clock.sleep(8000, new AbortController().signal);
        aborted.push(signal.aborted);
        return 'done';
      });
      kopf.on.create('KopfExample', { id: 'quick', timeout: 5 }, ({ signal }) => {
        signal.addEventListener('abort', () => aborted.push(true));
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(30);
    expect(aborted).toEqual([true]);
    expect((await world.get(A))?.['status']).toEqual({ deaf: 'done' });
    await world.close();
  });

  it('[E-05, E-06] is what is left of it since the first attempt, in a later one', async () => {
    const elapsed: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'slow', timeout: 10 }, async ({ retry, signal }) => {
        if (retry === 0) throw new TemporaryError('wait', { delay: 6 });
        const from = world.clock.monotonicMs();
        await world.clock.sleep(60_000, signal).catch(() => undefined);
        elapsed.push(world.clock.monotonicMs() - from);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(20);
    expect(elapsed).toEqual([4000]);
    await world.close();
  });

  it('[E-06, SH-10] of a parent tells the sub-handler that runs, starts no other one, and fails the parent', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent', timeout: 5 }, async ({ execute }) => {
        await execute({
          running: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(new TemporaryError('told', { delay: 100 })), { once: true });
            }),
          next: () => void seen.push('next'),
        });
        seen.push('after');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(6);
    expect(seen).toEqual([]);
    expect(world.factsOf('handler-ended').map(({ handler, result }) => [handler, result])).toEqual([
      ['parent/running', 'retry'],
      ['parent', 'unfinished'],
      ['parent', 'failed'],
    ]);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });

  it('[E-09, E-42] whatever is returned is a success, after it was awaited', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'nothing' }, () => undefined);
      kopf.on.create('KopfExample', { id: 'null' }, () => null);
      kopf.on.create('KopfExample', { id: 'false' }, () => false);
      kopf.on.create('KopfExample', { id: 'promised' }, () => Promise.resolve('later'));
      kopf.on.create('KopfExample', { id: 'thenable' }, () => ({
        then: (resolve: (value: string) => void) => resolve('thenable'),
      }));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ false: false, promised: 'later', thenable: 'thenable' });
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 5, failed: 0 }]);
    await world.close();
  });

  it('[E-34] a cancelled attempt is told as such and counts for nothing', async () => {
    const retries: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'long', retries: 1 }, async ({ retry, signal }) => {
        retries.push(retry);
        if (retries.length < 3) await world.clock.sleep(60_000, signal);
      });
    });
    await world.start();
    await world.create(example());
    for (let life = 0; life < 2; life += 1) {
      await world.settle();
      await world.stop();
      await world.start();
    }
    await world.settle();
    expect(retries).toEqual([0, 0, 0]);
    expect(world.factsOf('handler-ended').map(({ result }) => result)).toEqual(['cancelled', 'cancelled', 'succeeded']);
    await world.close();
  });

  it('[E-29, E-36] errors of limits that users raise are final; what an error wraps does not count', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'limit' }, () => {
        throw new HandlerTimeoutError('my own limit');
      });
      kopf.on.create('KopfExample', { id: 'wrapped', retries: 2, backoff: 1 }, () => {
        throw new Error('outer', { cause: new PermanentError('inner') });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(3);
    expect(world.factsOf('handler-ended').map(({ handler, result, error }) => [handler, result, error?.code])).toEqual([
      ['limit', 'failed', 'KOPF_HANDLER_TIMEOUT'],
      ['wrapped', 'retry', undefined],
      ['wrapped', 'failed', 'KOPF_HANDLER_RETRIES'],
    ]);
    await world.close();
  });
});
