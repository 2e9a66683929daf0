import { PermanentError, TemporaryError, type DaemonArgs, type StopFlag } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, FINALIZER, patchesOf, type WorldOptions } from './world.js';

const LABELLED = { metadata: { labels: { on: 'yes' } } };
const relabel = (on: string) => ({ metadata: { labels: { on } } });
const untilStopped = async ({ stopped }: { readonly stopped: StopFlag }): Promise<void> => {
  await stopped.wait();
};

/** Seconds since the beginning. */
async function timedWorld(declare: Parameters<typeof createWorld>[0], options?: WorldOptions) {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close());
  const origin = world.clock.monotonicMs();
  const seconds = (): number => Math.round((world.clock.monotonicMs() - origin) / 100) / 10;
  const finalizers = async (): Promise<readonly string[]> => (await world.get(A))?.metadata.finalizers ?? [];
  return { world, seconds, finalizers };
}

/** Waits as long as the clock says, whatever anybody tells it. */
function deaf(world: { readonly clock: { sleep(ms: number, signal: AbortSignal): Promise<void> } }, ms: number): Promise<void> {
  return world.clock.sleep(ms, new AbortController().signal);
}

describe('a daemon', () => {
  it('[DM-01, DM-02] starts once per object, when it comes or is found, and stays while events come', async () => {
    const started: string[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ name, stopped }) => {
        started.push(name);
        await stopped.wait();
      });
    });
    await world.create(example('found'));
    await world.start();
    await world.create(example('a'));
    await world.settle();
    await world.patch(A, { spec: { x: 1 } });
    await world.mergeStatus(A, { y: 1 });
    await world.advance(100);
    expect(started).toEqual(['found', 'a']);
  });

  it('[DM-03, DM-24] that ended on its own is over for its object, until the operator starts again', async () => {
    const started: string[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'good' }, () => void started.push('good'));
      kopf.daemon('KopfExample', { id: 'bad' }, () => {
        started.push('bad');
        throw new PermanentError('no');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(started.sort()).toEqual(['bad', 'good']);
    expect(world.factsOf('daemon-ended').map(({ why }) => why)).toEqual(['ended on its own', 'ended on its own']);
    await world.restart();
    await world.advance(1);
    expect(started.sort()).toEqual(['bad', 'bad', 'good', 'good']);
  });

  it('[DM-07] waits for its initial delay, which may be a function of the object, and is never called if it is stopped before', async () => {
    const calls: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      const initialDelay = ({ spec }: { readonly spec: { readonly delay: number } }): number => spec.delay;
      kopf.daemon('KopfExample', { id: 'd', initialDelay, labels: { on: 'yes' } }, ({ name }) => void calls.push(`${name} ${seconds()}`));
    });
    await world.start();
    await world.create(example('a', { spec: { delay: 3 }, ...LABELLED }));
    await world.create(example('b', { spec: { delay: 5 }, ...LABELLED }));
    await world.advance(1);
    await world.patch(A, relabel('no'));
    await world.advance(10);
    expect(calls).toEqual(['b 5']);
    await world.patch(A, relabel('yes'));
    await world.advance(10);
    expect(calls).toEqual(['b 5', 'a 14']);
  });

  it('[DM-08, DM-10, DM-12] has a patch of its own, written after each attempt, also a failed one', async () => {
    const messages: unknown[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', backoff: 10 }, ({ patch, retry }) => {
        expect(JSON.stringify(patch)).toBe('{}');
        patch.status.message = `attempt ${retry}`;
        if (retry < 2) throw new Error('boom');
        return { tries: retry };
      });
    });
    await world.start();
    await world.create(example());
    for (let n = 0; n < 3; n += 1) {
      await world.advance(n === 0 ? 1 : 10);
      messages.push((await world.get(A))?.['status']);
    }
    expect(messages).toEqual([{ message: 'attempt 0' }, { message: 'attempt 1' }, { message: 'attempt 2', d: { tries: 2 } }]);
  });

  it('[DM-09, DM-14] is tried again after the delay of its error, at once for null, and counts from its start', async () => {
    const calls: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', retries: 4 }, ({ retry, runtime }) => {
        calls.push(`${seconds()} ${retry} ${Math.round(runtime)}`);
        throw new TemporaryError('again', { delay: retry === 0 ? null : 5 });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(100);
    expect(calls).toEqual(['0 0 0', '0 1 0', '5 2 5', '10 3 10']);
    expect(world.factsOf('handler-ended').map(({ family, result }) => `${family} ${result}`)).toEqual([
      'daemon retry',
      'daemon retry',
      'daemon retry',
      'daemon failed',
    ]);
  });

  it('[DM-15] is told when its filters do not match any more, and starts anew when they do', async () => {
    const log: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', labels: { on: 'yes' } }, async ({ stopped }) => {
        log.push(`start ${seconds()}`);
        await stopped.wait();
        log.push(`end ${seconds()} ${String(stopped.reason)}`);
      });
    });
    await world.start();
    await world.create(example('a', LABELLED));
    await world.advance(10);
    await world.patch(A, relabel('no'));
    await world.advance(10);
    await world.patch(A, relabel('yes'));
    await world.advance(10);
    expect(log).toEqual(['start 0', 'end 10 filters-mismatch', 'start 20']);
  });

  it('[DM-02] that is still exiting when its filters match again starts anew after it has ended, never beside itself', async () => {
    const log: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', labels: { on: 'yes' } }, async ({ stopped }) => {
        log.push(`start ${seconds()}`);
        await stopped.wait();
        await deaf(world, 30_000);
        log.push(`end ${seconds()}`);
      });
    });
    await world.start();
    await world.create(example('a', LABELLED));
    await world.advance(10);
    await world.patch(A, relabel('no'));
    await world.advance(1);
    await world.patch(A, relabel('yes'));
    await world.advance(60);
    expect(log).toEqual(['start 0', 'end 40', 'start 40']);
  });

  it('[V-04, Y-03] sees the newest state at each look, and may keep the views', async () => {
    const seen: unknown[] = [];
    let views: Pick<DaemonArgs, 'spec' | 'status' | 'labels' | 'annotations' | 'meta' | 'body'> | undefined;
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ spec, status, labels, annotations, meta, body, stopped }) => {
        views = { spec, status, labels, annotations, meta, body };
        while (!(await stopped.wait(10)))
          seen.push([spec.x, status.y, labels['l'], annotations['n'], meta.generation, 'x' in spec, Object.keys(body).includes('status')]);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(11);
    await world.patch(A, { spec: { x: 2 }, metadata: { labels: { l: 'L' }, annotations: { n: 'N' } } });
    await world.mergeStatus(A, { y: 'Y' });
    await world.advance(10);
    expect(seen).toEqual([
      [1, undefined, undefined, undefined, 1, true, false],
      [2, 'Y', 'L', 'N', 2, true, true],
    ]);
    expect(JSON.stringify(views?.spec)).toBe('{"x":2}');
    expect({ ...views?.status }).toEqual({ y: 'Y' });
    expect(() => Object.assign(views?.spec as object, { x: 3 })).toThrow(TypeError);
    await world.delete(A);
    await world.advance(1);
    expect(views?.spec.x).toBe(2);
  });

  it('[K-01] has the stop flag, a signal and no properties of other families', async () => {
    let args: object = {};
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', param: 7 }, (given) => {
        args = given;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(args).toMatchObject({ param: 7, retry: 0, stopped: { reason: 'done' } });
    expect(args).not.toHaveProperty('reason');
    expect(args).not.toHaveProperty('event');
  });

  it('[DM-11, B-12] outlives writes that fail: they are repeated, and told', async () => {
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, ({ patch, retry }) => {
        patch.status.n = retry;
        throw new TemporaryError('again', { delay: 5 });
      });
    });
    world.faults.add({ kind: 'status', code: 403 }, { when: ({ method }) => method === 'PATCH', times: 3 });
    await world.start();
    await world.create(example());
    await world.advance(60);
    expect(world.factsOf('object-failed').length).toBeGreaterThanOrEqual(3);
    expect(((await world.get(A))?.['status'] as { n: number }).n).toBeGreaterThan(5);
  });
});

