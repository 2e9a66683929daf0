import type { ObjectBody } from '@kopfts/core';
import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type ObjectName, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1'));
  const pods = async () => {
    const all = await stage.list({ apiVersion: 'v1', kind: 'Pod' }, 'default');
    return all.filter(({ metadata }) => metadata.name.startsWith('kopf-example-1-'));
  };
  await stage.until(async () => {
    const owner = await stage.get(object);
    const [pod, ...others] = await pods();
    expect(others).toEqual([]);
    expect(pod).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^kopf-example-1-/) as string,
        labels: { somelabel: 'somevalue' },
        ownerReferences: [{ kind: 'KopfExample', name: 'kopf-example-1', uid: owner?.metadata.uid, controller: true }],
      },
      spec: { containers: [{ image: 'busybox', command: ['sh', '-x', '-c', 'echo FIELD=value; sleep 1m'] }] },
    });
    expect(owner).toMatchObject({ status: { create_fn: { children: [pod?.metadata.uid] } } });
  });
  // On the real server of the tests nobody collects garbage: what the operator made is removed by hand.
  for (const pod of await pods()) await stage.remove(nameOf(pod));
  await stage.remove(object);
  await expectGone(stage, object);
};

function nameOf({ apiVersion, kind, metadata }: ObjectBody): ObjectName {
  return { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? 'default' } };
}
