import type { JsonObject, StopFlag } from '@kopfts/core';
import { customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deaf, LABELLED, relabel, timedWorld, untilStopped } from './support/daemon-world.js';
import { added, deleted, modified, startScripted, state, SYNCED } from './support/scripted-cluster.js';
import { A, example, FINALIZER, KIND } from './world.js';

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

  it('[DM-36, DM-37, B-10] is told of again and again as long as it runs on, and releases its object when it ends, not at the next look', async () => {
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

  it('[DM-32] counts from when the flag was raised first, whatever else tells it later; one that has ended is told nothing', async () => {
    const aborted: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      const options = { finalizer: true, cancellationBackoff: 10, labels: { on: 'yes' } };
      kopf.daemon('KopfExample', { id: 'slow', ...options }, async ({ signal }) => {
        await world.clock.sleep(100_000, signal).catch(() => aborted.push(seconds()));
      });
      kopf.daemon('KopfExample', { id: 'quick', ...options }, untilStopped);
    });
    await world.start();
    await world.create(example('a', LABELLED));
    await world.advance(10);
    await world.patch(A, relabel('no'));
    await world.advance(4);
    await world.delete(A);
    await world.advance(30);
    expect(aborted).toEqual([20]);
    expect(new Set(world.factsOf('daemon-stopping').map(({ handler }) => handler))).toEqual(new Set(['slow']));
  });

  it.each([
    { settings: {}, looks: 2 },
    { settings: { background: { cancellationPolling: 20 } }, looks: 6 },
  ])('[CF-70] that takes long is told again every minute, or as often as the settings say: $looks times', async ({ settings, looks }) => {
    const { world } = await timedWorld((kopf) => void kopf.daemon('KopfExample', { id: 'deaf' }, () => deaf(world, 1_000_000)), {
      settings,
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(125);
    expect(world.factsOf('daemon-stopping').filter(({ stage }) => stage === 'still-exiting')).toHaveLength(looks);
  });

  it('[DM-45] that is the last one of its object lets the body go; another one keeps it', async () => {
    const finish: Record<string, () => void> = {};
    const world = await startScripted((kopf) => {
      for (const id of ['one', 'two']) kopf.daemon('KopfExample', { id }, () => new Promise<void>((resolve) => (finish[id] = resolve)));
    });
    onTestFinished(() => world.close());
    const rests = () => world.operator.inspect().collections.flatMap(({ objects }) => objects.map(({ resting }) => resting));
    await world.say(...SYNCED, added(state('1')));
    await world.advance(0);
    expect(Object.keys(finish)).toEqual(['one', 'two']);
    expect(rests()).toEqual([false]);
    finish['one']?.();
    await world.say();
    expect(rests()).toEqual([false]);
    finish['two']?.();
    await world.say();
    expect(rests()).toEqual([true]);
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

  it('[W-27] comes once when the object leaves what is watched; where it returns, the next one waits for the end of this one', async () => {
    const log: string[] = [];
    const cluster = await startScripted((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ stopped, meta }) => {
        log.push(`start ${meta.resourceVersion}`);
        await stopped.wait();
        log.push(`told ${stopped.reasons.join(' ')}`);
        await deaf(cluster, 20_000);
        log.push(`end ${stopped.reasons.join(' ')}`);
      });
    });
    onTestFinished(() => cluster.close());
    await cluster.say(...SYNCED, added(state('1')));
    await cluster.advance(0);
    await cluster.say(deleted(state('2')));
    expect(log).toEqual(['start 1', 'told object-deleted']);
    await cluster.say(added(state('3')));
    await cluster.advance(19);
    await cluster.say(modified(state('4')));
    expect(log).toHaveLength(2);
    await cluster.advance(2);
    expect(log.slice(2)).toEqual(['end object-deleted cancelled', 'start 4']);
    expect(cluster.facts.of('daemon-ended')).toHaveLength(1);
  });

  it('comes when its kind is served anew, and no second one runs beside it', async () => {
    let running = 0;
    let most = 0;
    let started = 0;
    const { world } = await timedWorld(
      (kopf) => {
        kopf.daemon('KopfExample', { id: 'd' }, async ({ stopped }) => {
          started += 1;
          running += 1;
          most = Math.max(most, running);
          await stopped.wait();
          await deaf(world, 20_000);
          running -= 1;
        });
      },
      { kind: { ...KIND, status: false } },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    const { spec, ...definition } = customResourceDefinition(KIND) as {
      readonly spec: JsonObject;
      readonly metadata: { readonly name: string };
    };
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: definition.metadata.name } };
    await world.patch(crd, { spec: { versions: spec['versions'] } });
    await world.advance(60);
    expect({ started, running, most }).toEqual({ started: 2, running: 1, most: 1 });
    expect(world.factsOf('daemon-ended')).toMatchObject([{ why: 'filters-mismatch' }]);
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

  it('[DM-34, DM-40] cancels before it leaves behind, also where the back-off is longer than its time', async () => {
    const log: unknown[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      const options = { cancellationBackoff: 60, cancellationTimeout: 10 };
      kopf.daemon('KopfExample', { id: 'hears', ...options }, async ({ signal, stopped }) => {
        await world.clock.sleep(100_000, signal).catch(() => log.push([seconds(), ...stopped.reasons]));
      });
      kopf.daemon('KopfExample', { id: 'deaf', ...options }, () => new Promise(() => undefined));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.stop();
    expect(log).toEqual([[2, 'operator-stopping', 'signalled', 'cancelled']]);
    expect(world.factsOf('handler-abandoned').map(({ handler }) => handler)).toEqual(['deaf']);
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
