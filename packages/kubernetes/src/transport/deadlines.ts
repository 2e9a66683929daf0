import type { Clock } from '@kopfts/core';

/**
 * The time limits of many requests behind one wait of the clock. Hardly any limit is ever reached, and a timer with an abort
 * signal for each was a tenth of what a request costs.
 */
export interface Deadlines {
  /** Calls `expired` after so many milliseconds, unless the returned function is called before. */
  start(ms: number, expired: () => void): () => void;
}

interface Deadline {
  readonly atMs: number;
  readonly expired: () => void;
}

interface Alarm {
  readonly atMs: number;
  readonly cancelled: AbortController;
}

/** Nothing waits while there are no limits: no timer keeps the process alive. */
export function createDeadlines(clock: Clock): Deadlines {
  const open = new Set<Deadline>();
  let alarm: Alarm | undefined;

  const cancelAlarm = (): void => {
    alarm?.cancelled.abort(CANCELLED);
    alarm = undefined;
  };
  const setAlarm = (atMs: number): void => {
    if (alarm !== undefined && alarm.atMs <= atMs) return;
    cancelAlarm();
    const mine: Alarm = { atMs, cancelled: new AbortController() };
    alarm = mine;
    const ring = (): void => {
      if (alarm !== mine) return;
      alarm = undefined;
      expireUntil(clock.monotonicMs());
    };
    clock.sleep(Math.max(0, atMs - clock.monotonicMs()), mine.cancelled.signal).then(ring, () => undefined);
  };
  const expireUntil = (now: number): void => {
    const due = [...open].filter(({ atMs }) => atMs <= now);
    for (const deadline of due) open.delete(deadline);
    let next = Infinity;
    for (const { atMs } of open) next = Math.min(next, atMs);
    if (next !== Infinity) setAlarm(next);
    for (const { expired } of due) expired();
  };

  return {
    start(ms, expired) {
      const deadline: Deadline = { atMs: clock.monotonicMs() + ms, expired };
      open.add(deadline);
      setAlarm(deadline.atMs);
      return () => {
        if (open.delete(deadline) && open.size === 0) cancelAlarm();
      };
    },
  };
}

/** One reason for all: an error with a stack each time would be felt. */
const CANCELLED = new Error('cancelled');
