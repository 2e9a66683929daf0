import type { HandlerId, ObjectUid } from '../model/ids.js';
import type { JsonObject } from '../model/json.js';
import type { Essence } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { ExternalWrite } from '../ports/external-place.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';

/** Progress, diff bases and memos outside the objects: what a store like Redis does, in memory. */
export interface MemoryStores {
  readonly progress: ProgressStore;
  readonly diffBase: DiffBaseStore;
  readonly memo: MemoStore;
  /** Objects of which something is kept. */
  readonly size: number;
}

/** A value and its version; a commit says which version it was planned on. */
interface Versioned<Value> {
  readonly value: Value;
  readonly version: string;
}

type Records = ReadonlyMap<HandlerId, ProgressRecord>;

/**
 * The reference of external stores (design 6.14): plans name the version they saw, commits compare and set. It outlives operators:
 * give the same pair to the next one to restart with memory.
 */
export function createMemoryStores(): MemoryStores {
  const records = createVersionedMap<Records>();
  const essences = createVersionedMap<Essence>();
  const memos = createVersionedMap<JsonObject>();
  return {
    progress: {
      load: async (queries) =>
        queries.map(({ object, handlers }) => {
          const found = records.read(object.ref.uid);
          const wanted = [...(found?.value ?? [])].filter(([id]) => handlers.includes(id));
          return { records: new Map(wanted), version: found?.version };
        }),
      plan: ({ object, store, purge }, seen) => {
        const purged = purge.filter((id) => seen.records.has(id));
        if (store.size === 0 && purged.length === 0) return {};
        const payload: RecordsChange = { store, purge: purged, on: seen.version };
        return { commit: { key: object.ref.uid, payload, version: records.newVersion() } };
      },
      commit: async (write) => {
        const change = write.payload as RecordsChange;
        return records.write(write, change.on, (before) => {
          const after = new Map([...(before ?? []), ...change.store]);
          for (const id of change.purge) after.delete(id);
          return after.size === 0 ? undefined : after;
        });
      },
      ownsAnnotation: () => false,
    },
    diffBase: {
      load: async (objects) =>
        objects.map(({ ref }) => {
          const found = essences.read(ref.uid);
          return { essence: found?.value, version: found?.version };
        }),
      plan: ({ object, essence }, seen) => ({
        commit: { key: object.ref.uid, payload: { essence, on: seen.version } satisfies EssenceChange, version: essences.newVersion() },
      }),
      commit: async (write) => {
        const change = write.payload as EssenceChange;
        return essences.write(write, change.on, () => change.essence);
      },
      ownsAnnotation: () => false,
    },
    memo: createMemoStore(memos),
    get size() {
      return new Set([...records.keys(), ...essences.keys(), ...memos.keys()]).size;
    },
  };
}

function createMemoStore(memos: VersionedMap<JsonObject>): MemoStore {
  return {
    load: async (objects) =>
      objects.map(({ ref }) => {
        const found = memos.read(ref.uid);
        return { memo: found?.value, version: found?.version };
      }),
    plan: ({ object, memo }, seen) => ({
      key: object.ref.uid,
      payload: { memo, on: seen.version } satisfies MemoWrite,
      version: memos.newVersion(),
    }),
    commit: async (write) => {
      const change = write.payload as MemoWrite;
      return memos.write(write, change.on, () => change.memo);
    },
  };
}

interface RecordsChange {
  readonly store: Records;
  readonly purge: readonly HandlerId[];
  readonly on: string | undefined;
}

interface EssenceChange {
  readonly essence: Essence;
  readonly on: string | undefined;
}

interface MemoWrite {
  readonly memo: JsonObject;
  readonly on: string | undefined;
}

type VersionedMap<Value> = ReturnType<typeof createVersionedMap<Value>>;

function createVersionedMap<Value>() {
  const entries = new Map<ObjectUid, Versioned<Value>>();
  // Never reset, so that a forgotten and re-created entry cannot be taken for the old one.
  let lastVersion = 0;
  const newVersion = (): string => String((lastVersion += 1));
  return {
    newVersion,
    keys: () => entries.keys(),
    read: (uid: ObjectUid) => entries.get(uid),
    write: (
      { key, version = newVersion() }: ExternalWrite,
      on: string | undefined,
      next: (before: Value | undefined) => Value | undefined,
    ): 'done' | 'newer-exists' => {
      const before = entries.get(key);
      if (before?.version !== on) return 'newer-exists';
      const value = next(before?.value);
      if (value === undefined) entries.delete(key);
      else entries.set(key, { value, version });
      return 'done';
    },
  };
}
