import type { HandlerId } from '../model/ids.js';
import { deepFreeze } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { LoadedProgress, ProgressChange, ProgressStore } from '../ports/progress-store.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual, requireThat } from './require.js';
import { type Carried, carryOut, freshObject, requireOwnPatch, type StoreSubject } from './store-subject.js';

export type ProgressStoreSubject = StoreSubject<ProgressStore>;

// Microseconds are what the wire format keeps.
const EARLY = 1_704_067_200_000.123;
const LATE = 1_735_689_599_999.999;

const waiting: ProgressRecord = {
  started: EARLY,
  stopped: undefined,
  delayed: LATE,
  purpose: 'create',
  retries: 3,
  success: false,
  failure: false,
  message: 'not yet: "quoted", ünïcode, \n and a new line',
  subrefs: ['parent/a', 'parent/b.c'],
};
const failed: ProgressRecord = {
  started: EARLY,
  stopped: LATE,
  delayed: undefined,
  purpose: 'update',
  retries: 1,
  success: false,
  failure: true,
  message: 'no',
  subrefs: undefined,
};
const fresh: ProgressRecord = { ...failed, stopped: undefined, purpose: 'delete', retries: 0, failure: false, message: undefined };

const LONG = 'a_function_with_a_name_that_is_far_longer_than_any_annotation_key_may_be_in_kubernetes';
const AWKWARD_IDS: readonly HandlerId[] = [
  'create_fn',
  'create_fn/spec.field',
  'parent/child/grandchild',
  'Größe',
  `${LONG}_1`,
  `${LONG}_2`,
  '<lambda>',
];

