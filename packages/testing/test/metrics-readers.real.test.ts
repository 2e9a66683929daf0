// Who may read the metrics, as a real kube-apiserver says: by TokenReview and SubjectAccessReview.
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, openLiveCluster, type LiveCluster } from './support/live-cluster.js';

const NAMESPACE = 'metrics-readers';
const ACCOUNTS = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const apiVersion = 'rbac.authorization.k8s.io/v1';

describe('metrics, on a real kube-apiserver', () => {
  const server = inject('controlPlane');
  let cluster: LiveCluster;

  const account = (name: string) => cluster.keep(ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  const bind = (name: string, role: string) =>
    cluster.keep(`${RBAC}/clusterrolebindings`, {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${NAMESPACE}-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
    });
  const tokenOf = async (name: string, audiences: readonly string[] = []): Promise<string> => {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: audiences.length === 0 ? {} : { audiences } };
    return ((await cluster.ask('POST', `${ACCOUNTS}/${name}/token`, request))['status'] as { readonly token: string }).token;
  };

  beforeAll(async () => {
    cluster = openLiveCluster(server);
    await cluster.namespace(NAMESPACE);
    for (const name of ['operator', 'reader', 'guest']) await account(name);
    await cluster.keep(`${RBAC}/clusterroles`, {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: NAMESPACE },
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    });
    await bind('reader', NAMESPACE);
    // What the README asks for, and nothing else.
    await bind('operator', 'system:auth-delegator');
    await cluster.allowed({
      user: `system:serviceaccount:${NAMESPACE}:operator`,
      verb: 'create',
      group: 'authorization.k8s.io',
      resource: 'subjectaccessreviews',
    });
  });
  afterAll(() => cluster.close());

  it('[SEC3] are for bearers of a token that was made for them and may: no token, another audience, no right, right', async () => {
    const operator = await cluster.operator({
      name: 'measured',
      namespaces: [NAMESPACE],
      server: { ...server, token: await tokenOf('operator') },
      settings: { posting: { enabled: false }, scanning: { disabled: true } },
      stores: [annotations(), observability({ metrics: { prometheus: { port: 0, authorize: { audiences: ['metrics'] } } } })],
      declare: () => undefined,
    });
    const said = operator.factsOf('plugin').find(({ name }) => name === 'serving-metrics')?.data as { readonly url: string };
    const read = async (token?: string) => {
      const answer = await fetch(said.url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
      return { status: answer.status, isPage: (await answer.text()).includes('kopf_build') };
    };
    expect(await read()).toEqual({ status: 401, isPage: false });
    expect(await read('nobody')).toEqual({ status: 401, isPage: false });
    expect(await read(await tokenOf('reader'))).toEqual({ status: 401, isPage: false });
    expect(await read(await tokenOf('reader', ['others']))).toEqual({ status: 401, isPage: false });
    expect(await read(await tokenOf('guest', ['metrics']))).toEqual({ status: 403, isPage: false });
    // The authorizer follows roles at a time of its own, and an answer is kept for a minute: another token each time.
    await eventually(async () => expect(await read(await tokenOf('reader', ['metrics']))).toEqual({ status: 200, isPage: true }));
    // The server was asked, by the two reviews, and nothing else of it was needed.
    const reviews = operator.asked.map(({ path, status }) => `${path.split('/').at(-1) ?? ''} ${String(status)}`);
    expect(reviews).toEqual(expect.arrayContaining(['tokenreviews 201', 'subjectaccessreviews 201']));
  });
});