describe('the end of a daemon', () => {
  it('needs no finalizer unless it asks for it: then the object stays until it has ended, and is released at once', async () => {
    for (const finalizer of [false, true]) {
      const { world, finalizers } = await timedWorld((kopf) => {
        kopf.daemon('KopfExample', { id: 'd', finalizer }, async ({ stopped }) => {
          await stopped.wait();
          await deaf(world, 20_000);
        });
      });
      await world.start();
      await world.create(example());
      await world.settle();
      expect(await finalizers()).toEqual(finalizer ? [FINALIZER] : []);
      await world.delete(A);
      await world.advance(19);
      expect((await world.get(A)) === undefined).toBe(!finalizer);
      await world.advance(2);
      expect(await world.get(A)).toBeUndefined();
    }
  });

  it('[DM-37, B-10] releases its object when it ends, not at the next look', async () => {
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', finalizer: true }, async ({ stopped }) => {
        await stopped.wait();
        await deaf(world, 61_000);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(60.9);
    expect(await world.get(A)).toBeDefined();
    await world.advance(0.2);
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('daemon-stopping')).toMatchObject([
      { stage: 'cancelled', why: 'object-deleted', nextCheckInMs: 60_000 },
      { stage: 'still-exiting', nextCheckInMs: 60_000 },
    ]);
  });

  it('[DM-33, DM-34] comes by the flag first, and after the back-off by the signal', async () => {
    const log: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.daemon(
        'KopfExample',
        { id: 'd', finalizer: true, cancellationBackoff: 5, cancellationTimeout: 10 },
        async ({ stopped, signal }) => {
          await stopped.wait();
          log.push(`flag ${seconds()} ${String(signal.aborted)}`);
          await world.clock.sleep(100_000, signal).catch(() => log.push(`signal ${seconds()} ${stopped.reasons.join(' ')}`));
        },
      );
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    await world.delete(A);
    await world.advance(100);
    expect(log).toEqual(['flag 10 false', 'signal 15 object-deleted signalled cancelled']);
    expect(world.factsOf('daemon-stopping').map(({ stage, nextCheckInMs }) => [stage, nextCheckInMs])).toEqual([
      ['signalled', 5000],
      ['cancelled', 10_000],
    ]);
    expect(world.factsOf('handler-abandoned')).toEqual([]);
    expect(await world.get(A)).toBeUndefined();
  });

  it('[DM-35, DM-39] is not waited for beyond the time-out: it is named and counted, and its object released', async () => {
    let finish: () => void = () => undefined;
    let flag: StopFlag | undefined;
    const { world, finalizers } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'deaf', finalizer: true, cancellationBackoff: 2, cancellationTimeout: 3 }, ({ stopped }) => {
        flag = stopped;
        return new Promise<void>((resolve) => (finish = resolve));
      });
    });
    await world.start();
    const { metadata } = await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(4.9);
    expect(await finalizers()).toEqual([FINALIZER]);
    await world.advance(0.2);
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('handler-abandoned')).toMatchObject([
      { handler: 'deaf', family: 'daemon', why: 'object-deleted', abandoned: 1, object: { name: 'a', uid: metadata.uid } },
    ]);
    world.noteHolding();
    expect(flag?.reasons).toEqual(['object-deleted', 'signalled', 'cancelled', 'abandoned']);
    finish();
    await world.settle();
    world.noteHolding();
    const holding = world.history.flatMap((entry) => (entry.kind === 'holding' ? [entry] : []));
    expect(holding.map(({ objects, timers, abandoned }) => ({ objects, timers, abandoned }))).toEqual([
      { objects: [], timers: [], abandoned: 1 },
      { objects: [], timers: [], abandoned: 0 },
    ]);
    expect(flag?.reasons.at(-1)).toBe('done');
  });

  it('[DM-31] that hears the flag at once is not cancelled', async () => {
    const aborted: boolean[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ stopped, signal }) => {
        await stopped.wait();
        aborted.push(signal.aborted);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(aborted).toEqual([false]);
    expect(world.factsOf('daemon-stopping')).toEqual([]);
    expect(world.factsOf('daemon-ended')).toMatchObject([{ why: 'object-deleted' }]);
  });

  it('[DM-30, Z-14] goes beside the handlers of the deletion, which do not run again while it lasts, nor after a crash', async () => {
    const log: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.on.delete('KopfExample', { id: 'bye' }, () => {
        log.push(`bye ${seconds()}`);
        return { at: 'bye' };
      });
      kopf.daemon('KopfExample', { id: 'd', finalizer: true }, async ({ stopped }) => {
        await stopped.wait();
        log.push(`told ${seconds()}`);
        await deaf(world, 30_000);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    await world.delete(A);
    await world.advance(5);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(5);
    expect(log.sort()).toEqual(['bye 10', 'told 10']);
    expect((await world.get(A))?.['status']).toMatchObject({ bye: { at: 'bye' } });
    world.kill();
    await world.start();
    await world.advance(10);
    expect(log).toHaveLength(2);
    expect(await world.get(A)).toBeUndefined();
  });

  it('[Z-12] on its own lets the finalizer go that only it needed', async () => {
    const { world, finalizers } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', finalizer: true }, async ({ stopped }) => {
        await stopped.wait(10);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(9);
    expect(await finalizers()).toEqual([FINALIZER]);
    await world.advance(2);
    expect(await finalizers()).toEqual([]);
  });

  it('[Z-13] for its filters keeps the finalizer while it lasts, and holds up no change', async () => {
    const updates: number[] = [];
    const { world, finalizers } = await timedWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'changed', field: 'spec.x' }, ({ spec }) => void updates.push(spec.x as number));
      kopf.daemon('KopfExample', { id: 'd', finalizer: true, labels: { on: 'yes' } }, async ({ stopped }) => {
        await stopped.wait();
        await deaf(world, 30_000);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 }, ...LABELLED }));
    await world.settle();
    await world.patch(A, relabel('no'));
    await world.advance(1);
    await world.patch(A, { spec: { x: 5 } });
    await world.advance(1);
    expect({ updates, finalizers: await finalizers() }).toEqual({ updates: [5], finalizers: [FINALIZER] });
    await world.advance(30);
    expect(await finalizers()).toEqual([]);
  });

  it('[DM-04] does not start one: nothing starts for what is being deleted', async () => {
    const started: string[] = [];
    const { world } = await timedWorld((kopf) => void kopf.daemon('KopfExample', { id: 'd' }, ({ name }) => void started.push(name)));
    await world.create(example('a', { metadata: { finalizers: ['example.com/other'] } }));
    await world.delete(A);
    await world.start();
    await world.advance(10);
    expect(started).toEqual([]);
  });

  it('[W-27] comes once when the object leaves what is watched; what it left behind is no second one', async () => {
    const log: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ uid, stopped }) => {
        log.push(`start ${uid === (await world.get(A))?.metadata.uid} ${seconds()}`);
        await stopped.wait();
        log.push(`told ${stopped.reasons.join(' ')}`);
        await deaf(world, 20_000);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    await world.create(example());
    await world.advance(60);
    expect(log).toEqual(['start true 0', 'told object-deleted', 'start true 0']);
  });
});

