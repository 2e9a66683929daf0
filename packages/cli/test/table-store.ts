// Memory outside of the cluster, as somebody else would write it: one text per object, records and essence, with a place of its own.
import {
  parseJson,
  stringifyJson,
  type CommitResult,
  type DiffBaseStore,
  type Essence,
  type ExternalPlace,
  type ExternalWrite,
  type HandlerId,
  type Plugin,
  type ProgressRecord,
  type ProgressStore,
} from '@kopfts/core';

interface Row {
  readonly text: string | undefined;
  /** 0: nothing, or what was taken from another store. */
  readonly revision: number;
}

interface Change {
  readonly key: string;
  readonly text: string | undefined;
  readonly on: number;
}

export type Table = Map<string, Row>;

export function inTable(table: Table): Plugin {
  const read = (purpose: string, uid: string): Row => table.get(`${purpose} ${uid}`) ?? { text: undefined, revision: 0 };
  const writeOf = (key: string, { text, seen }: { text: string | undefined; seen: string | undefined }): ExternalWrite => {
    const on = Number(seen ?? 0);
    return { key, payload: { key, text, on } satisfies Change, version: String(on + 1) };
  };
  const commit = (writes: readonly ExternalWrite[]): CommitResult => {
    const changes = writes.map(({ payload }) => payload as Change);
    if (changes.some(({ key, on }) => (table.get(key)?.revision ?? 0) !== on)) return 'newer-exists';
    for (const { key, text, on } of changes) table.set(key, { text, revision: on + 1 });
    return 'done';
  };
  const place: ExternalPlace = {
    commit: (writes) => Promise.resolve(commit(writes)),
    reachable: () => Promise.resolve(),
    away: () => undefined,
    take({ object, records, essence }) {
      const rows = { progress: recordsText(records), essence: essence && stringifyJson(essence) };
      const isNewer = read('essence', object.ref.uid).revision > 0;
      for (const [purpose, text] of Object.entries(rows))
        if (read(purpose, object.ref.uid).revision === 0) table.set(`${purpose} ${object.ref.uid}`, { text, revision: 0 });
      return Promise.resolve(isNewer ? 'newer-exists' : 'done');
    },
    clear({ ref }) {
      for (const purpose of ['progress', 'essence'])
        table.set(`${purpose} ${ref.uid}`, { text: undefined, revision: read(purpose, ref.uid).revision + 1 });
      return Promise.resolve('done');
    },
    forget({ uid }) {
      for (const purpose of ['progress', 'essence']) table.delete(`${purpose} ${uid}`);
    },
  };
  const progress: ProgressStore = {
    place,
    load: (queries) =>
      Promise.resolve(
        queries.map(({ object, handlers }) => {
          const { text, revision } = read('progress', object.ref.uid);
          return { records: new Map(recordsOf(text).filter(([id]) => handlers.includes(id))), version: String(revision) };
        }),
      ),
    plan({ object, store, purge }, seen) {
      const { uid } = object.ref;
      const records = new Map([...recordsOf(read('progress', uid).text), ...seen.records]);
      const purged = purge.filter((id) => records.delete(id));
      if (store.size + purged.length === 0) return {};
      return { commit: writeOf(`progress ${uid}`, { text: recordsText(new Map([...records, ...store])), seen: seen.version }) };
    },
    commit: (write) => Promise.resolve(commit([write])),
    ownsAnnotation: () => false,
  };
  const diffBase: DiffBaseStore = {
    place,
    load: (objects) =>
      Promise.resolve(
        objects.map(({ ref }) => {
          const { text, revision } = read('essence', ref.uid);
          return { essence: text === undefined ? undefined : (parseJson(text) as Essence), version: String(revision) };
        }),
      ),
    plan: ({ object, essence }, seen) => ({
      commit: writeOf(`essence ${object.ref.uid}`, { text: stringifyJson(essence), seen: seen.version }),
    }),
    commit: (write) => Promise.resolve(commit([write])),
    ownsAnnotation: () => false,
  };
  return {
    name: 'table',
    setup(host) {
      host.contribute('progressStore', { open: () => progress });
      host.contribute('diffBaseStore', { open: () => diffBase });
    },
  };
}

function recordsText(records: ReadonlyMap<HandlerId, ProgressRecord>): string | undefined {
  return records.size === 0 ? undefined : JSON.stringify(Object.fromEntries(records));
}

function recordsOf(text: string | undefined): readonly [HandlerId, ProgressRecord][] {
  return text === undefined ? [] : Object.entries(JSON.parse(text) as Record<HandlerId, ProgressRecord>);
}
