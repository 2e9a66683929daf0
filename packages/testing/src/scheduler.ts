import { setImmediate } from 'node:timers';
import { createManualClock, createSeededRandom, type Instant, type ManualClock, type Random } from '@kopfts/core';
import { HarnessStuckError } from './errors.js';
import { createSeededOrder, type ReadyChannel, type ScheduleOrder } from './schedules/order.js';

/**
 * The world's time and order. Everything that comes from outside the code under test (an answer, a piece of a stream, a timer) becomes
 * ready and waits; the seed picks one, then all that follows from it runs, then the next is picked. When nothing is ready, time may pass.
 * So a seed is one interleaving of everything, and the same seed is the same one.
 */
export interface Scheduler {
  readonly clock: ManualClock;
  /** Chance for one purpose: the same for the same seed and purpose, whatever others draw. */
  random(purpose: string): Random;
  /** Makes something ready. What shares a channel keeps its order; channels are picked by the seed. */
  enqueue(channel: object, act: () => void): void;
  /** Makes something ready after a while; returns how to cancel it, also when it is ready already. */
  setTimer(ms: number, act: () => void): () => void;
  /** Runs until nothing is ready. Time stands still; timers that are due now fire. */
  settle(): Promise<void>;
  /** Lets time pass, settling at every timer on the way and at the end. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until the promise settles; gives its outcome. Fails when it did not within that much time. */
  drive<T>(promise: Promise<T>, what: string, withinMs?: number): Promise<T>;
}

export interface SchedulerOptions {
  /** Default 1. */
  readonly seed?: number | undefined;
  /** The wall clock at the beginning; default 2024-01-01T00:00:00Z. */
  readonly now?: Instant | undefined;
  /** Chooses the interleaving; default: the seed does. */
  readonly order?: ScheduleOrder | undefined;
}

interface Channel extends ReadyChannel {
  readonly acts: (() => void)[];
}

/** More picks than this without rest are a loop that never ends. */
const MOST_PICKS = 200_000;
// Longer than any single time-out of a request, so that one lost answer is survived.
const PATIENCE_MS = 300_000;
const MOST_OUTSIDE_TURNS = 1000;

/** Creates a world at rest. */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
  const seed = options.seed ?? 1;
  const clock = createManualClock({ now: options.now });
  const ready = createReadyList(options.order ?? createSeededOrder(createSeededRandom(seed)));
  const random = (purpose: string) => createSeededRandom(hashText(`${String(seed)}/${purpose}`));
  const setTimer = (ms: number, act: () => void) => {
    let cancelled = false;
    const cancel = clock.schedule(ms, () => {
      ready.add({}, () => {
        if (!cancelled) act();
      });
    });
    return () => {
      cancelled = true;
      cancel();
    };
  };
  const fireDue = (untilMs: number) => {
    const due = clock.nextDueMs();
    if (due === undefined || due > untilMs) return false;
    clock.advanceTo(due);
    return true;
  };
  const rest = async () => {
    await runMicrotasks();
    for (let picks = 0; ready.size > 0 || fireDue(clock.monotonicMs()); picks += 1) {
      if (picks > MOST_PICKS) throw new HarnessStuckError(`does not come to rest within ${String(MOST_PICKS)} steps at one moment`);
      ready.takeOne()?.();
      await runMicrotasks();
    }
  };
  const advance = async (ms: number) => {
    const target = clock.monotonicMs() + ms;
    await rest();
    while (fireDue(target)) await rest();
    clock.advanceTo(target);
  };
  const oneAtATime = createTurns();
  return {
    clock,
    random,
    enqueue: (channel, act) => ready.add(channel, act),
    setTimer,
    settle: () => oneAtATime(rest),
    advance: (ms) => oneAtATime(() => advance(ms)),
    drive: (promise, what, withinMs = PATIENCE_MS) =>
      oneAtATime(() => driveToOutcome({ clock, rest, fireDue }, promise, { what, withinMs })),
  };
}

/** Ready things by channel: any channel may be next, within a channel the first. */
function createReadyList(order: ScheduleOrder) {
  let born = 0;
  const channels: Channel[] = [];
  const byKey = new Map<object, Channel>();
  return {
    get size() {
      return channels.length;
    },
    add(key: object, act: () => void): void {
      const known = byKey.get(key);
      if (known !== undefined) {
        known.acts.push(act);
        return;
      }
      const channel = { key, born, acts: [act] };
      born += 1;
      channels.push(channel);
      byKey.set(key, channel);
    },
    takeOne(): (() => void) | undefined {
      const index = order.choose(channels);
      const channel = channels[index];
      const act = channel?.acts.shift();
      if (channel?.acts.length === 0) {
        byKey.delete(channel.key);
        const last = channels.pop();
        if (last !== undefined && last !== channel) channels[index] = last;
      }
      return act;
    },
  };
}

/** Two callers never pick at the same time: the order would depend on who waits for what. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(turn: () => Promise<T>): Promise<T> => {
    const mine = last.then(turn, turn);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** A macrotask later, all promises that could go on have gone on. */
function runMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Steps {
  readonly clock: ManualClock;
  readonly rest: () => Promise<void>;
  /** Moves time to the next timer, if it is due until then. */
  readonly fireDue: (untilMs: number) => boolean;
}

interface Expectation {
  readonly what: string;
  readonly withinMs: number;
}

async function driveToOutcome<T>({ clock, rest, fireDue }: Steps, promise: Promise<T>, { what, withinMs }: Expectation): Promise<T> {
  const state = { settled: false };
  const watched = promise.finally(() => {
    state.settled = true;
  });
  // The caller gets the outcome at the end; a rejection on the way must not end the process.
  watched.catch(() => undefined);
  const giveUpMs = clock.monotonicMs() + withinMs;
  await rest();
  // Real input and output (a module being loaded) is beyond the seed: it gets some turns of the real event loop.
  for (let turns = 0; !state.settled && turns < MOST_OUTSIDE_TURNS;) {
    if (!fireDue(giveUpMs)) turns += 1;
    await rest();
  }
  if (!state.settled) throw new HarnessStuckError(`${what} did not happen within ${String(withinMs / 1000)} seconds`);
  return watched;
}

/** FNV-1a, 32 bit. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
