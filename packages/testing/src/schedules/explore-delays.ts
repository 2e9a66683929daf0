import { createDelayedOrder, type Delays, type DelayedOrder } from './order.js';

export interface DelayBounds {
  /** At so many steps somebody may be passed over. */
  readonly mostDelays: number;
  /** The most runs; deeper ones are left out first. */
  readonly mostRuns: number;
}

/**
 * Delay-bounded search (Emmi, Qadeer, Rakamarić, POPL 2011): first everything in turn, then with one delay at every step where another
 * order matters, then with two, and so on. A run that made an order of its own gives how many others could have been next by step. Gives how
 * many runs there were.
 */
export async function exploreDelays(
  { mostDelays, mostRuns }: DelayBounds,
  run: (order: DelayedOrder, delays: Delays) => Promise<void> | Promise<DelayedOrder['alternatives']>,
): Promise<number> {
  const waiting: Delays[] = [new Map()];
  let runs = 0;
  for (let delays = waiting.shift(); delays !== undefined && runs < mostRuns; delays = waiting.shift()) {
    runs += 1;
    const order = createDelayedOrder(delays);
    const told = await run(order, delays);
    if (delays.size < mostDelays) waiting.push(...longer(delays, told ?? order.alternatives));
  }
  return runs;
}

/** One more delay, behind the last one: each set of delays is made once. */
function longer(delays: Delays, alternatives: DelayedOrder['alternatives']): readonly Delays[] {
  const from = Math.max(-1, ...delays.keys()) + 1;
  return alternatives
    .map((count, step) => ({ count, step }))
    .slice(from)
    .flatMap(({ count, step }) => Array.from({ length: count }, (_, nth): Delays => new Map([...delays, [step, nth + 1]])));
}
