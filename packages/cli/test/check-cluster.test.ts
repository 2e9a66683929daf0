import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer, type ApiServerOptions } from '@kopfts/apiserver';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';
import { definitionOfThings } from './things.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
kopf.on.field('things', { field: 'spec.nmae', id: 'typo' }, () => undefined);
kopf.on.field('things', { field: 'spec.name', id: 'right' }, () => undefined);
kopf.on.field('things', { field: 'spec.open.whatever', id: 'open' }, () => undefined);
kopf.on.event('nothings', { id: 'unserved' }, () => undefined);
export default { name: 'x', handlers: [kopf], plugins: [kubernetes(), annotations()] };
`;
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { name: { type: 'string' }, open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const definition = definitionOfThings({ schema, hasStatus: true });

async function project(options: ApiServerOptions = {}, user?: string) {
  const server = createApiServer(options);
  const { url, ...listening } = await server.listen();
  onTestFinished(async () => {
    await listening.close();
    await server.close();
  });
  const create = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer root' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
  };
  await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  return { cwd: projectWith({ 'kopf.config.ts': CONFIG, kubeconfig: JSON.stringify(server.kubeconfig(url, user)) }), create };
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const rbac = (kind: string, name: string, more: object): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name },
  ...more,
});

async function warnings(cwd: string): Promise<readonly string[]> {
  const io = createFakeIo(cwd);
  const code = await runCli(['check', '--kubeconfig', 'kubeconfig'], io);
  expect(io.err.join('')).toBe('');
  expect(code).toBe(0);
  return io.out
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('warning'));
}

describe('kopf check, of a cluster', () => {
  it('finds fields that a kind does not have, and kinds that are not there', async () => {
    const { cwd } = await project();
    expect(await warnings(cwd)).toEqual([
      "warning       'unserved' (kopf.config.ts:8): the cluster does not serve 'nothings': it waits until it does.",
      "warning       'typo/spec.nmae' (kopf.config.ts:5): things.v1.example.com has no field spec.nmae; did you mean spec.name?",
    ]);
  });

  it('finds rights that are missing, by what the server says of whoever asks', async () => {
    const tokens = { root: { name: 'root', groups: ['system:masters'] }, alice: { name: 'alice' } };
    const { cwd, create } = await project({ authorization: 'RBAC', tokens }, 'alice');
    await create(
      `${RBAC}/clusterroles`,
      rbac('ClusterRole', 'half', {
        rules: [
          { apiGroups: ['example.com'], resources: ['things'], verbs: ['list', 'patch'] },
          { apiGroups: ['example.com'], resources: ['things'], verbs: ['watch'], resourceNames: ['one'] },
        ],
      }),
    );
    await create(
      `${RBAC}/clusterrolebindings`,
      rbac('ClusterRoleBinding', 'alice-half', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'half' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
      }),
    );
    expect((await warnings(cwd)).filter((line) => line.includes('no right'))).toEqual([
      'warning       no right to watch things.example.com in all namespaces: without it its objects are not handled.',
      'warning       no right to patch things/status.example.com in all namespaces: without it results cannot be written.',
      'warning       no right to create events in all namespaces: without it Kubernetes Events are not posted.',
    ]);
  });

  it('asks none without being told to', async () => {
    const { cwd } = await project();
    const io = createFakeIo(cwd);
    expect(await runCli(['check'], io)).toBe(0);
    expect(io.out.join('')).not.toContain('warning');
  });
});
