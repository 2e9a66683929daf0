// Worlds with daemons in them, for the suites about daemons.
import type { StopFlag } from '@kopfts/core';
import { onTestFinished } from 'vitest';
import { A, createWorld, type WorldOptions } from '../world.js';

export const LABELLED = { metadata: { labels: { on: 'yes' } } };
export const relabel = (on: string) => ({ metadata: { labels: { on } } });
/** The least that a daemon does. */
export const untilStopped = async ({ stopped }: { readonly stopped: StopFlag }): Promise<void> => {
  await stopped.wait();
};

/** Seconds since the beginning. */
export async function timedWorld(declare: Parameters<typeof createWorld>[0], options?: WorldOptions) {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close());
  const origin = world.clock.monotonicMs();
  const seconds = (): number => Math.round((world.clock.monotonicMs() - origin) / 100) / 10;
  const finalizers = async (): Promise<readonly string[]> => (await world.get(A))?.metadata.finalizers ?? [];
  return { world, seconds, finalizers };
}

/** Waits as long as the clock says, whatever anybody tells it. */
export function deaf(world: { readonly clock: { sleep(ms: number, signal: AbortSignal): Promise<void> } }, ms: number): Promise<void> {
  return world.clock.sleep(ms, new AbortController().signal);
}
