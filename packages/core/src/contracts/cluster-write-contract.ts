import { isJsonObject } from '../model/json.js';
import type { ObjectRef } from '../model/object.js';
import type { KubernetesEvent } from '../model/kubernetes-event.js';
import type { JsonPatchOperation, MergePatch } from '../model/patch.js';
import type { WriteOutcome } from '../ports/cluster-client.js';
import { type ClusterClientSubject, refOf } from './cluster-client-subject.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual, requireThat } from './require.js';

const ANNOTATION = 'example.com/written';

/** What every write of a `ClusterClient` does (design 6.8). */
export const clusterWriteContract: readonly ContractCase<ClusterClientSubject>[] = [
  writing('commits a merge patch and gives the object as it became', async (subject) => {
    const created = await subject.cluster.create('a', { spec: { size: 1, kept: true } });
    const outcome = await merge(subject, refOf(subject, created), { spec: { size: 2 }, metadata: { annotations: { [ANNOTATION]: 'x' } } });
    requireThat(outcome.kind === 'committed', `the outcome is ${outcome.kind}`);
    requireEqual(outcome.object.body().spec, { size: 2, kept: true }, 'spec in the answer');
    requireThat(outcome.object.resourceVersion !== created.metadata.resourceVersion, 'the version in the answer is the old one');
    requireEqual((await subject.cluster.get('a'))?.metadata.resourceVersion, outcome.object.resourceVersion, 'version in the cluster');
  }),
  writing('[D1] never lets a merge patch reach another object of the same name', async (subject) => {
    const { ref, young } = await recreated(subject);
    const outcome = await merge(subject, ref, { metadata: { annotations: { [ANNOTATION]: 'x' } } });
    requireEqual(outcome.kind, 'replaced', 'outcome');
    requireEqual((await subject.cluster.get('a'))?.metadata.resourceVersion, young, 'version of the new object');
  }),
  writing('[D1] never lets a JSON patch reach another object of the same name', async (subject) => {
    const { ref, young } = await recreated(subject);
    const outcome = await json(subject, ref, [{ op: 'add', path: '/metadata/labels', value: { written: 'x' } }]);
    requireThat(outcome.kind === 'stale' || outcome.kind === 'replaced', `the outcome is ${outcome.kind}`);
    requireEqual((await subject.cluster.get('a'))?.metadata.resourceVersion, young, 'version of the new object');
  }),
  writing('[D1] never lets a status reach another object of the same name', async (subject) => {
    const { ref, young } = await recreated(subject);
    const outcome = await status(subject, ref, [{ op: 'add', path: '/status', value: { note: 'of the old one' } }]);
    requireThat(outcome.kind === 'stale' || outcome.kind === 'replaced', `the outcome is ${outcome.kind}`);
    requireEqual((await subject.cluster.get('a'))?.metadata.resourceVersion, young, 'version of the new object');
  }),
  writing('says that the object is gone, on either endpoint', async (subject) => {
    const ref = refOf(subject, await subject.cluster.create('a'));
    await subject.cluster.remove('a');
    const outcomes = [
      await merge(subject, ref, { spec: { size: 2 } }),
      await json(subject, ref, [{ op: 'add', path: '/spec', value: { size: 2 } }]),
      await status(subject, ref, [{ op: 'add', path: '/status', value: { note: 'x' } }]),
    ];
    requireEqual(
      outcomes.map(({ kind }) => kind),
      ['gone', 'gone', 'gone'],
      'outcomes',
    );
  }),
  writing('says that a failed test was computed from an older state', async (subject) => {
    const created = await subject.cluster.create('a', { spec: { size: 1 } });
    const operations: readonly JsonPatchOperation[] = [
      { op: 'test', path: '/spec/size', value: 7 },
      { op: 'replace', path: '/spec/size', value: 8 },
    ];
    requireEqual((await json(subject, refOf(subject, created), operations)).kind, 'stale', 'outcome');
    requireEqual((await subject.cluster.get('a'))?.spec, { size: 1 }, 'spec');
  }),
  writing('says that a patch of a path that does not exist was computed from an older state', async (subject) => {
    const created = await subject.cluster.create('a', { spec: { size: 1 } });
    const outcome = await json(subject, refOf(subject, created), [{ op: 'remove', path: '/spec/missing' }]);
    requireEqual(outcome.kind, 'stale', 'outcome');
  }),
  writing('names what the schema refuses', async (subject) => {
    const created = await subject.cluster.create('a', { spec: { size: 1 } });
    const outcome = await merge(subject, refOf(subject, created), { spec: { size: -1 } });
    requireThat(outcome.kind === 'invalid', `the outcome is ${outcome.kind}`);
    requireEqual(
      outcome.causes.map(({ field }) => field),
      ['spec.size'],
      'fields of the causes',
    );
  }),
  writing('writes a status where there is none, and then a part of it', async (subject) => {
    const created = await subject.cluster.create('a');
    const ref = refOf(subject, created);
    const first = await status(subject, ref, [
      { op: 'test', path: '/status', value: null },
      { op: 'add', path: '/status', value: { note: 'one', kept: true } },
    ]);
    requireEqual(first.kind, 'committed', 'the first outcome');
    const again = await status(subject, ref, [
      { op: 'test', path: '/status', value: null },
      { op: 'add', path: '/status', value: { note: 'lost' } },
    ]);
    requireEqual(again.kind, 'stale', 'the outcome of a second first status');
    await status(subject, ref, [{ op: 'add', path: '/status/note', value: 'two' }]);
    requireEqual((await subject.cluster.get('a'))?.status, { note: 'two', kept: true }, 'status');
  }),
  writing('[EV-13] never fails because of a Kubernetes Event, also when there is no time left for it', async (subject) => {
    const { apiVersion, kind, metadata } = await subject.cluster.create('a');
    const { name, namespace, uid } = metadata;
    const event: KubernetesEvent = {
      about: { apiVersion, kind, name, namespace, uid },
      type: 'Normal',
      reason: 'Contract',
      message: '',
      reporter: { component: 'contract', instance: 'case', namePrefix: 'contract-' },
      retryDelaysMs: [],
    };
    const { kind: posted } = await subject.waitFor(subject.client.record(event, new AbortController().signal));
    requireThat(posted === 'recorded' || posted === 'lost', `the Event was ${posted}`);
    const { kind: late } = await subject.waitFor(
      subject.client.record({ ...event, message: 'late' }, AbortSignal.abort(new Error('over'))),
    );
    requireEqual(late, 'lost', 'what became of an Event without time');
  }),
];

