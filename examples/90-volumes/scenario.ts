import { expect } from 'vitest';
import { endsOf, expectGone, readDefinition, type ObjectName, type Scenario, type Stage } from '../shared/stage.js';

export const definition = readDefinition(new URL('./crd.yaml', import.meta.url));

const PVC = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
/** The embedded server has no volumes. */
export const STAND_IN = { apiVersion: 'kopf.dev/v1', kind: 'VolumeStandIn' };
const named = (name: string): ObjectName => ({
  apiVersion: 'kopf.dev/v1',
  kind: 'EphemeralVolumeClaim',
  metadata: { name, namespace: 'default' },
});
const claim = (name: string, spec: { readonly size?: string }) => ({
  ...named(name),
  metadata: { ...named(name).metadata, labels: { team: 'mine', other: 'kept' } },
  spec,
});

/** The name of the volume claim that the operator made, once it is in the status. */
async function childOf(stage: Stage, { name, volume }: { readonly name: string; readonly volume: typeof PVC }): Promise<ObjectName> {
  let child = '';
  await stage.until(async () => {
    const status = (await stage.get(named(name)))?.['status'] as { readonly create_fn?: { readonly 'pvc-name': string } } | undefined;
    child = status?.create_fn?.['pvc-name'] ?? '';
    expect(child).toMatch(new RegExp(`^${name}-`));
  });
  return { ...volume, metadata: { name: child, namespace: 'default' } };
}

export const scenarioWith =
  (volume = PVC): Scenario =>
  async (stage) => {
    await stage.create(claim('my-claim', { size: '1Gi' }));
    const child = await childOf(stage, { name: 'my-claim', volume });
    const owner = await stage.get(named('my-claim'));
    expect(await stage.get(child)).toMatchObject({
      metadata: {
        labels: { team: 'mine', other: 'kept' },
        ownerReferences: [{ kind: 'EphemeralVolumeClaim', name: 'my-claim', uid: owner?.metadata.uid, controller: true }],
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });

    // What is taken away, added and changed follows; what somebody else put there stays.
    await stage.patch(child, { metadata: { labels: { foreign: 'yes' } } });
    await stage.patch(named('my-claim'), { metadata: { labels: { team: null, other: 'changed', more: 'new' } } });
    await stage.until(async () => {
      expect((await stage.get(child))?.metadata.labels).toEqual({ other: 'changed', more: 'new', foreign: 'yes' });
    });

    // Without a size there is nothing to be done, and nothing is tried again.
    await stage.create(claim('no-claim', {}));
    await stage.until(() => expect(endsOf(stage)['create_fn']).toEqual(['succeeded', 'failed']));
    expect((await stage.list(volume, 'default')).filter(({ metadata }) => metadata.name.startsWith('no-claim'))).toEqual([]);

    // On the real server of the tests nobody collects garbage, or looks whether a volume is in use.
    await stage.patch(child, { metadata: { finalizers: null } });
    await stage.remove(child);
    for (const name of ['my-claim', 'no-claim']) {
      await stage.remove(named(name));
      await expectGone(stage, named(name));
    }
  };

/** A real server lets a claim grow only when it is bound to a volume. */
export const growing: Scenario = async (stage) => {
  await stage.create(claim('my-claim', { size: '1Gi' }));
  const child = await childOf(stage, { name: 'my-claim', volume: STAND_IN });
  await stage.patch(named('my-claim'), { spec: { size: '2Gi' } });
  await stage.until(async () => expect(await stage.get(child)).toMatchObject({ spec: { resources: { requests: { storage: '2Gi' } } } }));
  expect(endsOf(stage)).toMatchObject({ 'update_fn/spec.size': ['succeeded'] });
  await stage.remove(named('my-claim'));
  await expectGone(stage, named('my-claim'));
};