describe('the end of the operator', () => {
  it('[DM-40, DM-42, B-79] tells all daemons, also many quick ones of one object', async () => {
    const ended: string[] = [];
    const { world } = await timedWorld((kopf) => {
      for (let n = 0; n < 20; n += 1)
        kopf.daemon('KopfExample', { id: `d${n}` }, async (args) => {
          await untilStopped(args);
          ended.push(String(args.stopped.reason));
        });
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    await world.stop();
    expect(ended).toEqual(Array.from({ length: 40 }, () => 'operator-stopping'));
    expect(world.factsOf('handler-abandoned')).toEqual([]);
  });

  it('[DM-41, L7] waits for the grace, and names those that it leaves behind', async () => {
    const { world, seconds } = await timedWorld(
      (kopf) => void kopf.daemon('KopfExample', { id: 'deaf', cancellationBackoff: 1 }, () => new Promise(() => undefined)),
      { settings: { queueing: { exitTimeout: 5 } } },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.stop();
    expect(seconds()).toBe(5);
    expect(world.factsOf('handler-abandoned')).toMatchObject([{ handler: 'deaf', why: 'operator-stopping' }]);
  });

  it('keeps the finalizer: the daemon starts again with the next life', async () => {
    let started = 0;
    const { world, finalizers } = await timedWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd', finalizer: true }, async (args) => {
        started += 1;
        await untilStopped(args);
        args.patch.status.bye = started;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.restart();
    await world.settle();
    expect({ started, finalizers: await finalizers() }).toEqual({ started: 2, finalizers: [FINALIZER] });
    expect((await world.get(A))?.['status']).toEqual({ bye: 1 });
  });
});

describe('idle daemons', () => {
  it('cost no timer and no write, and leave nothing behind', async () => {
    const { world } = await timedWorld((kopf) => void kopf.daemon('KopfExample', { id: 'd' }, untilStopped));
    await world.start();
    await world.settle();
    const { pending } = world.clock;
    for (let n = 0; n < 200; n += 1) await world.create(example(`a${n}`));
    await world.settle();
    expect(world.clock.pending).toBe(pending);
    await world.advance('1d');
    expect(patchesOf(world)).toEqual([]);
  });
});
