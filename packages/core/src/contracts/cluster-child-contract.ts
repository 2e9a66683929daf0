import type { JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { ChildClient, ChildOutcome } from '../ports/cluster-client.js';
import { type ClusterClientSubject, refOf } from './cluster-client-subject.js';
import type { ContractCase } from './contract-case.js';
import { requireEqual, requireThat } from './require.js';

/** What a `ClusterClient` with `children` does with them. One without fails every case: leave them out for it. */
export const clusterChildContract: readonly ContractCase<ClusterClientSubject>[] = [
  applying('finds a kind by its name, and refuses one that is not served', async (subject, children) => {
    const { resource } = subject;
    const { signal } = new AbortController();
    const found = await subject.waitFor(children.findKind(versionOf(resource), resource.kind, signal));
    requireEqual([found.plural, found.namespaced], [resource.plural, resource.namespaced], 'plural and scope');
    const missing = await subject.waitFor(children.findKind(versionOf(resource), 'NoSuchKind', signal).catch((error: unknown) => error));
    requireThat(missing instanceof Error, 'a kind that does not exist was found');
  }),
  applying('creates a child, changes it, and takes away what is not in it any more, but nothing that is of others', async (subject) => {
    const owner = await subject.cluster.create('owner');
    const first = await apply(subject, owner, { spec: { size: 1, note: 'x' } });
    requireThat(first.kind === 'committed', `the outcome is ${first.kind}`);
    requireEqual((await subject.cluster.get('child'))?.spec, { size: 1, note: 'x' }, 'spec of the new child');
    await subject.cluster.merge('child', { spec: { theirs: true, size: 7 } });
    await apply(subject, owner, { spec: { size: 2 } });
    requireEqual((await subject.cluster.get('child'))?.spec, { size: 2, theirs: true }, 'spec of the changed child');
  }),
  applying('writes nothing for a child that is as it is to be', async (subject) => {
    const owner = await subject.cluster.create('owner');
    await apply(subject, owner, { spec: { size: 1 } });
    const before = (await subject.cluster.get('child'))?.metadata.resourceVersion;
    const again = await apply(subject, owner, { spec: { size: 1 } });
    requireThat(again.kind === 'committed', `the outcome is ${again.kind}`);
    requireEqual(again.object.resourceVersion, before, 'version in the answer');
    requireEqual((await subject.cluster.get('child'))?.metadata.resourceVersion, before, 'version in the cluster');
  }),
  applying('[D1] never lets a child that is meant by its uid reach another one, and makes none', async (subject) => {
    const owner = await subject.cluster.create('owner');
    const uid = (await subject.cluster.create('child')).metadata.uid;
    await subject.cluster.remove('child');
    requireEqual((await apply(subject, owner, { spec: { size: 1 }, uid })).kind, 'replaced', 'outcome without a child');
    requireEqual(await subject.cluster.get('child'), undefined, 'the child');
    await subject.cluster.create('child', { spec: { size: 5 } });
    requireEqual((await apply(subject, owner, { spec: { size: 1 }, uid })).kind, 'replaced', 'outcome with another child');
    requireEqual((await subject.cluster.get('child'))?.spec, { size: 5 }, 'spec of the other child');
  }),
  applying('names what the schema of a child refuses', async (subject) => {
    const owner = await subject.cluster.create('owner');
    const outcome = await apply(subject, owner, { spec: { size: -1 } });
    requireThat(outcome.kind === 'invalid', `the outcome is ${outcome.kind}`);
    requireEqual(
      outcome.causes.map(({ field }) => field),
      ['spec.size'],
      'fields of the causes',
    );
  }),
];

function applying(
  name: string,
  act: (subject: ClusterClientSubject, children: ChildClient) => Promise<void>,
): ContractCase<ClusterClientSubject> {
  return {
    name,
    run: async (make) => {
      const subject = await make();
      await act(subject, childrenOf(subject));
    },
  };
}

function childrenOf({ client: { children } }: ClusterClientSubject): ChildClient {
  requireThat(children !== undefined, 'the client has no `children`');
  return children;
}

interface Applied {
  readonly spec: JsonObject;
  readonly uid?: string;
}

function apply(subject: ClusterClientSubject, owner: ObjectBody, { spec, uid }: Applied): Promise<ChildOutcome> {
  const { resource, namespace } = subject;
  const { apiVersion, kind, metadata } = owner;
  const ownerReferences = [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }];
  const body = { apiVersion, kind, metadata: { name: 'child', namespace, ownerReferences }, spec };
  const child = { owner: refOf(subject, owner), resource, namespace, name: 'child', body, ...(uid === undefined ? {} : { uid }) };
  return subject.waitFor(childrenOf(subject).apply(child, new AbortController().signal));
}

function versionOf({ group, version }: ClusterClientSubject['resource']): string {
  return group === '' ? version : `${group}/${version}`;
}
