/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the classes of client-node are given as plain objects, as all its users do */
import { adopt, createRegistry } from '@kopfts/core';
import { api } from '@kopfts/kubernetes';
import { CoreV1Api, type V1ConfigMap } from '@kubernetes/client-node';

const kopf = createRegistry();
export default kopf;

/** Each object has a config map with its field: whoever changes or deletes it, it is put right again. */
kopf.on.reconcile('KopfExample', { id: 'reconcile_fn', owns: ['configmaps'] }, async (ctx) => {
  const namespace = ctx.namespace ?? 'default';
  const name = `${ctx.name}-settings`;
  const body: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { field: String(ctx.spec.field) } };
  adopt(ctx, body);
  const cluster = api(ctx).typed(CoreV1Api);
  try {
    await cluster.createNamespacedConfigMap({ namespace, body });
  } catch (error) {
    if (!isConflict(error)) throw error;
    // It is there already. Nothing changes, and nobody hears of it, if it is as it should be.
    await cluster.replaceNamespacedConfigMap({ namespace, name, body });
  }
  ctx.patch.status.settings = name;
});

function isConflict(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 409;
}
