// The timers of an operator that wait, in one queue by the time at which they are due: thousands of them cost one wait, and hardly any memory.
import type { StopCause } from '../../model/handler-function.js';
import type { Clock } from '../../ports/clock.js';
import { OVER } from '../race-abort.js';

/** A timer that waits. What the queue knows of it is kept on it. */
export interface QueuedTimer {
  /** Monotonic. */
  dueMs: number;
  /** Those due at the same time go in the order in which they came. */
  turn: number;
  /** Where it is in the queue; -1 outside of it. */
  place: number;
  /** Its time has come. */
  fire(): void;
  /** The operator ends: whether it waits or is at work. */
  stop(cause: StopCause): void;
}

export interface TimerQueue {
  /** It is due after that long; `undefined`: never, until it is taken out. */
  put(timer: QueuedTimer, waitMs: number | undefined): void;
  /** It neither waits nor is at work any more. */
  take(timer: QueuedTimer): void;
}

/** How many fire before other work has its turn. */
const AT_ONCE = 32;

/** A queue that stops its timers when `stopping` aborts. */
export function createTimerQueue(clock: Clock, stopping: AbortSignal): TimerQueue {
  const waiting: QueuedTimer[] = [];
  /** Those that have fired and are to wait again. */
  const working = new Set<QueuedTimer>();
  let turn = 0;
  let isFiring = false;
  let asleep: { readonly untilMs: number; readonly cut: AbortController } | undefined;

  /** Sleeps until the first is due. One that is due later than what is slept for is found then. */
  const sleep = (): void => {
    const untilMs = waiting[0]?.dueMs ?? Infinity;
    if (isFiring || (asleep && asleep.untilMs <= untilMs && untilMs < Infinity)) return;
    asleep?.cut.abort(OVER);
    asleep = undefined;
    if (untilMs === Infinity) return;
    const cut = new AbortController();
    asleep = { untilMs, cut };
    clock.sleep(Math.max(0, untilMs - clock.monotonicMs()), cut.signal).then(
      () => fire(),
      () => undefined,
    );
  };
  const fireFirst = (): void => {
    const first = takeFirst(waiting);
    if (!first) return;
    working.add(first);
    first.fire();
  };
  const fire = async (): Promise<void> => {
    asleep = undefined;
    isFiring = true;
    for (let fired = 1; isDue(waiting[0], clock.monotonicMs()); fired += 1) {
      fireFirst();
      if (fired % AT_ONCE === 0) await clock.yield();
    }
    isFiring = false;
    sleep();
  };
  stopping.addEventListener(
    'abort',
    () => {
      for (const timer of [...working, ...waiting]) timer.stop('operator-stopping');
      sleep();
    },
    { once: true },
  );
  return {
    put(timer, waitMs) {
      timer.dueMs = waitMs === undefined ? Infinity : clock.monotonicMs() + (clock.sharedWaitMs?.(waitMs) ?? waitMs);
      timer.turn = turn += 1;
      working.delete(timer);
      insert(waiting, timer);
      sleep();
    },
    take(timer) {
      if (working.delete(timer) || timer.place === -1) return;
      remove(waiting, timer);
      sleep();
    },
  };
}

function isDue(timer: QueuedTimer | undefined, nowMs: number): boolean {
  return timer !== undefined && timer.dueMs <= nowMs;
}

// A binary heap: the first is at 0, those after the one at n are at 2n + 1 and 2n + 2.

function isBefore(one: QueuedTimer, other: QueuedTimer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.turn < other.turn);
}

function insert(heap: QueuedTimer[], timer: QueuedTimer): void {
  heap.push(timer);
  rise(heap, timer, heap.length - 1);
}

function takeFirst(heap: QueuedTimer[]): QueuedTimer | undefined {
  const [first] = heap;
  if (first !== undefined) remove(heap, first);
  return first;
}

function remove(heap: QueuedTimer[], timer: QueuedTimer): void {
  const { place } = timer;
  const last = heap.pop();
  timer.place = -1;
  if (last === undefined || last === timer) return;
  rise(heap, last, place);
  sink(heap, last, last.place);
}

/** Puts it where it belongs, at `from` or above. */
function rise(heap: QueuedTimer[], timer: QueuedTimer, from: number): void {
  let place = from;
  for (;;) {
    const above = (place - 1) >> 1;
    const parent = place === 0 ? undefined : heap[above];
    if (parent === undefined || isBefore(parent, timer)) break;
    settle(heap, parent, place);
    place = above;
  }
  settle(heap, timer, place);
}

/** Puts it where it belongs, at `from` or below. */
function sink(heap: QueuedTimer[], timer: QueuedTimer, from: number): void {
  let place = from;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const next = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
    if (next === undefined || isBefore(timer, next)) break;
    const { place: below } = next;
    settle(heap, next, place);
    place = below;
  }
  settle(heap, timer, place);
}

function settle(heap: QueuedTimer[], timer: QueuedTimer, place: number): void {
  heap[place] = timer;
  timer.place = place;
}
