// Probe handlers: how the operator is, by those who should know.
import { createRegistry, PermanentError, type Plugin, type Registry, type ServedOperator, TemporaryError } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorld, type WorldOptions } from './world.js';

/** A world with an operator that runs, and what its services may ask it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
async function probedWorld(declare: (kopf: Registry<any>) => void, options: WorldOptions = {}) {
  let served: ServedOperator | undefined;
  const asker: Plugin = {
    name: 'asker',
    setup: (host) =>
      host.contribute('service', {
        name: 'asker',
        run: (signal, operator) => {
          served = operator;
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      }),
  };
  const world = await createWorld(declare, { ...options, plugins: [asker] });
  onTestFinished(() => world.close().catch(() => undefined));
  await world.start();
  const probe = (): Promise<unknown> => served?.probe() ?? Promise.reject(new Error('no service runs'));
  return { world, probe };
}

describe('probe handlers', () => {
  it('[AC-03, PR-05, RS-05] answer by their ids, those that return nothing do not', async () => {
    const { probe } = await probedWorld((kopf) => {
      kopf.on.probe({ id: 'now' }, () => '2024');
      kopf.on.probe({ id: 'falsy' }, () => 0);
      kopf.on.probe({ id: 'nothing' }, () => undefined);
      kopf.on.probe({ id: 'null' }, async () => Promise.resolve(null));
      kopf.on.startup({ id: 'other' }, () => 'of another activity');
    });
    expect(JSON.stringify(await probe())).toBe('{"now":"2024","falsy":0}');
  });

  it('answer nothing where there are none', async () => {
    const { probe } = await probedWorld(() => undefined);
    expect(await probe()).toEqual({});
  });

  it('[PR-03] run when somebody asks, once for all who ask meanwhile, and again when the answer is ten seconds old', async () => {
    let runs = 0;
    const { world, probe } = await probedWorld((kopf) => {
      kopf.on.probe({ id: 'runs' }, async () => {
        await world.clock.sleep(100, new AbortController().signal);
        return (runs += 1);
      });
    });
    await world.advance('1h');
    expect(runs).toBe(0);
    const asked = [probe(), probe()];
    await world.advance(1);
    expect(await Promise.all(asked)).toEqual([{ runs: 1 }, { runs: 1 }]);
    // The answer came after 0.1 of the second that has gone.
    await world.advance(9.099);
    expect(await probe()).toEqual({ runs: 1 });
    await world.advance(0.001);
    const anew = probe();
    await world.advance(1);
    expect(await anew).toEqual({ runs: 2 });
  });

  it('may be kept for longer, or not at all, by `probing.maxAge`', async () => {
    let runs = 0;
    const { probe } = await probedWorld((kopf) => void kopf.on.probe({ id: 'runs' }, () => (runs += 1)), {
      settings: { probing: { maxAge: 0 } },
    });
    expect([await probe(), await probe()]).toEqual([{ runs: 1 }, { runs: 2 }]);
  });

  it('[PR-04] that fail for now are waited for', async () => {
    const { world, probe } = await probedWorld((kopf) => {
      kopf.on.probe({ id: 'slow' }, ({ retry }) => {
        if (retry === 0) throw new TemporaryError('not yet', { delay: 3 });
        return `after ${String(retry)}`;
      });
    });
    const began = world.clock.monotonicMs();
    let took = 0;
    const answer = probe().then((results) => {
      took = world.clock.monotonicMs() - began;
      return results;
    });
    await world.advance(10);
    expect([await answer, took]).toEqual([{ slow: 'after 1' }, 3000]);
  });

  it('[AC-02, PR-04] that fail for good are named, once the others have answered, and asked anew the next time', async () => {
    const log: string[] = [];
    const { probe } = await probedWorld((kopf) => {
      kopf.on.probe({ id: 'ill' }, () => {
        log.push('ill');
        if (log.length < 3) throw new PermanentError('no pulse');
      });
      kopf.on.probe({ id: 'well' }, () => log.push('well'));
    });
    await expect(probe()).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED', context: { activity: 'probe', handler: 'ill' } });
    expect(log).toEqual(['ill', 'well']);
    expect(await probe()).toEqual({ well: 4 });
  });

  it('that return what is no JSON fail', async () => {
    const { probe } = await probedWorld((kopf) => void kopf.on.probe({ id: 'odd' }, () => new Date()));
    await expect(probe()).rejects.toMatchObject({
      cause: { code: 'KOPF_NOT_JSON', message: "the result of the probe 'odd' is a Date, which is no JSON." },
    });
  });

  it('[AC-09] are an activity as the others: with the memo of the operator, and settings that do not change any more', async () => {
    const { probe } = await probedWorld((kopf) => {
      kopf.on.startup({ id: 'start' }, ({ memo }) => void (memo.name = 'shared'));
      kopf.on.probe({ id: 'seen', param: 7 }, ({ memo, activity, param, retry, settings }): unknown => [
        memo.name as unknown,
        activity,
        param,
        retry,
        Object.isFrozen(settings.probing),
      ]);
    });
    expect(await probe()).toEqual({ seen: ['shared', 'probe', 7, 0, true] });
  });

  it('are left when the operator stops, and nobody is asked afterwards', async () => {
    const aborted: string[] = [];
    const { world, probe } = await probedWorld((kopf) => {
      kopf.on.probe({ id: 'hangs' }, ({ signal }) => new Promise(() => signal.addEventListener('abort', () => aborted.push('told'))));
    });
    const asked = probe().catch((error: unknown) => error);
    await world.settle();
    await world.stop();
    expect([String(await asked), aborted]).toEqual(['Error: it was asked to stop', ['told']]);
    expect(world.factsOf('activity-handler-ended')).toMatchObject([{ handler: 'hangs', result: 'cancelled' }]);
  });

  it('have ids of their own', () => {
    const kopf = createRegistry();
    kopf.on.probe({ id: 'one' }, () => 1);
    expect(() => kopf.on.probe({ id: 'one' }, () => 2)).toThrow(expect.objectContaining({ code: 'KOPF_DUPLICATE_ID' }));
    expect(kopf.activities).toHaveLength(1);
  });
});
