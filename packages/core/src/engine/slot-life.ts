// Signals for each object at work. One listener on the operator's signals fans out to all of them: thousands of objects would
// otherwise pile up listeners there, and a kind that is not served any more must end without the operator's end.

/** As long as something runs for an object. */
export interface SlotLife {
  /** Aborts when nothing new is to start and running handlers are to be told. */
  readonly stopping: AbortSignal;
  /** Aborts when even writes must end. */
  readonly ended: AbortSignal;
  /** The object is not served any more: both at once. */
  release(why: string): void;
  /** Nothing runs any more. */
  close(): void;
}

export interface SlotLives {
  open(): SlotLife;
}

export function createSlotLives(stopping: AbortSignal, ended: AbortSignal): SlotLives {
  const open = new Set<{ readonly stop: AbortController; readonly end: AbortController }>();
  const abortAll = (which: 'stop' | 'end', reason: unknown): void => {
    for (const life of [...open]) life[which].abort(reason);
  };
  stopping.addEventListener('abort', () => abortAll('stop', stopping.reason), { once: true });
  ended.addEventListener('abort', () => abortAll('end', ended.reason), { once: true });
  return {
    open() {
      const life = { stop: new AbortController(), end: new AbortController() };
      open.add(life);
      if (stopping.aborted) life.stop.abort(stopping.reason);
      if (ended.aborted) life.end.abort(ended.reason);
      return {
        stopping: life.stop.signal,
        ended: life.end.signal,
        release(why) {
          const reason = new Error(why);
          life.stop.abort(reason);
          life.end.abort(reason);
        },
        close: () => open.delete(life),
      };
    },
  };
}
