import type { JsonPatchOperation, ObjectBody, ObjectRef, ObjectWrite, Resource } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/index.js';
import { openSubject, type OpenSubject } from './contract-subject.js';

/** What is done to the object between looking at it and writing to it. */
type Before = 'nothing' | 'delete' | 're-create' | 'finalizer';

interface AnswerCase {
  readonly write: string;
  readonly before: Before;
  readonly means: string;
  readonly of: (ref: ObjectRef, body: ObjectBody) => ObjectWrite;
}

const bound = (ref: ObjectRef, operations: readonly JsonPatchOperation[]): readonly JsonPatchOperation[] => [
  { op: 'test', path: '/metadata/uid', value: ref.uid },
  ...operations,
];
const merge =
  (patch: object) =>
  (ref: ObjectRef): ObjectWrite => ({ kind: 'merge', ref, patch: { ...patch, metadata: { uid: ref.uid } } });
const main =
  (...operations: readonly JsonPatchOperation[]) =>
  (ref: ObjectRef): ObjectWrite => ({ kind: 'json', ref, endpoint: 'main', operations: bound(ref, operations) });
const status =
  (...operations: readonly JsonPatchOperation[]) =>
  (ref: ObjectRef): ObjectWrite => ({ kind: 'json', ref, endpoint: 'status', operations: bound(ref, operations) });
const elsewhere =
  (change: Partial<Resource>, of: (ref: ObjectRef) => ObjectWrite) =>
  (ref: ObjectRef): ObjectWrite =>
    of({ ...ref, resource: { ...ref.resource, ...change } });

const FINALIZER = 'op.kopf.zalando.org/finalizer';
const addFinalizer = main(
  { op: 'test', path: '/metadata/finalizers', value: null },
  { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] },
);
const removeFinalizer = main(
  { op: 'test', path: '/metadata/finalizers/0', value: FINALIZER },
  { op: 'remove', path: '/metadata/finalizers/0' },
);
const addStatus = status({ op: 'test', path: '/status', value: null }, { op: 'add', path: '/status', value: { note: 'x' } });
const noKind = { plural: 'nosuchthings' };

/** Design 6.8: each kind of request, with the object deleted and created anew before it. */
const CASES: readonly AnswerCase[] = [
  { write: 'a merge patch', before: 'nothing', means: 'committed', of: merge({ spec: { size: 2 } }) },
  { write: 'a merge patch', before: 'delete', means: 'gone', of: merge({ spec: { size: 2 } }) },
  { write: 'a merge patch', before: 're-create', means: 'replaced', of: merge({ spec: { size: 2 } }) },
  { write: 'a merge patch that the schema refuses', before: 'nothing', means: 'invalid spec.size', of: merge({ spec: { size: -1 } }) },
  { write: 'a merge patch of another type', before: 'nothing', means: 'invalid spec.size', of: merge({ spec: { size: 'x' } }) },
  {
    write: 'a merge patch of a kind that is not served',
    before: 'nothing',
    means: 'kindChanged',
    of: elsewhere(noKind, merge({ spec: {} })),
  },
  { write: 'the addition of a finalizer', before: 'nothing', means: 'committed', of: addFinalizer },
  { write: 'the addition of a finalizer', before: 'finalizer', means: 'stale', of: addFinalizer },
  { write: 'the addition of a finalizer', before: 'delete', means: 'gone', of: addFinalizer },
  { write: 'the addition of a finalizer', before: 're-create', means: 'stale', of: addFinalizer },
  { write: 'the removal of a finalizer', before: 'finalizer', means: 'committed', of: removeFinalizer },
  { write: 'the removal of a finalizer', before: 'nothing', means: 'stale', of: removeFinalizer },
  { write: 'the removal of a finalizer', before: 're-create', means: 'stale', of: removeFinalizer },
  { write: 'a status', before: 'nothing', means: 'committed', of: addStatus },
  { write: 'a status', before: 'delete', means: 'gone', of: addStatus },
  { write: 'a status', before: 're-create', means: 'stale', of: addStatus },
  { write: 'a status of a kind that is not served', before: 'nothing', means: 'kindChanged', of: elsewhere(noKind, addStatus) },
  {
    write: 'a part of a status that is not there',
    before: 'nothing',
    means: 'stale',
    of: status({ op: 'add', path: '/status/a/b', value: 1 }),
  },
  {
    write: 'a status of the wrong shape',
    before: 'nothing',
    means: 'invalid status',
    of: status({ op: 'add', path: '/status', value: 'text' }),
  },
];

/** Runs the table of answers against a server. */
export function describeWriteAnswers(server: string, locate: () => Promise<Credentials>): void {
  describe(`the answers of ${server} to uid-bound writes`, () => {
    let subject: OpenSubject;
    beforeAll(async () => {
      subject = await openSubject({ credentials: await locate(), forgetHistory: () => undefined });
    });
    afterAll(() => subject.close());

    it.each(CASES.map((one, index) => ({ ...one, index })))(
      '[D1] $write means $means after $before',
      async ({ of, before, means, index }) => {
        const name = `object-${String(index)}`;
        const { cluster, client, resource, namespace } = subject;
        const body = await cluster.create(name, { spec: { size: 1 } });
        const ref: ObjectRef = { resource, namespace, name, uid: body.metadata.uid };
        if (before === 'delete' || before === 're-create') await cluster.remove(name);
        if (before === 're-create') await cluster.create(name, { spec: { size: 7 } });
        if (before === 'finalizer') await cluster.merge(name, { metadata: { finalizers: [FINALIZER] } });
        const version = (await cluster.get(name))?.metadata.resourceVersion;
        const outcome = await client.write(of(ref, body), new AbortController().signal);
        const said = outcome.kind === 'invalid' ? `invalid ${outcome.causes.map(({ field }) => field).join()}` : outcome.kind;
        expect(said).toBe(means);
        // Whatever was not committed left no trace.
        if (outcome.kind !== 'committed') expect((await cluster.get(name))?.metadata.resourceVersion).toBe(version);
        await cluster.merge(name, { metadata: { finalizers: null } }).catch(() => undefined);
      },
    );
  });
}
