import { createRegistry, PermanentError, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createWorld, example } from './world.js';

describe('startup handlers', () => {
  it('[AC-05, AC-01] run one after another before anything is watched', async () => {
    const log: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.startup({ id: 'first' }, async () => {
          await Promise.resolve();
          log.push(`first after ${String(world.calls.length)} requests`);
        });
        kopf.on.startup({ id: 'second' }, () => void log.push('second'));
        kopf.on.event('KopfExample', { id: 'seen' }, () => void log.push('seen'));
      },
      { objects: [example()] },
    );
    await world.start();
    await world.settle();
    expect(log).toEqual(['first after 0 requests', 'second', 'seen']);
    expect(world.factsOf('activity-handler-ended')).toMatchObject([
      { activity: 'startup', handler: 'first', result: 'succeeded' },
      { activity: 'startup', handler: 'second', result: 'succeeded' },
    ]);
    await world.close();
  });

  it('[AC-04, AC-01] are tried again until all have succeeded; those that have are not', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'once' }, () => void calls.push('once'));
      kopf.on.startup({ id: 'later' }, ({ retry, runtime }) => {
        calls.push(`later ${String(retry)} ${String(runtime)}`);
        if (retry === 0) throw new TemporaryError('not yet', { delay: 5 });
        if (retry === 1) throw new Error('any other error');
      });
    });
    await world.start();
    expect(calls).toEqual(['once', 'later 0 0', 'later 1 5', 'later 2 65']);
    await world.close();
  });

  it('[AC-02, AC-05] that fail for good end the operator: nothing is watched, nothing is cleaned up', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'bad' }, () => {
        throw new PermanentError('no licence');
      });
      kopf.on.startup({ id: 'other' }, () => void calls.push('other'));
      kopf.on.cleanup({ id: 'clean' }, () => void calls.push('clean'));
    });
    await expect(world.start()).rejects.toMatchObject({
      code: 'KOPF_ACTIVITY_FAILED',
      message: "The startup handler 'bad' failed: no licence",
      context: { activity: 'startup', handler: 'bad' },
    });
    expect([calls, world.calls]).toEqual([['other'], []]);
    await world.close();
  });

  it('[AC-02] of which several fail for good end the operator with the first error', async () => {
    const world = await createWorld((kopf) => {
      for (const id of ['one', 'two']) {
        kopf.on.startup({ id }, () => {
          throw new PermanentError(`no ${id}`);
        });
      }
    });
    await expect(world.start()).rejects.toMatchObject({ context: { handler: 'one' }, cause: { message: 'no one' } });
    await world.close();
  });

  it('[AC-09] change the settings, which are checked, and frozen when the last of them has ended', async () => {
    let kept: { readonly posting: { enabled?: boolean | undefined } } | undefined;
    let running = 0;
    let most = 0;
    const world = await createWorld(
      (kopf) => {
        kopf.on.startup({ id: 'settings' }, ({ settings }) => {
          expect(settings.queueing.eventLimit).toBe(7);
          settings.queueing.workerLimit = 1;
          kept = settings;
        });
        kopf.on.create('KopfExample', { id: 'slow' }, async () => {
          running += 1;
          most = Math.max(most, running);
          await world.clock.sleep(100, new AbortController().signal);
          running -= 1;
        });
      },
      { settings: { queueing: { eventLimit: 7, workerLimit: 3 } } },
    );
    await world.start();
    for (const name of ['a', 'b', 'c']) await world.create(example(name));
    await world.advance(2);
    expect(most).toBe(1);
    expect(() => {
      if (kept) kept.posting.enabled = false;
    }).toThrow(TypeError);
    await world.close();
  });

  it('[AC-09] that leave an unusable setting end the operator with the name of the setting', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'settings' }, ({ settings }) => {
        settings.queueing.workerLimit = 0;
      });
    });
    await expect(world.start()).rejects.toMatchObject({
      code: 'KOPF_INVALID_OPTION',
      context: { option: 'settings.queueing.workerLimit' },
    });
    await world.close();
  });

  it('[M-02, M-03] fill the memo of the operator, of which each object gets a shallow copy', async () => {
    const shared = { hits: 0 };
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'memo' }, ({ memo }) => {
        memo.shared = shared;
        memo.own = 1;
      });
      kopf.on.create('KopfExample', { id: 'made' }, ({ memo }) => {
        memo.shared.hits = (memo.shared.hits as number) + 1;
        memo.own = (memo.own as number) + 1;
        seen.push(memo.own);
      });
      kopf.on.cleanup({ id: 'end' }, ({ memo }) => void seen.push(memo.own, memo.shared === shared));
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    await world.stop();
    expect([seen, shared.hits]).toEqual([[2, 2, 1, true], 2]);
    await world.close();
  });

  it('are told when the operator is to stop while they run, and then nothing is cleaned up', async () => {
    const log: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.startup({ id: 'waits' }, async ({ signal }) => {
        log.push('begin');
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      });
      kopf.on.cleanup({ id: 'clean' }, () => void log.push('clean'));
    });
    const started = world.start().catch((error: unknown) => error);
    await world.stop();
    await started;
    expect(log).toEqual(['begin']);
    await world.close();
  });
});

describe('cleanup handlers', () => {
  it('[AC-06] run when everything else has ended', async () => {
    const log: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'tick', interval: 1 }, async ({ signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        log.push('timer ended');
      });
      kopf.on.cleanup({ id: 'clean', backoff: 1 }, ({ retry, activity }) => {
        log.push(`${activity} ${String(retry)}`);
        if (retry === 0) throw new Error('once more');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.stop();
    expect(log).toEqual(['timer ended', 'cleanup 0', 'cleanup 1']);
    await world.close();
  });

  it('[AC-06] that fail for good are why the operator ended', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.cleanup({ id: 'clean', errors: 'permanent' }, () => {
        throw new Error('stuck');
      });
    });
    await world.start();
    await expect(world.stop()).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED', context: { activity: 'cleanup', handler: 'clean' } });
    await world.close().catch(() => undefined);
  });
});

describe('declarations of activities', () => {
  it.each([
    [{ timeout: 'soon' }, 'KOPF_INVALID_OPTION'],
    [{ field: 'spec.x' }, 'KOPF_UNKNOWN_OPTION'],
    [{ id: '' }, 'KOPF_INVALID_OPTION'],
  ])('[H-01] refuse %j', (options, code) => {
    const kopf = createRegistry();
    expect(() => kopf.on.startup(options as never, () => undefined)).toThrow(expect.objectContaining({ code }));
    expect(() => kopf.on.cleanup({}, 'no function' as never)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(kopf.activities).toEqual([]);
  });
});
