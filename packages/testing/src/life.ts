/** The life of one operator. Once it ended, nothing of that operator can act any more: no request, no timer, no fact. */
export interface Life {
  readonly isOver: boolean;
  /** Ends it, at once. */
  end(): void;
  /** Called when it ends; returns how to be forgotten. */
  onEnd(act: () => void): () => void;
}

/** Begins a life. */
export function createLife(): Life {
  const acts = new Set<() => void>();
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      for (const act of acts) act();
      acts.clear();
    },
    onEnd: (act) => {
      acts.add(act);
      return () => acts.delete(act);
    },
  };
}
