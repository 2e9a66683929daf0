import { startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { createHandlers } from './handlers.js';

/** An operator for as long as this function runs: it greets three objects, which come and go meanwhile. */
export async function greet(kubeconfig: string, say: (line: string) => void): Promise<void> {
  const operator = await startOperator({
    name: 'embedded',
    handlers: [createHandlers({ hello: 'Hello', goodBye: 'Good bye' }, say)],
    namespaces: ['default'],
    plugins: [kubernetes({ kubeconfig }), annotations()],
  });
  try {
    await operator.ready;
    for (const name of ['kopf-example-0', 'kopf-example-1', 'kopf-example-2']) await comeAndGo(kubeconfig, name);
  } finally {
    await operator.stop();
  }
}

async function comeAndGo(kubeconfig: string, name: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const object = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } };
  await api.create(object);
  await until(async () => 'status' in (await api.read(object)));
  await api.delete(object);
  await until(async () => (await api.list('kopf.dev/v1', 'KopfExample', 'default')).items.every((one) => one.metadata?.name !== name));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
