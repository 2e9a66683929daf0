import { deepFreeze, type JsonObject } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import type { LoadedMemo, MemoStore } from '../ports/memo-store.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual } from './require.js';
import { freshObject, type StoreSubject } from './store-subject.js';

export type MemoStoreSubject = StoreSubject<MemoStore>;

const rich: JsonObject = deepFreeze({ text: 'ünïcode "quoted"\n', list: [1, null, { deep: [true, false] }], empty: {}, number: -1.5 });
const other: JsonObject = deepFreeze({ only: 'this' });

/** What every `MemoStore` does. */
export const memoStoreContract: readonly ContractCase<MemoStoreSubject>[] = [
  {
    name: 'has no memo of an object it never saw',
    run: async (make) => {
      const subject = await make();
      requireEqual((await load(subject.store, freshObject(subject, 'm'))).memo, undefined, 'memo');
    },
  },
  {
    name: 'keeps the memo through a restart, as it was',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'm');
      requireEqual(await store(subject.store, object, { memo: rich }), 'done', 'outcome');
      requireEqual((await load(await subject.reopen(), object)).memo, rich, 'memo after the restart');
    },
  },
  {
    name: 'replaces the memo as a whole: what is no longer in it is gone',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'm');
      await store(subject.store, object, { memo: rich });
      await store(subject.store, object, { memo: other });
      requireEqual((await load(subject.store, object)).memo, other, 'memo');
    },
  },
  {
    name: 'keeps the memos of objects apart',
    run: async (make) => {
      const subject = await make();
      const [one, two] = [freshObject(subject, 'm'), freshObject(subject, 'n')];
      await store(subject.store, one, { memo: rich });
      await store(subject.store, two, { memo: other });
      const memos = (await subject.store.load([two, one], new AbortController().signal)).map(({ memo }) => memo);
      requireEqual(memos, [other, rich], 'memos');
    },
  },
  {
    name: 'refuses a memo that was planned on an older one, and keeps the newer',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'm');
      const seen = await load(subject.store, object);
      await store(await subject.reopen(), object, { memo: other });
      requireEqual(await store(subject.store, object, { memo: rich, seen }), 'newer-exists', 'outcome');
      requireEqual((await load(subject.store, object)).memo, other, 'memo');
    },
  },
];

async function load(memos: MemoStore, object: ObjectView): Promise<LoadedMemo> {
  const [loaded] = await memos.load([object], new AbortController().signal);
  return loaded ?? { memo: undefined, version: undefined };
}

async function store(
  memos: MemoStore,
  object: ObjectView,
  { memo, seen }: { readonly memo: JsonObject; readonly seen?: LoadedMemo },
): Promise<'done' | 'newer-exists'> {
  return memos.commit(memos.plan({ object, memo }, seen ?? (await load(memos, object))), new AbortController().signal);
}
