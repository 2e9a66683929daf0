import { PermanentError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

/** Seconds since the beginning, of each call. */
async function timedWorld(declare: Parameters<typeof createWorld>[0]) {
  const world = await createWorld(declare);
  const origin = world.clock.monotonicMs();
  return { world, seconds: () => Math.round((world.clock.monotonicMs() - origin) / 100) / 10 };
}

describe('timers', () => {
  it('[T-02, T-04] run at once and then with the interval between the end of one and the start of the next', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 5 }, async () => {
        calls.push(seconds());
        await world.clock.sleep(2000, new AbortController().signal);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(15);
    expect(calls).toEqual([0, 7, 14]);
    await world.close();
  });

  it('[T-03] are aligned to the grid of their interval when sharp', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 5, sharp: true }, async () => {
        calls.push(seconds());
        await world.clock.sleep(calls.length === 2 ? 6000 : 2000, new AbortController().signal);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(21);
    expect(calls).toEqual([0, 5, 15, 20]);
    await world.close();
  });

  it('[T-05, T-20] start after the initial delay, and again when filters match anew', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 10, initialDelay: 2, labels: { on: 'yes' } }, () => void calls.push(seconds()));
    });
    await world.start();
    await world.create(example('a', { metadata: { labels: { on: 'yes' } } }));
    await world.advance(15);
    await world.patch(A, { metadata: { labels: { on: 'no' } } });
    await world.advance(15);
    expect(calls).toEqual([2, 12]);
    await world.patch(A, { metadata: { labels: { on: 'yes' } } });
    await world.advance(5);
    expect(calls).toEqual([2, 12, 32]);
    await world.close();
  });

  it('[T-06, T-07] wait until the object was idle; changes of the status do not count', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.timer('KopfExample', { idle: 10, interval: 100 }, () => void calls.push(seconds()));
    });
    await world.start();
    await world.create(example());
    await world.advance(6);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(6);
    await world.mergeStatus(A, { y: 1 });
    await world.advance(10);
    expect(calls).toEqual([16]);
    await world.close();
  });

  it('[T-10, T-11] with idle only, run once per idle period and end when the object goes', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { idle: 10 }, () => void calls.push(seconds()));
    });
    await world.start();
    await world.create(example());
    await world.advance(100);
    expect(calls).toEqual([10]);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(50);
    expect(calls).toHaveLength(2);
    await world.delete(A);
    await world.advance(100);
    expect(calls).toHaveLength(2);
    expect(world.factsOf('timer-ended')).toMatchObject([{ why: 'object-deleted' }]);
    await world.close();
  });

  it('[T-10, T-14] with idle only, a change before the retry of a failure begins the idle period, and there is one run in it', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { idle: 10, backoff: 5 }, () => {
        calls.push(seconds());
        if (calls.length === 1) throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(12);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(calls).toEqual([10, 22]);
    await world.close();
  });

  it('[T-12] without interval and idle, run once', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => void kopf.timer('KopfExample', () => void calls.push(seconds())));
    await world.start();
    await world.create(example());
    await world.advance(100);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(calls).toEqual([0]);
    await world.close();
  });

  it.each([{}, { idle: 5 }])('[T-17] without interval (%j), end for good after a final failure', async (schedule) => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'once', ...schedule, retries: 2, backoff: 1 }, () => {
        calls.push(seconds());
        throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(100);
    expect(calls).toHaveLength(2);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(calls).toHaveLength(2);
    expect(world.factsOf('timer-ended')).toMatchObject([{ why: 'ended on its own' }]);
    await world.close();
  });

  it('[T-14, T-15] retry after the delay of an error, and begin to count anew after a success', async () => {
    const calls: string[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 100, backoff: 3 }, ({ retry }) => {
        calls.push(`${seconds()} ${retry}`);
        if (calls.length < 3) throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(110);
    expect(calls).toEqual(['0 0', '3 1', '6 2', '106 0']);
    await world.close();
  });

  it('[RS-01] write their results and patches, and see the newest state at each invocation', async () => {
    const seen: unknown[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'tick', interval: 10 }, ({ spec, status }) => {
        seen.push([spec.x, status.tick]);
        return spec.x as number;
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(5);
    await world.patch(A, { spec: { x: 2 } });
    await world.advance(10);
    expect(seen).toEqual([
      [1, undefined],
      [2, 1],
    ]);
    expect((await world.get(A))?.['status']).toEqual({ tick: 2 });
    await world.close();
  });

  it('need no finalizer unless they ask for it; then the object outlives the running invocation', async () => {
    const log: string[] = [];
    let finish: () => void = () => undefined;
    const { world } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'careful', interval: 10, finalizer: true }, async ({ stopped }) => {
        await new Promise<void>((resolve) => (finish = resolve));
        log.push(`end ${String(stopped.isSet())} ${String(stopped.reason)}`);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toHaveLength(1);
    await world.delete(A);
    await world.advance(1);
    expect(await world.get(A)).toBeDefined();
    finish();
    await world.advance(1);
    expect(log).toEqual(['end true object-deleted']);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('[T-09] with idle and interval, begin anew when the object changes', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { idle: 10, interval: 4 }, () => void calls.push(seconds()));
    });
    await world.start();
    await world.create(example());
    await world.advance(19);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(15);
    expect(calls).toEqual([10, 14, 18, 29, 33]);
    await world.close();
  });

  it('[T-21] are idle although the status changes, also where nothing stores what was handled', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { idle: 10, interval: 100 }, () => void calls.push(seconds()));
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.mergeStatus(A, { y: 1 });
    await world.advance(20);
    expect(calls).toEqual([10]);
    await world.close();
  });

  it('[T-16] end for good after a permanent error, as documented by Kopf', async () => {
    const calls: number[] = [];
    const { world, seconds } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 5 }, () => {
        calls.push(seconds());
        if (calls.length === 2) throw new PermanentError('enough');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(100);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(calls).toEqual([0, 5]);
    await world.close();
  });

  it('[T-20] end and begin by one change of the object, each once', async () => {
    const { world } = await timedWorld((kopf) => {
      for (const phase of ['one', 'two'])
        kopf.timer('KopfExample', { id: phase, interval: 5, field: 'spec.phase', value: phase }, () => undefined);
    });
    await world.start();
    await world.create(example('a', { spec: { phase: 'one' } }));
    await world.advance(7);
    await world.patch(A, { spec: { phase: 'two' } });
    await world.advance(1);
    expect(world.factsOf('timer-ended').map(({ handler }) => handler)).toEqual(['one/spec.phase']);
    expect(world.factsOf('timer-spawned').map(({ handler }) => handler)).toEqual(['one/spec.phase', 'two/spec.phase']);
    await world.close();
  });

  it('[T-18] end at once, whatever they wait for: delay, idle time, interval or retry', async () => {
    const { world } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'delayed', initialDelay: '1d' }, () => undefined);
      kopf.timer('KopfExample', { id: 'idle', idle: '1d' }, () => undefined);
      kopf.timer('KopfExample', { id: 'idle-after', idle: 1 }, () => undefined);
      kopf.timer('KopfExample', { id: 'between', interval: '1d' }, () => undefined);
      kopf.timer('KopfExample', { id: 'retrying', backoff: '1d' }, () => {
        throw new Error('boom');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    const { pending } = world.clock;
    await world.delete(A);
    await world.settle();
    expect(world.factsOf('timer-ended').map(({ why }) => why)).toEqual(Array.from({ length: 5 }, () => 'object-deleted'));
    // One wait is for all of them.
    expect(pending - world.clock.pending).toBe(1);
    await world.close();
  });

  it('[T-05] may take their initial delay from the object, and add some chance to it', async () => {
    const calls = new Map<string, number>();
    const { world, seconds } = await timedWorld((kopf) => {
      const initialDelay = ({ spec }: { readonly spec: { readonly delay: number } }): number => spec.delay;
      kopf.timer('KopfExample', { interval: '1h', initialDelay, jitter: 60 }, ({ name }) => void calls.set(name, seconds()));
    });
    await world.start();
    for (let n = 0; n < 50; n += 1) await world.create(example(`a${n}`, { spec: { delay: 100 } }));
    await world.advance(100);
    expect([...calls.values()].filter((at) => at < 100)).toEqual([]);
    await world.advance(61);
    const times = [...calls.values()].sort((a, b) => a - b);
    expect(times).toHaveLength(50);
    expect(new Set(times).size).toBeGreaterThan(40);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(30);
    await world.close();
  });

  it('whose initial delay is no duration are told of, and start with the next event that has one', async () => {
    let calls = 0;
    const { world } = await timedWorld((kopf) => {
      const initialDelay = ({ spec }: { readonly spec: { readonly delay: number } }): number => spec.delay;
      kopf.timer('KopfExample', { id: 't', initialDelay }, () => void (calls += 1));
    });
    await world.start();
    await world.create(example('a', { spec: { delay: -1 } }));
    await world.advance(10);
    expect(world.factsOf('object-failed').map(({ error }) => error.code)).toEqual(['KOPF_INVALID_OPTION']);
    await world.patch(A, { spec: { delay: 1 } });
    await world.advance(2);
    expect(calls).toBe(1);
    await world.close();
  });

  it('[T-02] of a millisecond keep to it', async () => {
    let calls = 0;
    const { world } = await timedWorld((kopf) => void kopf.timer('KopfExample', { interval: '1ms' }, () => void (calls += 1)));
    await world.start();
    await world.create(example());
    await world.advance(1);
    expect(Math.abs(calls - 1001)).toBeLessThanOrEqual(10);
    await world.close();
  });

  it('that end the operator from within their function are told there and then, and end', async () => {
    const seen: unknown[] = [];
    let stopping: Promise<unknown> = Promise.resolve();
    const { world } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { interval: 1 }, ({ stopped, signal }) => {
        const { isSet } = stopped;
        seen.push(isSet(), signal.aborted);
        stopping = world.stop();
        seen.push(isSet(), stopped.reason, signal.aborted);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    await stopping;
    expect(seen).toEqual([false, false, true, 'operator-stopping', true]);
    expect(world.factsOf('timer-ended')).toHaveLength(1);
    await world.close();
  });

  it('[V-04] see what changes while they run', async () => {
    const seen: unknown[] = [];
    const { world } = await timedWorld((kopf) => {
      kopf.timer('KopfExample', { id: 't', interval: 100 }, async ({ spec, signal }) => {
        seen.push(spec.x);
        await world.clock.sleep(5000, signal);
        seen.push(spec.x);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(1);
    await world.patch(A, { spec: { x: 2 } });
    await world.advance(10);
    expect(seen).toEqual([1, 2]);
    await world.close();
  });
});
