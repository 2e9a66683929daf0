import { adopt, createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'one', namespace: 'default' } };

import { api } from '@kopfts/kubernetes';
import { CoreV1Api } from '@kubernetes/client-node';

kopf.on.create('KopfExample', async (ctx) => {
  await api(ctx).apply(adopt(ctx, configMap));
  const pods = await api(ctx).typed(CoreV1Api).listNamespacedPod({ namespace: 'default' });
  await api(ctx).until(deployment, (object) => object?.status?.readyReplicas === 3, { timeout: '5m' });
});
