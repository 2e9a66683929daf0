import { createSeededRandom } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createScheduler } from '../scheduler.js';
import { createDelayedOrder, createPctOrder, type ScheduleOrder } from './order.js';
import { exploreDelays } from './explore-delays.js';

/** The order in which so many things happen that become ready at once. */
async function orderUnder(order: ScheduleOrder, channels: readonly object[]): Promise<string> {
  const scheduler = createScheduler({ order });
  const happened: number[] = [];
  channels.forEach((channel, nth) => scheduler.enqueue(channel, () => happened.push(nth)));
  await scheduler.settle();
  return happened.join('');
}

describe('orders of what is ready', () => {
  it('[B17] meet every order of three things that see each other by two delays', async () => {
    const seen = new Set<string>();
    await exploreDelays({ mostDelays: 2, mostRuns: 100 }, async (order) => void seen.add(await orderUnder(order, [{}, {}, {}])));
    expect([...seen].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
  });

  it('do not try another order of things about different objects', async () => {
    const apart = [{ about: 'a' }, { about: 'b' }, { about: 'c' }];
    expect(
      await exploreDelays({ mostDelays: 2, mostRuns: 100 }, async (order) => {
        await orderUnder(order, apart);
      }),
    ).toBe(1);
    const beside = [{ about: 'a' }, { about: 'b' }, { about: 'a' }];
    const seen = new Set<string>();
    await exploreDelays({ mostDelays: 1, mostRuns: 100 }, async (order) => void seen.add(await orderUnder(order, beside)));
    expect([...seen].sort()).toEqual(['012', '201']);
  });

  it('by priorities are others for other seeds, and the same for the same seed', async () => {
    const under = (seed: number) => orderUnder(createPctOrder(createSeededRandom(seed), 3), [{}, {}, {}, {}]);
    const seen = new Set(await Promise.all(Array.from({ length: 60 }, (_, seed) => under(seed))));
    expect(seen.size).toBeGreaterThan(15);
    expect(await under(7)).toBe(await under(7));
  });

  it('keep what shares a channel in its order', async () => {
    const channel = {};
    for (let seed = 0; seed < 10; seed += 1)
      expect(await orderUnder(createPctOrder(createSeededRandom(seed), 3), [channel, channel, channel])).toBe('012');
    expect(await orderUnder(createDelayedOrder(new Map([[0, 1]])), [channel, channel])).toBe('01');
  });
});
