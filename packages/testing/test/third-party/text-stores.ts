// Stores as somebody else would write them, against nothing but what @kopfts/core exports: one text per object and purpose, in a table.
import {
  parseJson,
  stringifyJson,
  type DiffBaseStore,
  type Essence,
  type ExternalWrite,
  type HandlerId,
  type JsonObject,
  type MemoStore,
  type ObjectUid,
  type Plugin,
  type ProgressRecord,
  type ProgressStore,
} from '@kopfts/core';

/** Of a database: rows by their key, each with a revision that grows. */
export interface Table {
  readonly rows: Map<string, { readonly text: string; readonly revision: number }>;
}

interface Change {
  readonly text: string | undefined;
  /** The revision that the change was planned on; 0: there was none. */
  readonly on: number;
}

export function createTable(): Table {
  return { rows: new Map() };
}

/** All three stores of an operator. */
export function textStores(table: Table): { readonly progress: ProgressStore; readonly diffBase: DiffBaseStore; readonly memo: MemoStore } {
  const commit = (write: ExternalWrite) => Promise.resolve(change(table, write));
  const read = (purpose: string, uid: ObjectUid) => table.rows.get(`${purpose} ${uid}`);
  const plan = (purpose: string, uid: ObjectUid, { text, seen }: { text: string | undefined; seen: string | undefined }): ExternalWrite => {
    const on = Number(seen ?? 0);
    return { key: `${purpose} ${uid}`, payload: { text, on } satisfies Change, version: String(on + 1) };
  };
  return {
    progress: {
      load: (queries) =>
        Promise.resolve(
          queries.map(({ object, handlers }) => {
            const row = read('progress', object.ref.uid);
            const records = new Map(Object.entries(recordsOf(row?.text)).filter(([id]) => handlers.includes(id)));
            return { records, version: versionOf(row) };
          }),
        ),
      plan({ object, store, purge }, seen) {
        const row = read('progress', object.ref.uid);
        const records = new Map<HandlerId, ProgressRecord>([...Object.entries(recordsOf(row?.text)), ...seen.records]);
        const before = records.size;
        for (const id of purge) records.delete(id);
        if (store.size === 0 && records.size === before) return {};
        for (const [id, record] of store) records.set(id, record);
        const text = records.size === 0 ? undefined : JSON.stringify(Object.fromEntries(records));
        return { commit: plan('progress', object.ref.uid, { text, seen: seen.version }) };
      },
      commit,
      ownsAnnotation: () => false,
    },
    diffBase: {
      load: (objects) =>
        Promise.resolve(
          objects.map(({ ref }) => {
            const row = read('essence', ref.uid);
            return { essence: row?.text === undefined ? undefined : (parseJson(row.text) as Essence), version: versionOf(row) };
          }),
        ),
      plan: ({ object, essence }, seen) => ({
        commit: plan('essence', object.ref.uid, { text: stringifyJson(essence), seen: seen.version }),
      }),
      commit,
      ownsAnnotation: () => false,
    },
    memo: {
      load: (objects) =>
        Promise.resolve(
          objects.map(({ ref }) => {
            const row = read('memo', ref.uid);
            return { memo: row?.text === undefined ? undefined : (JSON.parse(row.text) as JsonObject), version: versionOf(row) };
          }),
        ),
      plan: ({ object, memo }, seen) => plan('memo', object.ref.uid, { text: JSON.stringify(memo), seen: seen.version }),
      commit,
    },
  };
}

/** For a configuration. */
export function inTable(table: Table): Plugin {
  return {
    name: 'table',
    setup(host) {
      const { progress, diffBase, memo } = textStores(table);
      host.contribute('progressStore', { open: () => progress });
      host.contribute('diffBaseStore', { open: () => diffBase });
      host.contribute('memoStore', { open: () => memo });
    },
  };
}

function change({ rows }: Table, { key, payload }: ExternalWrite): 'done' | 'newer-exists' {
  const { text, on } = payload as Change;
  if ((rows.get(key)?.revision ?? 0) !== on) return 'newer-exists';
  rows.set(key, { text: text ?? '', revision: on + 1 });
  return 'done';
}

function recordsOf(text: string | undefined): Readonly<Record<HandlerId, ProgressRecord>> {
  return text === undefined || text === '' ? {} : (JSON.parse(text) as Record<HandlerId, ProgressRecord>);
}

function versionOf(row: { readonly revision: number } | undefined): string | undefined {
  return row === undefined ? undefined : String(row.revision);
}
