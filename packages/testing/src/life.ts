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
  wake(): void;
  /** Lets something happen to it: now, or when it wakes; never once it is over. */
  let(act: () => void): void;
}

/** Begins a life. */
export function createLife(): Life {
  const acts = new Set<() => void>();
  let isOver = false;
  let held: (() => void)[] | undefined;
  const life: Life = {
    get isOver() {
      return isOver;
    },
    get isPaused() {
      return held !== undefined;
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
      if (!isOver) held ??= [];
    },
    wake: () => {
      const waiting = held ?? [];
      held = undefined;
      for (const act of waiting) life.let(act);
    },
    let: (act) => {
      if (isOver) return;
      if (held) held.push(act);
      else act();
    },
  };
  return life;
}
