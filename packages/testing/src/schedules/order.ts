// Which of the ready things is next: by a seed, by priorities with a few changes (PCT), or in turn with a few delays.
import type { Random } from '@kopfts/core';

/** Something that is ready: the first of a channel. */
export interface ReadyChannel {
  readonly key: object;
  /** When the channel became ready: a smaller number is earlier. */
  readonly born: number;
}

/** Chooses an interleaving, step by step. */
export interface ScheduleOrder {
  /** The place of the next one in the list, which is in no order; 0 if it is empty. */
  choose(ready: readonly ReadyChannel[]): number;
}

/** Each may be the next. */
export function createSeededOrder(random: Random): ScheduleOrder {
  return { choose: (ready) => Math.floor(random.next() * ready.length) };
}

/** A run of so many steps is taken for a whole one. */
const STEPS = 300;

/**
 * Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): each channel has a priority of its own, the highest is next, and at
 * `depth - 1` steps whoever would be next falls behind all others. A bug that needs `depth` orderings is met with a known probability.
 */
export function createPctOrder(random: Random, depth: number): ScheduleOrder {
  const priorities = new WeakMap<object, number>();
  const changes = new Set(Array.from({ length: Math.max(0, depth - 1) }, () => Math.floor(random.next() * STEPS)));
  let lowest = 0;
  let step = -1;
  const priorityOf = (key: object): number => {
    const known = priorities.get(key) ?? random.next();
    priorities.set(key, known);
    return known;
  };
  const highest = (ready: readonly ReadyChannel[]): number =>
    ready.reduce((best, { key }, at) => (priorityOf(key) > priorityOf((ready[best] ?? ready[0])?.key ?? key) ? at : best), 0);
  return {
    choose: (ready) => {
      step += 1;
      for (const { key } of ready) priorityOf(key);
      const first = highest(ready);
      const key = ready[first]?.key;
      if (!changes.has(step) || key === undefined) return first;
      lowest -= 1;
      priorities.set(key, lowest);
      return highest(ready);
    },
  };
}

/** Who waited longest is next; but at some steps so many that are ready are passed over. */
export interface DelayedOrder extends ScheduleOrder {
  /** By step: how many others could have been next, of those whose order matters. */
  readonly alternatives: readonly number[];
}

/** By step, how many are passed over there. */
export type Delays = ReadonlyMap<number, number>;

/** Two things with different subjects do not see each other: their order does not matter (another object, and no store that both use). */
export function createDelayedOrder(delays: Delays = new Map()): DelayedOrder {
  const alternatives: number[] = [];
  return {
    alternatives,
    choose: (ready) => {
      const [first, ...others] = ready.map(({ key, born }, place) => ({ key, born, place })).sort((one, other) => one.born - other.born);
      if (first === undefined) return 0;
      const dependent = others.filter(({ key }) => !areIndependent(first.key, key));
      const passedOver = delays.get(alternatives.length) ?? 0;
      alternatives.push(dependent.length);
      return (passedOver === 0 ? first : (dependent[Math.min(passedOver, dependent.length) - 1] ?? first)).place;
    },
  };
}

function areIndependent(one: object, other: object): boolean {
  const [left, right] = [subjectOf(one), subjectOf(other)];
  return left !== undefined && right !== undefined && left !== right;
}

/** A channel may say which object it is about: `{ about: '…/kopfexamples/a' }`. */
function subjectOf(key: object): string | undefined {
  const { about } = key as { readonly about?: unknown };
  return typeof about === 'string' ? about : undefined;
}

/** The object that a request is about; `undefined` for lists, watches and discovery, which concern all. */
export function subjectOfRequest(path: string): string | undefined {
  const [place = ''] = path.split('?');
  return /\/namespaces\/[^/]+\/[^/]+\/[^/]+/.exec(place)?.[0];
}