function writing(name: string, act: (subject: ClusterClientSubject) => Promise<void>): ContractCase<ClusterClientSubject> {
  return { name, run: async (make) => act(await make()) };
}

/** An object that was deleted and created anew: how the old one was called, and the version of the new one. */
async function recreated(subject: ClusterClientSubject): Promise<{ readonly ref: ObjectRef; readonly young: string }> {
  const ref = refOf(subject, await subject.cluster.create('a'));
  await subject.cluster.remove('a');
  const young = await subject.cluster.create('a');
  return { ref, young: young.metadata.resourceVersion };
}

function merge(subject: ClusterClientSubject, ref: ObjectRef, patch: MergePatch): Promise<WriteOutcome> {
  const metadata = isJsonObject(patch.metadata) ? patch.metadata : {};
  const bound = { ...patch, metadata: { ...metadata, uid: ref.uid } };
  return subject.waitFor(subject.client.write({ kind: 'merge', ref, patch: bound }, new AbortController().signal));
}

function json(subject: ClusterClientSubject, ref: ObjectRef, operations: readonly JsonPatchOperation[]): Promise<WriteOutcome> {
  return sendOperations(subject, { ref, endpoint: 'main', operations });
}

function status(subject: ClusterClientSubject, ref: ObjectRef, operations: readonly JsonPatchOperation[]): Promise<WriteOutcome> {
  return sendOperations(subject, { ref, endpoint: 'status', operations });
}

interface Operations {
  readonly ref: ObjectRef;
  readonly endpoint: 'main' | 'status';
  readonly operations: readonly JsonPatchOperation[];
}

function sendOperations(subject: ClusterClientSubject, { ref, endpoint, operations }: Operations): Promise<WriteOutcome> {
  const bound: readonly JsonPatchOperation[] = [{ op: 'test', path: '/metadata/uid', value: ref.uid }, ...operations];
  return subject.waitFor(subject.client.write({ kind: 'json', ref, endpoint, operations: bound }, new AbortController().signal));
}
