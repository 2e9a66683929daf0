/** The life of one operator. Once it ended, nothing of that operator can act any more: no request, no timer, no fact. */
export interface Life {
  readonly isOver: boolean;
  readonly isPaused: boolean;
  /** Ends it, at once. */
  end(): void;
  /** Called when it ends; returns how to be forgotten. */
  onEnd(act: () => void): () => void;
  /** Stops it, as SIGSTOP does: what would happen to it waits until `wake`. */
  pause(): void;
  /** What waited happens now, one after another, each as a step that `step` makes ready; what comes meanwhile comes behind it. */
  wake(step?: (act: () => void) => void): void;
  /** Lets something happen to it: now, or when it wakes; never once it is over. */
  let(act: () => void): void;
}

/** Begins a life. */
export function createLife(): Life {
  const acts = new Set<() => void>();
  let isOver = false;
  let isPaused = false;
  let held: (() => void)[] | undefined;
  /** Steps of an earlier waking that find it paused, or awake again, do nothing. */
  let waking = 0;
  const life: Life = {
    get isOver() {
      return isOver;
    },
    get isPaused() {
      return isPaused;
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      held = undefined;
      for (const act of acts) act();
      acts.clear();
    },
    onEnd: (act) => {
      acts.add(act);
      return () => acts.delete(act);
    },
    pause: () => {
      if (isOver) return;
      isPaused = true;
      held ??= [];
    },
    wake: (step = (act) => act()) => {
      isPaused = false;
      waking += 1;
      const mine = waking;
      const next = (): void => {
        if (isPaused || mine !== waking) return;
        const act = held?.shift();
        if (act === undefined) held = undefined;
        else {
          act();
          step(next);
        }
      };
      step(next);
    },
    let: (act) => {
      if (isOver) return;
      if (held) held.push(act);
      else act();
    },
  };
  return life;
}