/** What every `ProgressStore` does, be it on the object or outside. */
export const progressStoreContract: readonly ContractCase<ProgressStoreSubject>[] = [
  {
    name: 'has no records of an object it never saw',
    run: async (make) => {
      const subject = await make();
      const [loaded] = await subject.store.load([{ object: freshObject(subject, 'a'), handlers: ['fn'] }], never());
      requireEqual(loaded?.records.size, 0, 'records');
    },
  },
  {
    name: 'gives back every field of a record',
    run: async (make) => {
      const subject = await make();
      const records = { waiting, failed, fresh };
      const { object } = await store(subject, freshObject(subject, 'a'), records);
      requireEqual(await recordsOf(subject.store, object, Object.keys(records)), records, 'records');
    },
  },
  {
    name: 'keeps records through a restart',
    run: async (make) => {
      const subject = await make();
      const { object } = await store(subject, freshObject(subject, 'a'), { waiting });
      requireEqual(await recordsOf(await subject.reopen(), object, ['waiting']), { waiting }, 'records after the restart');
    },
  },
  {
    name: 'tells handlers apart, also by long and awkward ids',
    run: async (make) => {
      const subject = await make();
      const records = Object.fromEntries(AWKWARD_IDS.map((id, index) => [id, { ...waiting, retries: index }]));
      const { object } = await store(subject, freshObject(subject, 'a'), records);
      requireEqual(await recordsOf(subject.store, object, AWKWARD_IDS), records, 'records');
    },
  },
  {
    name: 'answers a batch in its order, and never mixes objects',
    run: async (make) => {
      const subject = await make();
      const a = await store(subject, freshObject(subject, 'a'), { fn: waiting });
      const b = await store(subject, freshObject(subject, 'b'), { fn: failed });
      const objects = [b.object, freshObject(subject, 'c'), a.object];
      const loaded = await subject.store.load(
        objects.map((object) => ({ object, handlers: ['fn'] })),
        never(),
      );
      requireEqual(
        loaded.map(({ records }) => records.get('fn')?.retries),
        [failed.retries, undefined, waiting.retries],
        'retries',
      );
    },
  },
  {
    name: 'replaces a record as a whole',
    run: async (make) => {
      const subject = await make();
      const first = await store(subject, freshObject(subject, 'a'), { fn: waiting });
      const second = await store(subject, first.object, { fn: fresh });
      requireEqual(await recordsOf(subject.store, second.object, ['fn']), { fn: fresh }, 'records');
    },
  },
  {
    name: 'forgets what is purged and keeps the rest',
    run: async (make) => {
      const subject = await make();
      const first = await store(subject, freshObject(subject, 'a'), { gone: waiting, kept: failed });
      const second = await change(subject, first.object, { object: first.object, store: new Map(), purge: ['gone'] });
      requireEqual(await recordsOf(subject.store, second.object, ['gone', 'kept']), { kept: failed }, 'records');
    },
  },
  {
    name: 'plans nothing for purging what is not there, or for no change at all',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      const seen = await load(subject.store, object, ['fn']);
      for (const purge of [['fn'], []]) {
        const plan = subject.store.plan({ object, store: new Map(), purge }, seen);
        requireEqual(plan.patch, undefined, 'patch');
        requireThat(plan.commit === undefined, 'a commit is planned although there is nothing to do');
      }
    },
  },
  {
    name: 'changes nothing by planning: the same arguments give the same plan',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      const seen = await load(subject.store, object, ['fn']);
      const wanted: ProgressChange = { object, store: new Map([['fn', deepFreeze({ ...waiting })]]), purge: [] };
      const [first, second] = [subject.store.plan(wanted, seen), subject.store.plan(wanted, seen)];
      requireEqual(second.patch, first.patch, 'the second patch');
      requireEqual(second.commit?.payload, first.commit?.payload, 'the second commit');
      requireEqual(await recordsOf(subject.store, object, ['fn']), {}, 'records before the plan was carried out');
    },
  },
  {
    name: 'patches only what it owns, and owns nothing else',
    run: async (make) => {
      const subject = await make();
      const object = freshObject(subject, 'a');
      const plan = subject.store.plan(
        { object, store: new Map(AWKWARD_IDS.map((id) => [id, waiting])), purge: [] },
        await load(subject.store, object, AWKWARD_IDS),
      );
      requireOwnPatch(plan, subject.store);
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
      const seen = await load(subject.store, object, ['fn']);
      const plans = [waiting, failed].map((record) => subject.store.plan({ object, store: new Map([['fn', record]]), purge: [] }, seen));
      const [first, second] = plans;
      if (first?.commit === undefined || second?.commit === undefined) return; // On the object: the API server guards the order.
      requireEqual((await carryOut(object, first, subject.store)).committed, 'done', 'the first commit');
      requireEqual((await carryOut(object, second, subject.store)).committed, 'newer-exists', 'the second commit');
      requireEqual(await recordsOf(subject.store, object, ['fn']), { fn: waiting }, 'records');
    },
  },
];

async function store(
  subject: ProgressStoreSubject,
  object: ObjectView,
  records: Readonly<Record<HandlerId, ProgressRecord>>,
): Promise<Carried> {
  return change(subject, object, { object, store: new Map(Object.entries(records)), purge: [] });
}

async function change(subject: ProgressStoreSubject, object: ObjectView, wanted: ProgressChange): Promise<Carried> {
  const seen = await load(subject.store, object, [...wanted.store.keys(), ...wanted.purge]);
  return carryOut(object, subject.store.plan(wanted, seen), subject.store);
}

async function load(from: ProgressStore, object: ObjectView, handlers: readonly HandlerId[]): Promise<LoadedProgress> {
  const [loaded] = await from.load([{ object, handlers }], never());
  requireThat(loaded !== undefined, 'load() answered less than it was asked');
  return loaded;
}

async function recordsOf(
  from: ProgressStore,
  object: ObjectView,
  handlers: readonly HandlerId[],
): Promise<Record<HandlerId, ProgressRecord>> {
  return Object.fromEntries((await load(from, object, handlers)).records);
}

function never(): AbortSignal {
  return new AbortController().signal;
}
