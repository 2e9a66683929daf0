import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createAsk } from '../../../tools/kube-apiserver/ask-server.js';
import { PATIENCE_MS } from '../../../tools/kube-apiserver/patience.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

const NAMESPACE = 'released';
const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const FOREIGN = 'other.example.com/kept';
const { kubeconfigPath } = inject('controlPlane');
const config = defineConfig({ name: 'leaver', namespaces: [NAMESPACE], handlers: [], plugins: [kubernetes(), annotations()] });

const ask = createAsk(inject('controlPlane'));

const finalizersOf = async (name: string): Promise<readonly string[] | undefined> => {
  const { body } = await ask('GET', `${MAPS}/${name}`);
  return (body as { readonly metadata: { readonly finalizers?: readonly string[] } }).metadata.finalizers;
};
const create = (name: string, finalizers: readonly string[] = []) =>
  ask('POST', MAPS, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, finalizers } } });

it('[E11] objects that an operator left behind, being deleted, go when their finalizers are released without it', async () => {
  await ask('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } } });
  onTestFinished(() => ask('DELETE', `/api/v1/namespaces/${NAMESPACE}`).then(() => undefined));
  const kopf = createRegistry();
  kopf.on.delete('configmaps', { id: 'bye' }, () => undefined);
  const operator = await startOperator({ ...config, handlers: [kopf] }, { cluster: { kubeconfig: kubeconfigPath } });
  onTestFinished(() => operator.stop());
  await operator.ready;
  await create('ours');
  await create('shared', [FOREIGN]);
  for (const name of ['ours', 'shared'])
    await expect.poll(() => finalizersOf(name), { timeout: PATIENCE_MS }).toContain('leaver.kopf.zalando.org/finalizer');
  await operator.stop();
  for (const name of ['ours', 'shared']) await ask('DELETE', `${MAPS}/${name}`);
  expect(await finalizersOf('ours')).toHaveLength(1);

  // Its handlers are gone; who it was is all that is left.
  const release = async (...argv: readonly string[]) => {
    const io = createFakeIo(projectWith({ 'kopf.config.js': '' }), () => Promise.resolve({ default: config }));
    const code = await runCli(['finalizers', 'release', '--kubeconfig', kubeconfigPath, ...argv], io);
    return { code, err: io.err.join(''), out: io.out.join('') };
  };
  expect((await release('--all')).code).toBe(2);
  expect(await finalizersOf('ours')).toHaveLength(1);
  expect(await release('--all', '--yes')).toMatchObject({ code: 0, err: '' });
  expect((await ask('GET', `${MAPS}/ours`)).status).toBe(404);
  expect(await finalizersOf('shared')).toEqual([FOREIGN]);
  expect((await release('--all')).out).toContain('0 objects with the finalizer');
});
