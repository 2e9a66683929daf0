/** What is kept under a key, and its version: an opaque text that is never used twice. */
export interface Entry {
  readonly text: string;
  readonly version: string;
}

/** A write that is done only if the entry still has the version `on`; `undefined`: if there is none. */
export interface Change {
  readonly key: string;
  readonly on: string | undefined;
  readonly entry: Entry;
}

/** Where texts are kept, by keys: the only thing to replace for another database. */
export interface Backend {
  /** The entries of these keys, in their order. */
  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (Entry | undefined)[]>;
  /** False, with nothing written, if somebody wrote meanwhile: reading and writing must be one step. */
  write(change: Change, signal: AbortSignal): Promise<boolean>;
}

/** In memory: for tests, and for trying it out. It forgets everything when the operator ends. */
export function createMemoryBackend(): Backend {
  const entries = new Map<string, Entry>();
  return {
    read: async (keys) => keys.map((key) => entries.get(key)),
    write: async ({ key, on, entry }) => {
      if (entries.get(key)?.version !== on) return false;
      entries.set(key, entry);
      return true;
    },
  };
}
