import { type ClusterClientSubject, describeChanges, recordWatch, type WatchRecord } from './cluster-client-subject.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual, requireThat } from './require.js';

/** What every watch of a `ClusterClient` does. */
export const clusterWatchContract: readonly ContractCase<ClusterClientSubject>[] = [
  watching('lists what exists, between the beginning and the end of the sync', async ({ cluster }, watch) => {
    await cluster.create('a');
    await cluster.create('b');
    const record = watch();
    await record.until('the end of the sync', isSynced);
    const order = record.signals.map(({ kind }) => kind).filter((kind) => kind.startsWith('sync') || kind === 'change');
    requireEqual(order, ['sync-begin', 'change', 'change', 'sync-end'], 'signals');
    requireEqual([...describeChanges(record.changes)].sort(), ['listed a', 'listed b'], 'changes');
  }),
  watching('says additions, modifications and deletions in their order', async ({ cluster }, watch) => {
    const record = watch();
    await record.until('the end of the sync', isSynced);
    await cluster.create('a');
    await cluster.merge('a', { spec: { size: 2 } });
    await cluster.create('b');
    await cluster.remove('a');
    await record.until('four changes', ({ changes }) => changes.length >= 4);
    requireEqual(describeChanges(record.changes), ['added a', 'modified a', 'added b', 'deleted a'], 'changes');
  }),
  watching('shows each object as the cluster has it', async ({ cluster, namespace }, watch) => {
    const created = await cluster.create('a', { spec: { size: 3, text: 'ünïcode' }, metadata: { finalizers: ['example.com/hold'] } });
    const record = watch();
    await record.until('the end of the sync', isSynced);
    await cluster.remove('a');
    await record.until('the mark of deletion', ({ changes }) => changes.some(({ object }) => object.deleting));
    const [listed, deleting] = record.changes.map(({ object }) => object);
    requireEqual(listed?.body().spec, created.spec, 'spec');
    const { uid, resourceVersion } = created.metadata;
    const identity = listed && { uid: listed.uid, name: listed.name, namespace: listed.namespace, resourceVersion: listed.resourceVersion };
    requireEqual(identity, { uid, name: 'a', namespace, resourceVersion }, 'identity');
    requireEqual([listed?.deleting, deleting?.deleting], [false, true], 'whether it is being deleted');
  }),
  watching('goes on after a break, without loss and without repetition', async ({ cluster }, watch) => {
    await cluster.create('a');
    const record = watch();
    await record.until('the end of the sync', isSynced);
    for (const round of [1, 2, 3]) {
      cluster.breakWatches();
      await cluster.merge('a', { spec: { size: round } });
      await cluster.create(`b${String(round)}`);
      await record.until(`the changes of round ${String(round)}`, ({ changes }) =>
        changes.some(({ object }) => object.name === `b${String(round)}`),
      );
    }
    const expected = ['listed a', 'modified a', 'added b1', 'modified a', 'added b2', 'modified a', 'added b3'];
    requireEqual(describeChanges(record.changes), expected, 'changes');
    requireEqual(syncs(record), 1, 'how often the whole was listed');
  }),
  watching('[B9] infers what was deleted while the history was lost', async ({ cluster }, watch) => {
    for (const name of ['kept', 'lost', 'changed']) await cluster.create(name);
    const record = watch();
    await record.until('the end of the sync', isSynced);
    const before = record.changes.length;
    cluster.breakWatches();
    await cluster.remove('lost');
    await cluster.merge('changed', { spec: { size: 9 } });
    await cluster.create('new');
    cluster.forgetHistory();
    await record.until('the end of the second sync', (seen) => syncs(seen) === 2);
    const changes = record.changes.slice(before);
    const named = (name: string) => changes.filter(({ object }) => object.name === name);
    requireEqual(describeChanges(named('lost')), ['deleted lost (inferred)'], 'changes of the lost object');
    requireEqual(describeChanges(named('kept')), [], 'changes of the object that nobody touched');
    requireEqual([named('new').length, named('changed').length], [1, 1], 'how often the new and the changed object are said');
    requireEqual(named('changed')[0]?.object.body().spec, { size: 9 }, 'spec of the changed object');
  }),
  watching('goes on with changes after the history was lost', async ({ cluster }, watch) => {
    await cluster.create('a');
    const record = watch();
    await record.until('the end of the sync', isSynced);
    cluster.breakWatches();
    await cluster.merge('a', { spec: { size: 1 } });
    cluster.forgetHistory();
    await record.until('the end of the second sync', (seen) => syncs(seen) === 2);
    await cluster.create('later');
    await record.until('the later object', ({ changes }) => changes.some(({ object }) => object.name === 'later'));
  }),
  watching('[B10] says that an object is gone before another one takes its name', async ({ cluster }, watch) => {
    const old = await cluster.create('a');
    const record = watch();
    await record.until('the end of the sync', isSynced);
    cluster.breakWatches();
    await cluster.remove('a');
    const young = await cluster.create('a');
    cluster.forgetHistory();
    await record.until('the end of the second sync', (seen) => syncs(seen) === 2);
    const said = record.changes.slice(1).map(({ type, object }) => [type === 'deleted', object.uid]);
    requireEqual(
      said,
      [
        [true, old.metadata.uid],
        [false, young.metadata.uid],
      ],
      'whether it is deleted, and its uid',
    );
  }),
  watching('ends by its signal, and only then', async ({ cluster }, watch) => {
    const record = watch();
    await record.until('the end of the sync', isSynced);
    cluster.breakWatches();
    await record.stop();
    const before = record.signals.length;
    await cluster.create('late');
    requireEqual(record.signals.length, before, 'signals after the end');
  }),
];

/** A case whose watches end with it, whatever happens. */
function watching(
  name: string,
  act: (subject: ClusterClientSubject, watch: () => WatchRecord) => Promise<void>,
): ContractCase<ClusterClientSubject> {
  return {
    name,
    run: async (make) => {
      const subject = await make();
      const records: WatchRecord[] = [];
      const watch = () => {
        const record = recordWatch(subject);
        records.push(record);
        return record;
      };
      try {
        await act(subject, watch);
      } finally {
        await Promise.all(records.map((record) => record.stop()));
      }
      requireThat(
        records.every(({ signals }) => signals.every((said) => said.kind !== 'health' || said.state !== 'denied')),
        'the cluster refused the watch',
      );
    },
  };
}

function isSynced(record: WatchRecord): boolean {
  return syncs(record) > 0;
}

function syncs({ signals }: WatchRecord): number {
  return signals.filter(({ kind }) => kind === 'sync-end').length;
}
