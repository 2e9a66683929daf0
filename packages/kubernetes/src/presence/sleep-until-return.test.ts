import { createManualClock, createSeededRandom } from '@kopfts/core';
import { expect, it } from 'vitest';
import { sleepUntilReturn } from './sleep-until-return.js';

/** How much a signal remembers: listeners, and signals that were made of it. */
function rememberedAt(signal: AbortSignal): number {
  const kept = Object.getOwnPropertySymbols(signal).map((symbol) => Reflect.get(signal, symbol) as { readonly size?: number } | undefined);
  return kept.reduce((sum, one) => sum + (one?.size ?? 0), 0);
}

it('[M6, F8] a signal that outlives a thousand pauses remembers none of them, whichever way they end', async () => {
  const clock = createManualClock();
  const { signal } = new AbortController();
  let told: () => void = () => undefined;
  const presence = { onReturn: (heard: () => void) => ((told = heard), () => undefined) };
  const ports = { clock, random: createSeededRandom(1), presence };
  for (let pauses = 0; pauses < 500; pauses += 1) {
    const whole = sleepUntilReturn(10, ports, signal);
    clock.advanceBy(10);
    expect(await whole).toBe('over');
    const cut = sleepUntilReturn(10, ports, signal);
    told();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advanceBy(10);
    expect(await cut).toBe('returned');
  }
  expect(rememberedAt(signal)).toBe(0);
  expect(clock.pending).toBe(0);
});

it('a pause ends with its signal, for its reason, also one that has aborted before', async () => {
  const ports = { clock: createManualClock(), random: createSeededRandom(1), presence: { onReturn: () => () => undefined } };
  const controller = new AbortController();
  const pause = sleepUntilReturn(10, ports, controller.signal);
  const reason = new Error('the end');
  controller.abort(reason);
  await expect(pause).rejects.toBe(reason);
  await expect(sleepUntilReturn(10, ports, controller.signal)).rejects.toBe(reason);
});
