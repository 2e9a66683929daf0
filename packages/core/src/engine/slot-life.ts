// Signals for each object at work. One listener on the operator's signals fans out to all of them: thousands of objects would
// otherwise pile up listeners there, and a kind that is not served any more must end without the operator's end.

/** As long as something runs for an object. */
export interface SlotLife {
  /** Aborts when nothing new is to start and running handlers are to be told. */
  readonly stopping: AbortSignal;
  /** Aborts when even writes must end. */
  readonly ended: AbortSignal;
  /** Calls when `stopping` aborts, unless the returned function is called before. For each pass: listeners of the signal itself cost more. */
  onStopping(heard: () => void): () => void;
  /** The object is not served any more: both at once. */
  release(why: string): void;
  /** Nothing runs any more. */
  close(): void;
  /** The same, where nobody outside of the engine had one of the signals: the next object may have them. */
  recycle(): void;
}

export interface SlotLives {
  open(): SlotLife;
}

interface Controllers {
  readonly stop: AbortController;
  readonly end: AbortController;
  readonly onStopping: Set<() => void>;
  /** Objects that had them. */
  uses: number;
}

function createControllers(): Controllers {
  const made: Controllers = { stop: new AbortController(), end: new AbortController(), onStopping: new Set(), uses: 0 };
  const tell = (): void => {
    for (const heard of [...made.onStopping]) heard();
  };
  made.stop.signal.addEventListener('abort', tell, { once: true });
  return made;
}

/** As many objects as are at work at once in a busy operator. */
const MOST_SPARE = 1000;
/** What others leave behind at a signal (those made of it by `AbortSignal.any` are remembered there) goes with it after so many objects. */
const MOST_USES = 200;

export function createSlotLives(stopping: AbortSignal, ended: AbortSignal): SlotLives {
  const open = new Set<Controllers>();
  // Signals cost more than anything else that an object at work needs, and more still when they are collected.
  const spare: Controllers[] = [];
  const abortAll = (which: 'stop' | 'end', reason: unknown): void => {
    for (const life of [...open]) life[which].abort(reason);
  };
  stopping.addEventListener('abort', () => abortAll('stop', stopping.reason), { once: true });
  ended.addEventListener('abort', () => abortAll('end', ended.reason), { once: true });
  return {
    open() {
      const life = spare.pop() ?? createControllers();
      life.uses += 1;
      open.add(life);
      if (stopping.aborted) life.stop.abort(stopping.reason);
      if (ended.aborted) life.end.abort(ended.reason);
      return {
        stopping: life.stop.signal,
        ended: life.end.signal,
        onStopping(heard) {
          life.onStopping.add(heard);
          return () => life.onStopping.delete(heard);
        },
        release(why) {
          const reason = new Error(why);
          life.stop.abort(reason);
          life.end.abort(reason);
        },
        close: () => open.delete(life),
        recycle() {
          // Whoever was told to end has heard it for good.
          const isFresh = open.delete(life) && !life.stop.signal.aborted && !life.end.signal.aborted;
          if (isFresh && life.uses < MOST_USES && spare.length < MOST_SPARE) spare.push(life);
        },
      };
    },
  };
}
