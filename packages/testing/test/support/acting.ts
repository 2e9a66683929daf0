import type { Act } from './kills-story.js';

/** Somebody who acts on objects while operators die. */
export interface Actor {
  /** Begins them; those on one object follow each other. */
  perform(acts: readonly Act[]): void;
  /** When all are over. Rejects if one failed. */
  done(): Promise<void>;
}

export function createActor(carryOut: (act: Act) => Promise<void>): Actor {
  const objects = new Map<string, Promise<void>>();
  return {
    perform: (acts) => {
      for (const act of acts) {
        const key = `${act.namespace}/${act.name}`;
        const next = (objects.get(key) ?? Promise.resolve()).then(() => carryOut(act));
        next.catch(() => undefined); // said by `done`
        objects.set(key, next);
      }
    },
    done: async () => {
      await Promise.all(objects.values());
    },
  };
}
