// Memory outside of the cluster, as somebody else would write it: one text per object, records and essence, with a place of its own.
import {
  parseJson,
  stringifyJson,
  type DiffBaseStore,
  type Essence,
  type ExternalPlace,
  type ExternalWrite,
  type HandlerId,
  type JsonObject,
  type MemoStore,
  type Plugin,
  type ProgressRecord,
  type ProgressStore,
} from '@kopfts/core';

export interface TableRow {
  readonly text: string | undefined;
  /** 0: nothing, or what was taken from another store. */
  readonly revision: number;
}

interface Change {
  readonly key: string;
  readonly text: string | undefined;
  readonly on: number;
}

export type Table = Map<string, TableRow>;

export function inTable(table: Table, { memos = false }: { readonly memos?: boolean } = {}): Plugin {
  const place = placeOf(table);
  return {
    name: 'table',
    setup(host) {
      host.contribute('progressStore', { open: () => progressIn(table, place) });
      host.contribute('diffBaseStore', { open: () => diffBaseIn(table, place) });
      if (memos) host.contribute('memoStore', { open: () => memosIn(table, place) });
    },
  };
}

const PURPOSES = ['progress', 'essence', 'memo'] as const;
type Purpose = (typeof PURPOSES)[number];

function read(table: Table, purpose: Purpose, uid: string): TableRow {
  return table.get(`${purpose} ${uid}`) ?? { text: undefined, revision: 0 };
}

function writeOf(key: string, { text, seen }: { readonly text: string | undefined; readonly seen: string | undefined }): ExternalWrite {
  const on = Number(seen ?? 0);
  return { key, payload: { key, text, on } satisfies Change, version: String(on + 1) };
}

function placeOf(table: Table): ExternalPlace {
  return {
    commit: (writes) => {
      const changes = writes.map(({ payload }) => payload as Change);
      if (changes.some(({ key, on }) => (table.get(key)?.revision ?? 0) !== on)) return Promise.resolve('newer-exists');
      for (const { key, text, on } of changes) table.set(key, { text, revision: on + 1 });
      return Promise.resolve('done');
    },
    reachable: () => Promise.resolve(),
    away: () => undefined,
    take({ object, records, essence, memo }) {
      const { uid } = object.ref;
      const texts = { progress: recordsText(records), essence: essence && stringifyJson(essence), memo: memo && stringifyJson(memo) };
      const isNewer = read(table, 'essence', uid).revision > 0;
      for (const purpose of PURPOSES)
        if (read(table, purpose, uid).revision === 0) table.set(`${purpose} ${uid}`, { text: texts[purpose], revision: 0 });
      return Promise.resolve(isNewer ? 'newer-exists' : 'done');
    },
    clear({ ref: { uid } }) {
      for (const purpose of PURPOSES) table.set(`${purpose} ${uid}`, { text: undefined, revision: read(table, purpose, uid).revision + 1 });
      return Promise.resolve('done');
    },
    forget({ uid }) {
      for (const purpose of PURPOSES) table.delete(`${purpose} ${uid}`);
    },
  };
}

function progressIn(table: Table, place: ExternalPlace): ProgressStore {
  return {
    place,
    load: (queries) =>
      Promise.resolve(
        queries.map(({ object, handlers }) => {
          const { text, revision } = read(table, 'progress', object.ref.uid);
          return { records: new Map(recordsOf(text).filter(([id]) => handlers.includes(id))), version: String(revision) };
        }),
      ),
    plan({ object, store, purge }, seen) {
      const { uid } = object.ref;
      const records = new Map([...recordsOf(read(table, 'progress', uid).text), ...seen.records]);
      const purged = purge.filter((id) => records.delete(id));
      if (store.size + purged.length === 0) return {};
      return { commit: writeOf(`progress ${uid}`, { text: recordsText(new Map([...records, ...store])), seen: seen.version }) };
    },
    commit: (write, signal) => place.commit([write], signal),
    ownsAnnotation: () => false,
  };
}

function diffBaseIn(table: Table, place: ExternalPlace): DiffBaseStore {
  return {
    place,
    load: (objects) =>
      Promise.resolve(
        objects.map(({ ref }) => {
          const { text, revision } = read(table, 'essence', ref.uid);
          return { essence: text === undefined ? undefined : (parseJson(text) as Essence), version: String(revision) };
        }),
      ),
    plan: ({ object, essence }, seen) => ({
      commit: writeOf(`essence ${object.ref.uid}`, { text: stringifyJson(essence), seen: seen.version }),
    }),
    commit: (write, signal) => place.commit([write], signal),
    ownsAnnotation: () => false,
  };
}

function memosIn(table: Table, place: ExternalPlace): MemoStore {
  return {
    place,
    load: (objects) =>
      Promise.resolve(
        objects.map(({ ref }) => {
          const { text, revision } = read(table, 'memo', ref.uid);
          return { memo: text === undefined ? undefined : (parseJson(text) as JsonObject), version: String(revision) };
        }),
      ),
    plan: ({ object, memo }, seen) => writeOf(`memo ${object.ref.uid}`, { text: stringifyJson(memo), seen: seen.version }),
    commit: (write, signal) => place.commit([write], signal),
  };
}

function recordsText(records: ReadonlyMap<HandlerId, ProgressRecord>): string | undefined {
  return records.size === 0 ? undefined : JSON.stringify(Object.fromEntries(records));
}

function recordsOf(text: string | undefined): readonly [HandlerId, ProgressRecord][] {
  return text === undefined ? [] : Object.entries(JSON.parse(text) as Record<HandlerId, ProgressRecord>);
}
