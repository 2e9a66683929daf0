import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../ports/manual-clock.js';
import { createTimerQueue, type QueuedTimer } from './timer-queue.js';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function queueOf() {
  const clock = createManualClock();
  const exit = new AbortController();
  const heard: string[] = [];
  const queue = createTimerQueue(clock, exit.signal);
  const timer = (name: string): QueuedTimer => ({
    dueMs: 0,
    turn: 0,
    place: -1,
    fire: () => void heard.push(`${name} at ${clock.monotonicMs()}`),
    stop: (cause) => void heard.push(`${name}: ${cause}`),
  });
  const advance = async (ms: number): Promise<void> => {
    const endMs = clock.monotonicMs() + ms;
    for (let next = clock.nextDueMs(); next !== undefined && next <= endMs; next = clock.nextDueMs()) {
      clock.advanceTo(next);
      await settle();
    }
    clock.advanceTo(endMs);
  };
  return { clock, exit, heard, queue, timer, advance };
}

describe('the queue of timers that wait', () => {
  it('fires each when it is due, those of one moment in the order in which they came, however they come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ waitMs: fc.nat(50), taken: fc.boolean() }), { maxLength: 60 }), async (plan) => {
        const { clock, heard, queue, timer, advance } = queueOf();
        const timers = plan.map(({ waitMs }, n) => {
          const one = timer(String(n));
          queue.put(one, waitMs);
          return one;
        });
        plan.forEach(({ taken }, n) => {
          const one = timers[n];
          if (taken && one) queue.take(one);
        });
        await advance(100);
        const left = plan.map(({ waitMs, taken }, n) => ({ waitMs, taken, n })).filter(({ taken }) => !taken);
        expect(heard).toEqual(left.sort((a, b) => a.waitMs - b.waitMs || a.n - b.n).map(({ waitMs, n }) => `${n} at ${waitMs}`));
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it('has one wait for all of them, and none for those that are never due', () => {
    const { clock, queue, timer } = queueOf();
    const never = timer('never');
    queue.put(never, undefined);
    expect(clock.pending).toBe(0);
    const timers = [30, 10, 20, 10].map((waitMs, n) => {
      const one = timer(String(n));
      queue.put(one, waitMs);
      return one;
    });
    expect([clock.pending, clock.nextDueMs()]).toEqual([1, 10]);
    for (const one of timers) queue.take(one);
    expect(clock.pending).toBe(0);
  });

  it('lets other work have its turn when very many are due at once', async () => {
    const { clock, heard, queue, timer } = queueOf();
    for (let n = 0; n < 100; n += 1) queue.put(timer(String(n)), 5);
    clock.advanceBy(5);
    await Promise.resolve();
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThan(50);
    await settle();
    expect(heard).toHaveLength(100);
  });

  it('stops those that wait and those that are at work when the operator ends, each once', async () => {
    const { exit, heard, queue, timer, advance, clock } = queueOf();
    const [waits, works, over] = [timer('waits'), timer('works'), timer('over')];
    queue.put(waits, 60_000);
    queue.put(works, 1);
    queue.put(over, 1);
    await advance(1);
    queue.take(over);
    heard.length = 0;
    exit.abort();
    expect(heard.sort()).toEqual(['waits: operator-stopping', 'works: operator-stopping']);
    queue.take(waits);
    expect(clock.pending).toBe(0);
  });

  it('waits together where the clock says so, and exactly where it does not', async () => {
    const { clock, heard, queue, timer, advance } = queueOf();
    Object.assign(clock, { sharedWaitMs: (ms: number) => Math.ceil((clock.monotonicMs() + ms) / 10) * 10 - clock.monotonicMs() });
    queue.put(timer('a'), 3);
    queue.put(timer('b'), 9);
    await advance(20);
    expect(heard).toEqual(['a at 10', 'b at 10']);
  });
});
