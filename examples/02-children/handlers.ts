/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the classes of client-node are given as plain objects, as all its users do */
import { adopt, createRegistry } from '@kopfts/core';
import { api } from '@kopfts/kubernetes';
import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';

interface Spec {
  readonly duration?: string;
  readonly field?: string;
}

const kopf = createRegistry();
export default kopf;

/** A pod that says what it was told, for as long as it was told. */
function podOf({ duration = '1m', field = 'nothing' }: Spec): V1Pod {
  const script = `echo FIELD=${field}; sleep ${duration}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {
      restartPolicy: 'Never',
      // A finished pod must not wait for its grace.
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'the-only-one', image: 'busybox', command: ['sh', '-x', '-c', script] }],
    },
  };
}

kopf.on.create('KopfExample', { id: 'create_fn' }, async (ctx) => {
  const pod = podOf(ctx.spec as Spec);
  // Labelled, named and owned by the object: the garbage collector deletes it with its owner.
  adopt(ctx, pod);
  const created = await api(ctx)
    .typed(CoreV1Api)
    .createNamespacedPod({ namespace: ctx.namespace ?? 'default', body: pod });
  return { children: [created.metadata?.uid ?? ''] };
});
