import {
  parseJson,
  stringifyJson,
  type DiffBaseStore,
  type Essence,
  type ExternalWrite,
  type HandlerId,
  type ProgressRecord,
  type ProgressStore,
} from '@kopfts/core';
import type { Backend } from './backend.js';

/** What a plan wants to be kept, as data, and on which version it was made. */
interface Payload<Wanted> {
  readonly on: string | undefined;
  readonly wanted: Wanted;
}

interface RecordsChange {
  readonly store: Records;
  readonly purge: readonly HandlerId[];
}

type Records = Record<HandlerId, ProgressRecord>;

/** The progress of handlers over several attempts. `newVersion` gives another text at each call. */
export function createProgressStore(backend: Backend, newVersion: () => string): ProgressStore {
  return {
    load: async (queries, signal) => {
      const entries = await backend.read(
        queries.map(({ object }) => progressKey(object.ref.uid)),
        signal,
      );
      return queries.map(({ handlers }, index) => {
        const entry = entries[index];
        const all = Object.entries(recordsOf(entry?.text));
        return { records: new Map(all.filter(([id]) => handlers.includes(id))), version: entry?.version };
      });
    },
    plan: ({ object, store, purge }, seen) => {
      const purged = purge.filter((id) => seen.records.has(id));
      if (store.size === 0 && purged.length === 0) return {};
      const payload: Payload<RecordsChange> = { on: seen.version, wanted: { store: Object.fromEntries(store), purge: purged } };
      return { commit: { key: progressKey(object.ref.uid), payload, version: newVersion() } };
    },
    commit: (write, signal) => commit(backend, { write, next: changedRecords }, signal),
    ownsAnnotation: () => false,
  };
}

/** What was handled last of each object. */
export function createDiffBaseStore(backend: Backend, newVersion: () => string): DiffBaseStore {
  return {
    load: async (objects, signal) => {
      const entries = await backend.read(
        objects.map(({ ref }) => essenceKey(ref.uid)),
        signal,
      );
      return entries.map((entry) => ({ essence: essenceOf(entry?.text), version: entry?.version }));
    },
    plan: ({ object, essence }, seen) => {
      // Not JSON.stringify: numbers beyond 2^53 would be rounded.
      const payload: Payload<string> = { on: seen.version, wanted: stringifyJson(essence) };
      return { commit: { key: essenceKey(object.ref.uid), payload, version: newVersion() } };
    },
    commit: (write, signal) => commit(backend, { write, next: (_before, text: string) => text }, signal),
    ownsAnnotation: () => false,
  };
}

const progressKey = (uid: string): string => `progress/${uid}`;
const essenceKey = (uid: string): string => `essence/${uid}`;

function recordsOf(text: string | undefined): Records {
  return text === undefined ? {} : (JSON.parse(text) as Records);
}

function essenceOf(text: string | undefined): Essence | undefined {
  return text === undefined ? undefined : (parseJson(text) as Essence);
}

function changedRecords(before: string | undefined, { store, purge }: RecordsChange): string {
  const kept = Object.entries(recordsOf(before)).filter(([id]) => !purge.includes(id));
  return JSON.stringify({ ...Object.fromEntries(kept), ...store });
}

interface Commit<Wanted> {
  readonly write: ExternalWrite;
  /** The whole text, made of the one before. */
  readonly next: (before: string | undefined, wanted: Wanted) => string;
}

/** Compare and set: what was planned on an older state is refused, and planned again by the engine. */
async function commit<Wanted>(backend: Backend, { write, next }: Commit<Wanted>, signal: AbortSignal): Promise<'done' | 'newer-exists'> {
  const { on, wanted } = write.payload as Payload<Wanted>;
  const [before] = await backend.read([write.key], signal);
  if (before?.version !== on) return 'newer-exists';
  const entry = { text: next(before?.text, wanted), version: write.version ?? '' };
  return (await backend.write({ key: write.key, on, entry }, signal)) ? 'done' : 'newer-exists';
}
