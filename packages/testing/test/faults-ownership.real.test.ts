// Owners and what they own, deleted in each way that there is, by the garbage collector of a real cluster.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type LiveOperator, type Shelf } from './support/live-cluster.js';

const NAMESPACE = 'ownership';
const KIND = liveKind({ group: 'ownership.kopf.dev', kind: 'Owned' });
const FINALIZER = 'e9.kopf.zalando.org/finalizer';
const { controllerManager } = inject('controlPlane');

describe.runIf(controllerManager)('owners on a real cluster', () => {
  let cluster: LiveCluster;
  let operator: LiveOperator;
  let shelf: Shelf;
  let seen: string[];

  beforeAll(async () => {
    cluster = openLiveCluster(inject('controlPlane'));
    await cluster.namespace(NAMESPACE);
    await cluster.define(KIND);
    shelf = cluster.shelf(KIND, NAMESPACE);
    seen = [];
    operator = await cluster.operator({
      name: 'e9',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.delete(KIND.type, { id: 'bye' }, ({ name }) => void seen.push(`bye ${name}`));
        kopf.on.event(KIND.type, { id: 'gone' }, ({ name, type }) => {
          if (type === 'DELETED') seen.push(`gone ${name}`);
        });
      },
    });
  });
  afterAll(() => cluster.close());

  const ownedBy = (owner: { readonly metadata: { readonly name: string; readonly uid: string } }) => ({
    ownerReferences: [
      {
        apiVersion: `${KIND.group}/v1`,
        kind: KIND.kind,
        name: owner.metadata.name,
        uid: owner.metadata.uid,
        blockOwnerDeletion: true,
      },
    ],
  });
  /** An owner and what it owns, both with our finalizer. */
  async function family(name: string): Promise<void> {
    const owner = await shelf.create(`${name}-owner`, {});
    await shelf.create(`${name}-owned`, {}, ownedBy(owner));
    for (const one of ['owner', 'owned'])
      await eventually(async () => expect((await shelf.get(`${name}-${one}`))?.metadata.finalizers).toContain(FINALIZER));
    seen.length = 0;
  }
  const remove = (name: string, propagationPolicy: 'Foreground' | 'Background' | 'Orphan') =>
    cluster.ask('DELETE', `/apis/${KIND.group}/v1/namespaces/${NAMESPACE}/${KIND.plural}/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy,
    });
  const order = (...names: readonly string[]) => seen.filter((line) => names.includes(line));

  it('[E9] deleted in the foreground outlive what they own: only our finalizer is taken from them', async () => {
    await family('front');
    await remove('front-owner', 'Foreground');
    await eventually(() => expect(seen).toHaveLength(4));
    expect(order('gone front-owned', 'gone front-owner')).toEqual(['gone front-owned', 'gone front-owner']);
    expect([...seen].sort()).toEqual(['bye front-owned', 'bye front-owner', 'gone front-owned', 'gone front-owner']);
  });

  it('[E9] deleted in the background go before what they own, which is then deleted with its handlers', async () => {
    await family('back');
    await remove('back-owner', 'Background');
    await eventually(() => expect(seen).toHaveLength(4));
    expect(seen).toEqual(['bye back-owner', 'gone back-owner', 'bye back-owned', 'gone back-owned']);
  });

  it('[E9] that leave orphans behind are finished, and the orphans are left alone', async () => {
    await family('lost');
    await remove('lost-owner', 'Orphan');
    await eventually(() => expect(seen).toEqual(['bye lost-owner', 'gone lost-owner']));
    await eventually(async () => expect((await shelf.get('lost-owned'))?.metadata.ownerReferences ?? []).toEqual([]));
    await pass(1000);
    expect(seen).toHaveLength(2);
    expect((await shelf.get('lost-owned'))?.metadata.finalizers).toEqual([FINALIZER]);
    await shelf.remove('lost-owned');
    await eventually(() => expect(seen).toHaveLength(4));
  });

  it('[E9] that own each other are both finished once, in the foreground, too', async () => {
    await family('ring');
    const owned = await shelf.get('ring-owned');
    if (owned === undefined) throw new Error('it is not there');
    await shelf.patch('ring-owner', { metadata: ownedBy(owned) });
    await remove('ring-owner', 'Foreground');
    await eventually(() => expect(seen).toHaveLength(4));
    expect([...seen].sort()).toEqual(['bye ring-owned', 'bye ring-owner', 'gone ring-owned', 'gone ring-owner']);
    expect(operator.factsOf('object-failed')).toEqual([]);
  });
});
