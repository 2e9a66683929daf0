import type { HistoryEntry, HistoryEntryBody } from './history.js';

/** The pen of a history: one list for all of a world. */
export interface Journal {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  note(entry: HistoryEntryBody): void;
  /** What the server does while `act` runs it does for this call. */
  during<T>(call: number, act: () => T): T;
  /** The call that the server carries out now. */
  readonly carried: number | undefined;
}

/** Begins a history; `nowMs` is a clock that never jumps. */
export function createJournal(nowMs: () => number): Journal {
  const entries: HistoryEntry[] = [];
  let carried: number | undefined;
  return {
    entries,
    note: (entry) => {
      entries.push({ ...entry, seq: entries.length, atMs: nowMs() });
    },
    during: (call, act) => {
      carried = call;
      try {
        return act();
      } finally {
        carried = undefined;
      }
    },
    get carried() {
      return carried;
    },
  };
}
