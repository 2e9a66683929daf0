import { adopt, createRegistry, isJsonObject } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'one', namespace: 'default' } };

import { api } from '@kopfts/kubernetes';
import { CoreV1Api } from '@kubernetes/client-node';

kopf.on.create('KopfExample', async (ctx) => {
  adopt(ctx, configMap);
  await api(ctx).apply(configMap);
  const pods = await api(ctx).typed(CoreV1Api).listNamespacedPod({ namespace: 'default' });
  await api(ctx).until(deployment, (object) => isJsonObject(object?.status) && object.status.readyReplicas === 3, { timeout: '5m' });
  return { pods: pods.items.length };
});
