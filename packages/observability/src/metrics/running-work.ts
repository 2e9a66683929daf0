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

/** An attempt of a handler for an object: at most one at a time in each family. */
export interface Attempt {
  readonly handler: string;
  readonly family: string;
}

export interface RunningWork {
  queued(uid: string, begun: Begun): void;
  turnBegun(uid: string, begun: Begun): void;
  turnEnded(uid: string): void;
  attemptBegun(uid: string, begun: Begun & Attempt): void;
  /** Whether it had begun. */
  attemptEnded(uid: string, attempt: Attempt): boolean;
  /** The object is gone; it waits for nothing. */
  forget(uid: string): void;
  /** Objects that wait, by kind; kinds that had one stay, with zero. */
  depths(): ReadonlyMap<string, number>;
  /** Milliseconds by label, of what waits for its turn, of turns and of attempts; labels that had one stay, with zero. */
  ages(what: 'wait' | 'turn' | 'attempt', now: number): ReadonlyMap<string, Ages>;
}

const NONE: Ages = { total: 0, oldest: 0 };

export function createRunningWork(): RunningWork {
  const waiting = new Map<string, Begun>();
  const turns = new Map<string, Begun>();
  // Of each object, those that run: one or two.
  const attempts = new Map<string, (Begun & Attempt)[]>();
  const seen = { turn: new Set<string>(), attempt: new Set<string>() };
  const going = (what: 'wait' | 'turn' | 'attempt'): Iterable<Begun> => {
    if (what === 'attempt') return [...attempts.values()].flat();
    return what === 'turn' ? turns.values() : waiting.values();
  };
  return {
    queued(uid, begun) {
      // It may be said again, when it waits for something else: it goes on waiting.
      if (!waiting.has(uid)) waiting.set(uid, begun);
    },
    turnBegun(uid, begun) {
      waiting.delete(uid);
      seen.turn.add(begun.label);
      turns.set(uid, begun);
    },
    turnEnded: (uid) => turns.delete(uid),
    attemptBegun(uid, begun) {
      seen.attempt.add(begun.label);
      const others = attempts.get(uid);
      if (others === undefined) attempts.set(uid, [begun]);
      else others.push(begun);
    },
    attemptEnded(uid, { handler, family }) {
      const running = attempts.get(uid);
      const index = running?.findIndex((one) => one.handler === handler && one.family === family) ?? -1;
      if (running === undefined || index < 0) return false;
      if (running.length === 1) attempts.delete(uid);
      else running.splice(index, 1);
      return true;
    },
    forget: (uid) => waiting.delete(uid),
    depths() {
      const depths = new Map([...seen.turn].map((kind) => [kind, 0]));
      for (const { label } of waiting.values()) depths.set(label, (depths.get(label) ?? 0) + 1);
      return depths;
    },
    ages(what, now) {
      // Whatever waited has its turn.
      const ages = new Map([...seen[what === 'attempt' ? 'attempt' : 'turn']].map((label) => [label, NONE]));
      for (const { label, at } of going(what)) {
        const age = Math.max(0, now - at);
        const { total, oldest } = ages.get(label) ?? NONE;
        ages.set(label, { total: total + age, oldest: Math.max(oldest, age) });
      }
      return ages;
    },
  };
}
