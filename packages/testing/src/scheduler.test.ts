import { describe, expect, it } from 'vitest';
import { createScheduler } from './scheduler.js';

/** In which order five things that are ready at once happen. */
async function orderUnder(seed: number): Promise<string> {
  const scheduler = createScheduler({ seed });
  const order: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) scheduler.enqueue({}, () => order.push(name));
  await scheduler.settle();
  return order.join('');
}

describe('the scheduler', () => {
  it('picks in the same order under the same seed', async () => {
    expect(await orderUnder(5)).toBe(await orderUnder(5));
  });

  it('picks in many orders under many seeds', async () => {
    const orders = await Promise.all(Array.from({ length: 40 }, (_, seed) => orderUnder(seed)));
    expect(new Set(orders).size).toBeGreaterThan(20);
  });

  it.each([1, 2, 3, 4])('keeps the order within a channel (seed %i)', async (seed) => {
    const scheduler = createScheduler({ seed });
    const order: number[] = [];
    const channel = {};
    for (const index of [1, 2, 3, 4]) {
      scheduler.enqueue(channel, () => order.push(index));
      scheduler.enqueue({}, () => undefined);
    }
    await scheduler.settle();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('lets all that follows from one step happen before the next', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const step = (name: string) => async () => {
      order.push(`${name} begins`);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      order.push(`${name} ends`);
    };
    for (const name of ['a', 'b'])
      scheduler.enqueue({}, () => {
        step(name)().catch(expect.unreachable);
      });
    await scheduler.settle();
    expect(order.map((entry) => entry.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
  });

  it('lets no time pass while it settles, but fires what is due now', async () => {
    const scheduler = createScheduler();
    const fired: string[] = [];
    scheduler.setTimer(0, () => fired.push('now'));
    scheduler.setTimer(1, () => fired.push('later'));
    await scheduler.settle();
    expect([fired, scheduler.clock.monotonicMs()]).toEqual([['now'], 0]);
  });

  it('settles at every timer on its way through time', async () => {
    const scheduler = createScheduler();
    const fired: number[] = [];
    const again = () => {
      fired.push(scheduler.clock.monotonicMs());
      scheduler.setTimer(10, again);
    };
    scheduler.setTimer(10, again);
    await scheduler.advance(35);
    expect([fired, scheduler.clock.monotonicMs()]).toEqual([[10, 20, 30], 35]);
  });

  it('does not fire a timer that was cancelled when it was ready already', async () => {
    const scheduler = createScheduler();
    const fired: string[] = [];
    const cancels: (() => void)[] = [];
    const fire = (name: string, other: number) => () => {
      fired.push(name);
      cancels[other]?.();
    };
    cancels.push(scheduler.setTimer(5, fire('a', 1)), scheduler.setTimer(5, fire('b', 0)));
    await scheduler.advance(5);
    expect(fired).toHaveLength(1);
  });

  it('gives the outcome of a promise that needs time', async () => {
    const scheduler = createScheduler();
    const sleep = scheduler.clock.sleep(3000, new AbortController().signal).then(() => 'awake');
    expect(await scheduler.drive(sleep, 'to wake up')).toBe('awake');
    expect(scheduler.clock.monotonicMs()).toBe(3000);
  });

  it('tells what did not happen, and leaves time where it gave up', async () => {
    const scheduler = createScheduler();
    const sleep = scheduler.clock.sleep(3000, new AbortController().signal);
    await expect(scheduler.drive(sleep, 'to wake up', 2000)).rejects.toThrow('to wake up did not happen within 2 seconds');
    expect(scheduler.clock.monotonicMs()).toBeLessThanOrEqual(2000);
  });

  it('gives each purpose its own chance, whatever others draw', () => {
    const [first, second] = [createScheduler({ seed: 3 }), createScheduler({ seed: 3 })];
    first.random('others').next();
    expect(first.random('mine').uuid()).toBe(second.random('mine').uuid());
    expect(first.random('mine').uuid()).not.toBe(first.random('yours').uuid());
  });
});
