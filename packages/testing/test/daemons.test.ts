import { setImmediate } from 'node:timers/promises';
import { PermanentError, TemporaryError, type DaemonArgs } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deaf, LABELLED, relabel, timedWorld, untilStopped } from './support/daemon-world.js';
import { added, startScripted, state, SYNCED } from './support/scripted-cluster.js';
import { A, example, patchesOf } from './world.js';

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

  it('are many on one object without a warning of Node, and all hear of the end', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const ids = Array.from({ length: 30 }, (_, index) => `d${String(index)}`);
    const { world } = await timedWorld((kopf) => {
      for (const id of ids) kopf.daemon('KopfExample', { id }, untilStopped);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.stop();
    expect(world.factsOf('daemon-ended').map(({ why }) => why)).toEqual(ids.map(() => 'operator-stopping'));
    await setImmediate();
    expect(warnings).toEqual([]);
  });

  it('that waits needs no signal of its own before somebody asks for it: each weighs, and thousands may wait', async () => {
    const world = await startScripted((kopf) => void kopf.daemon('KopfExample', { id: 'd' }, untilStopped));
    onTestFinished(() => world.close());
    await world.say(...SYNCED);
    const made: AbortSignal[] = [];
    const Controller = globalThis.AbortController;
    globalThis.AbortController = class extends Controller {
      constructor() {
        super();
        made.push(this.signal);
      }
    };
    onTestFinished(() => void (globalThis.AbortController = Controller));
    await world.say(...Array.from({ length: 20 }, (_, n) => added({ ...state('1'), uid: `u${String(n)}`, name: `a${String(n)}` })));
    await world.advance(0);
    expect(world.facts.of('handler-started')).toHaveLength(20);
    expect(made.length).toBeLessThanOrEqual(3 * 20);
  });
});
