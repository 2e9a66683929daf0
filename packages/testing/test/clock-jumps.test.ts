import { TemporaryError } from '@kopfts/core';
import { cron } from '@kopfts/cron';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf } from './world.js';

const HOUR = 3_600_000;
const now = Date.UTC(2024, 0, 1);
const JUMPS = [
  { to: 'an hour back', ms: -HOUR },
  { to: 'an hour ahead', ms: HOUR },
  { to: 'a day ahead', ms: 24 * HOUR },
  { to: '1970', ms: -now },
  { to: '2106', ms: Date.UTC(2106, 1, 7) - now },
];

/** Seconds since the beginning, by the clock that never jumps, of each call. */
async function jumpedWorld(declare: (kopf: Parameters<Parameters<typeof createWorld>[0]>[0], note: (what: string) => void) => void) {
  const calls: string[] = [];
  let originMs = 0;
  const world = await createWorld((kopf) => {
    declare(kopf, (what) => void calls.push(`${what} ${String(Math.round((world.clock.monotonicMs() - originMs) / 1000))}`));
  });
  originMs = world.clock.monotonicMs();
  return { world, calls };
}

describe('a wall clock that jumps', () => {
  it.each(JUMPS)('[F1] to $to changes neither delays, nor timeouts, nor intervals', async ({ ms }) => {
    const { world, calls } = await jumpedWorld((kopf, note) => {
      kopf.on.create('KopfExample', { id: 'made', timeout: 100 }, ({ retry }) => {
        note(`made#${String(retry)}`);
        throw new TemporaryError('not yet', { delay: 30 });
      });
      kopf.timer('KopfExample', { id: 'tick', interval: 20 }, () => note('tick'));
      kopf.daemon('KopfExample', { id: 'watch', cancellationTimeout: 5 }, async ({ stopped }) => {
        note('daemon');
        while (!(await stopped.wait(40)));
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    world.clock.jumpWall(ms);
    await world.advance(190);
    expect(calls.filter((call) => call.startsWith('made'))).toEqual(['made#0 0', 'made#1 30', 'made#2 60', 'made#3 90']);
    expect(calls.filter((call) => call.startsWith('tick'))).toEqual(Array.from({ length: 11 }, (_, i) => `tick ${String(i * 20)}`));
    expect(calls.filter((call) => call.startsWith('daemon'))).toEqual(['daemon 0']);
    const writes = world.writes().length;
    await world.advance('1h');
    // No storm: handlers are done, and nothing is written any more.
    expect(world.writes()).toHaveLength(writes);
    await world.close();
  });

  it.each(JUMPS)('[F1] to $to and back freezes no timer with a schedule, nor runs it twice for a moment of a day', async ({ ms }) => {
    const { world, calls } = await jumpedWorld((kopf, note) => {
      kopf.timer('KopfExample', { id: 'minutely', schedule: cron('* * * * *') }, () => note('minutely'));
      kopf.timer('KopfExample', { id: 'daily', schedule: cron('5 0 * * *') }, () => note('daily'));
    });
    const since = (begin: number): readonly number[] =>
      calls
        .filter((call) => call.startsWith('minutely'))
        .flatMap((call) => (Number(call.split(' ')[1]) > begin ? [Number(call.split(' ')[1])] : []));
    await world.start();
    await world.create(example());
    await world.advance('6m');
    world.clock.jumpWall(ms);
    await world.advance('15m');
    // The moment of each minute, as soon as it is noticed that the clock was set: after ten minutes at the latest.
    expect(since(960)).toHaveLength(5);
    world.clock.jumpWall(-ms);
    await world.advance('30m');
    const after = since(1260 + 600);
    expect(after.length).toBeGreaterThanOrEqual(20);
    expect(after.map((second) => second % 60)).toEqual(after.map(() => 0));
    // Of a day that the clock left out, too.
    expect(calls.filter((call) => call === 'daily 300')).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith('daily')).length).toBeLessThanOrEqual(Math.abs(ms) >= 24 * HOUR ? 2 : 1);
    await world.close();
  });

  it.each(JUMPS)('[F1, F6] to $to between two processes neither freezes a retry nor repeats what is done', async ({ ms }) => {
    const { world, calls } = await jumpedWorld((kopf, note) => {
      kopf.on.create('KopfExample', { id: 'done' }, () => note('done'));
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry }) => {
        note(`made#${String(retry)}`);
        if (retry < 2) throw new TemporaryError('not yet', { delay: 60 });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    world.kill();
    world.clock.jumpWall(ms);
    await world.start();
    await world.advance('10m');
    expect(calls.filter((call) => call.startsWith('done'))).toEqual(['done 0']);
    const made = calls.filter((call) => call.startsWith('made')).map((call) => call.split(' ')[0]);
    expect(made).toEqual(['made#0', 'made#1', 'made#2']);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });
});

describe('a server whose clock differs', () => {
  it.each([-600_000, 600_000])('[F2] by %i ms has its objects handled, retried and released in time', async (ms) => {
    const { world, calls } = await jumpedWorld((kopf, note) => {
      kopf.on.create('KopfExample', { id: 'made', timeout: 300 }, ({ retry }) => {
        note(`made#${String(retry)}`);
        if (retry === 0) throw new TemporaryError('not yet', { delay: 30 });
      });
      kopf.timer('KopfExample', { id: 'tick', idle: 20, interval: 1000 }, () => note('tick'));
      kopf.on.delete('KopfExample', { id: 'gone' }, ({ retry }) => {
        note(`gone#${String(retry)}`);
        if (retry === 0) throw new TemporaryError('not yet', { delay: 30 });
      });
    });
    // What the server stamps is of this time, what the operator reads off its clock is of that.
    await world.create(example());
    world.clock.jumpWall(ms);
    await world.start();
    await world.advance(10);
    // Somebody sets it right; what began by the wrong time goes on by it.
    world.clock.jumpWall(-ms);
    await world.advance(40);
    await world.delete(A);
    await world.advance(50);
    expect(calls).toEqual(['made#0 0', 'tick 20', 'made#1 30', 'gone#0 50', 'gone#1 80']);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it.each([-600_000, 600_000])('[F2] from that of the process before, by %i ms, has what that one wrote gone on with', async (ms) => {
    const { world, calls } = await jumpedWorld((kopf, note) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry }) => {
        note(`made#${String(retry)}`);
        if (retry < 2) throw new TemporaryError('not yet', { delay: 30 });
      });
    });
    await world.create(example());
    await world.start();
    await world.advance(5);
    world.kill();
    world.clock.jumpWall(ms);
    await world.start();
    await world.advance(70);
    // Where the wait of the other is long over by this clock, it is; where it is to come after ten minutes, it begins anew.
    expect(calls).toEqual(ms > 0 ? ['made#0 0', 'made#1 5', 'made#2 35'] : ['made#0 0', 'made#1 35', 'made#2 65']);
    await world.close();
  });
});

describe('a handler that takes longer than its interval', () => {
  it.each([
    { sharp: false, starts: [0, 17, 34, 51] },
    { sharp: true, starts: [0, 15, 30, 45] },
  ])('[F5] never runs beside itself (sharp: $sharp)', async ({ sharp, starts }) => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'slow', interval: 5, sharp }, async ({ signal }) => {
        begun.push(Math.round((world.clock.monotonicMs() - originMs) / 1000));
        most = Math.max(most, (running += 1));
        await world.clock.sleep(12_000, signal);
        running -= 1;
      });
    });
    const originMs = world.clock.monotonicMs();
    await world.start();
    await world.create(example());
    await world.advance(30);
    // Neither a change nor a jump of the clock is a reason to begin beside it.
    await world.patch(A, { spec: { x: 1 } });
    world.clock.jumpWall(24 * HOUR);
    await world.advance(25);
    expect(begun).toEqual(starts);
    expect(most).toBe(1);
    await world.close();
  });
});
