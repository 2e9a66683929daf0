import type { SeenObject } from '../model/object.js';

/** How far the events of an object were handled: a pass waits for those of its own state, and not for a flood behind them. */
export interface EventProgress {
  came(object: SeenObject): void;
  handled(object: SeenObject): void;
  /** Resolves when everything that had come by now was handled, alone or merged into a later one. */
  caughtUp(): Promise<void>;
}

export function createEventProgress(): EventProgress {
  let last = 0;
  let done = 0;
  let waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  // Most objects never have an event to count.
  let numbers: WeakMap<SeenObject, number> | undefined;
  return {
    came(object) {
      last += 1;
      numbers ??= new WeakMap();
      numbers.set(object, last);
    },
    handled(object) {
      done = Math.max(done, numbers?.get(object) ?? done);
      for (const { upTo, resolve } of waiting) if (upTo <= done) resolve();
      waiting = waiting.filter(({ upTo }) => upTo > done);
    },
    caughtUp() {
      const upTo = last;
      return done >= upTo ? Promise.resolve() : new Promise((resolve) => waiting.push({ upTo, resolve }));
    },
  };
}
