// What goes on now: looks at objects and attempts of handlers, and since when; and which objects wait. Entries leave at the end.

/** What a label has running. */
export interface Ages {
  readonly total: number;
  readonly oldest: number;
}

/** Since when, and under which label. */
export interface Begun {
  readonly label: string;
  readonly at: number;
}

export interface RunningWork {
  queued(uid: string, kind: string): void;
  begun(what: 'turn' | 'attempt', key: string, begun: Begun): void;
  /** Whether it had begun. */
  ended(what: 'turn' | 'attempt', key: string): boolean;
  /** The object is gone; it waits for nothing. */
  forget(uid: string): void;
  /** Objects that wait, by kind; kinds that had one stay, with zero. */
  depths(): ReadonlyMap<string, number>;
  /** Milliseconds by label; labels that had one stay, with zero. */
  ages(what: 'turn' | 'attempt', now: number): ReadonlyMap<string, Ages>;
}

const NONE: Ages = { total: 0, oldest: 0 };

export function createRunningWork(): RunningWork {
  const waiting = new Map<string, string>();
  const running = { turn: new Map<string, Begun>(), attempt: new Map<string, Begun>() };
  const seen = { turn: new Set<string>(), attempt: new Set<string>() };
  return {
    queued: (uid, kind) => waiting.set(uid, kind),
    begun(what, key, work) {
      if (what === 'turn') waiting.delete(key);
      seen[what].add(work.label);
      running[what].set(key, work);
    },
    ended: (what, key) => running[what].delete(key),
    forget: (uid) => waiting.delete(uid),
    depths() {
      const depths = new Map([...seen.turn].map((kind) => [kind, 0]));
      for (const kind of waiting.values()) depths.set(kind, (depths.get(kind) ?? 0) + 1);
      return depths;
    },
    ages(what, now) {
      const ages = new Map([...seen[what]].map((label) => [label, NONE]));
      for (const { label, at } of running[what].values()) {
        const age = Math.max(0, now - at);
        const { total, oldest } = ages.get(label) ?? NONE;
        ages.set(label, { total: total + age, oldest: Math.max(oldest, age) });
      }
      return ages;
    },
  };
}
