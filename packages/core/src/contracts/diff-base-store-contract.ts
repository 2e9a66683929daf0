import { parseJson, stringifyJson } from '../model/json-text.js';
import { deepFreeze } from '../model/json.js';
import type { Essence, ObjectView } from '../model/object.js';
import type { DiffBaseStore, LoadedDiffBase } from '../ports/diff-base-store.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual, requireThat } from './require.js';
import { type Carried, carryOut, freshObject, requireOwnPatch, type StoreSubject } from './store-subject.js';

export type DiffBaseStoreSubject = StoreSubject<DiffBaseStore>;

const rich: Essence = deepFreeze({
  spec: { text: 'ünïcode "quoted"\n', list: [1, null, { deep: [true, false] }], empty: {}, none: [], number: -1.5, nothing: null },
  metadata: { labels: { 'example.com/label': 'x' }, annotations: { 'example.com/foreign': 'kept' } },
});
const other: Essence = deepFreeze({ spec: { only: 'this' } });

/** What every `DiffBaseStore` does, be it on the object or outside. */
export const diffBaseStoreContract: readonly ContractCase<DiffBaseStoreSubject>[] = [
  {
    name: 'has no essence of an object it never saw',
    run: async (make) => {
      const subject = await make();
      requireEqual((await load(subject.store, freshObject(subject, 'a'))).essence, undefined, 'essence');
    },
  },
  {
    name: 'gives back the essence as it was',
    run: async (make) => {
      const subject = await make();
      const { object } = await store(subject, freshObject(subject, 'a'), rich);
      requireEqual((await load(subject.store, object)).essence, rich, 'essence');
    },
  },
  {
    name: 'keeps the digits of numbers that JavaScript would round',
    run: async (make) => {
      const subject = await make();
      const text = '{"spec":{"n":9007199254740993,"list":[{"f":1.00000000000000001}]}}';
      const { object } = await store(subject, freshObject(subject, 'a'), deepFreeze(parseJson(text) as Essence));
      requireEqual(stringifyJson((await load(await subject.reopen(), object)).essence ?? null), text, 'text of the essence');
    },
  },
  {
    name: 'tells an empty essence from none',
    run: async (make) => {
      const subject = await make();
      const { object } = await store(subject, freshObject(subject, 'a'), {});
      requireEqual((await load(subject.store, object)).essence, {}, 'essence');
    },
  },
  {
    name: 'keeps the essence through a restart',
    run: async (make) => {
      const subject = await make();
      const { object } = await store(subject, freshObject(subject, 'a'), rich);
      requireEqual((await load(await subject.reopen(), object)).essence, rich, 'essence after the restart');
    },
  },
  {
    name: 'replaces the essence as a whole: what is no longer in it is gone',
    run: async (make) => {
      const subject = await make();
      const first = await store(subject, freshObject(subject, 'a'), rich);
      const second = await store(subject, first.object, other);
      requireEqual((await load(subject.store, second.object)).essence, other, 'essence');
    },
  },
  {
    name: 'answers a batch in its order, and never mixes objects',
    run: async (make) => {
      const subject = await make();
      const a = await store(subject, freshObject(subject, 'a'), rich);
      const b = await store(subject, freshObject(subject, 'b'), other);
      const loaded = await subject.store.load([b.object, freshObject(subject, 'c'), a.object], never());
      requireEqual(
        loaded.map(({ essence }) => essence ?? 'none'),
        [other, 'none', rich],
        'essences',
      );
    },
  },
  {
    name: 'changes nothing by planning: the same arguments give the same plan',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      const seen = await load(subject.store, object);
      const [first, second] = [0, 1].map(() => subject.store.plan({ object, essence: rich }, seen));
      requireEqual(second?.patch, first?.patch, 'the second patch');
      requireEqual(second?.commit?.payload, first?.commit?.payload, 'the second commit');
      requireEqual((await load(subject.store, object)).essence, undefined, 'essence before the plan was carried out');
    },
  },
  {
    name: 'patches only what it owns, and owns nothing else',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      requireOwnPatch(subject.store.plan({ object, essence: rich }, await load(subject.store, object)), subject.store);
      for (const foreign of ['example.com/foreign', 'kubectl.kubernetes.io/restartedAt', 'plain']) {
        requireThat(!subject.store.ownsAnnotation(foreign), `the store claims the annotation ${foreign}`);
      }
    },
  },
  {
    name: 'refuses a commit that was planned on an older version',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      const seen = await load(subject.store, object);
      const [first, second] = [rich, other].map((essence) => subject.store.plan({ object, essence }, seen));
      if (first?.commit === undefined || second?.commit === undefined) return; // On the object: the API server guards the order.
      requireEqual((await carryOut(object, first, subject.store)).committed, 'done', 'the first commit');
      requireEqual((await carryOut(object, second, subject.store)).committed, 'newer-exists', 'the second commit');
      requireEqual((await load(subject.store, object)).essence, rich, 'essence');
    },
  },
];

async function store(subject: DiffBaseStoreSubject, object: ObjectView, essence: Essence): Promise<Carried> {
  return carryOut(object, subject.store.plan({ object, essence }, await load(subject.store, object)), subject.store);
}

async function load(from: DiffBaseStore, object: ObjectView): Promise<LoadedDiffBase> {
  const [loaded] = await from.load([object], never());
  requireThat(loaded !== undefined, 'load() answered less than it was asked');
  return loaded;
}

function never(): AbortSignal {
  return new AbortController().signal;
}
