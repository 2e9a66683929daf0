import { getEventListeners } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from './system-clock.js';

const MANY = 10_000;

it('[F7] ten thousand waits that end together wake a few in each turn of the event loop', async () => {
  const { signal } = new AbortController();
  let turns = 0;
  let inThisTurn = 0;
  let most = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    most = Math.max(most, inThisTurn);
    inThisTurn = 0;
    if (!isOver) setImmediate(count);
  };
  const sleep = async (): Promise<void> => {
    await systemClock.sleep(1000, signal);
    inThisTurn += 1;
  };
  const all = Array.from({ length: MANY }, sleep);
  setImmediate(count);
  await Promise.all(all);
  isOver = true;
  // Those that are due and those of an earlier moment may share a turn.
  expect(most).toBeLessThanOrEqual(128);
  expect(turns).toBeGreaterThan(MANY / 128);
});

it('[M6] a signal that 100,000 waits share has no listener left when they are over, or ended by it, and nobody warns', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  const controller = new AbortController();
  const { signal } = controller;
  const sleepers = (ms: number) => Array.from({ length: 50_000 }, () => systemClock.sleep(ms, signal));
  await Promise.all(sleepers(1));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const asleep = sleepers(3_600_000).map((sleeping) => sleeping.catch((reason: unknown) => reason));
  controller.abort('over');
  expect(new Set(await Promise.all(asleep))).toEqual(new Set(['over']));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await systemClock.yield();
  expect(warnings).toEqual([]);
});

it('[F4] a wait that is longer than a timer of the platform can be lasts as long as asked for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const longMs = 2 ** 31 + 86_400_000;
  let isOver = false;
  const asleep = systemClock.sleep(longMs, new AbortController().signal).then(() => (isOver = true));
  const pass = async (ms: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(ms);
    await systemClock.yield();
    await systemClock.yield();
  };
  await pass(2 ** 31);
  expect(isOver).toBe(false);
  await pass(86_400_000 - 1000);
  expect(isOver).toBe(false);
  await pass(1100);
  expect(isOver).toBe(true);
  await asleep;
});

it('waits and yields where the platform has no setImmediate, too', async () => {
  vi.stubGlobal('setImmediate', undefined);
  vi.resetModules();
  const { systemClock: clock } = await import('./system-clock.js');
  vi.unstubAllGlobals();
  expect(clock).not.toBe(systemClock);
  const log: string[] = [];
  const yielded = clock.yield().then(() => log.push('yielded'));
  log.push('at once');
  await yielded;
  await clock.sleep(5, new AbortController().signal);
  expect(log).toEqual(['at once', 'yielded']);
});
