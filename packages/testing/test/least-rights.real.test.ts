import { TemporaryError } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { auditEnd, auditLines } from '../../../tools/kube-apiserver/audit-log.js';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, liveKind, openLiveCluster, type LiveCluster } from './support/live-cluster.js';

const NAMESPACE = 'least-rights';
const KIND = liveKind({ group: 'rights.kopf.dev', kind: 'Modest' });
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ACCOUNTS = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
const USER = `system:serviceaccount:${NAMESPACE}:modest`;

interface Audited {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string };
  readonly responseStatus?: { readonly code?: number };
}

describe('an operator whose service account may list, watch and patch its kind, and nothing else, on a real kube-apiserver', () => {
  const server = inject('controlPlane');
  let cluster: LiveCluster;
  let token: string;

  beforeAll(async () => {
    cluster = openLiveCluster(server);
    await cluster.namespace(NAMESPACE);
    await cluster.define(KIND);
    await cluster.keep(ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'modest' } });
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const metadata = { name: 'modest', namespace: NAMESPACE };
    await cluster.keep(`${RBAC}/namespaces/${NAMESPACE}/roles`, {
      apiVersion,
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [KIND.group], resources: [KIND.plural], verbs: ['list', 'watch', 'patch'] },
        { apiGroups: [KIND.group], resources: [`${KIND.plural}/status`], verbs: ['patch'] },
      ],
    });
    await cluster.keep(`${RBAC}/namespaces/${NAMESPACE}/rolebindings`, {
      apiVersion,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'modest' },
      subjects: [{ kind: 'ServiceAccount', name: 'modest', namespace: NAMESPACE }],
    });
    await cluster.allowed({
      user: USER,
      verb: 'patch',
      group: KIND.group,
      resource: KIND.plural,
      subresource: 'status',
      namespace: NAMESPACE,
    });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    token = ((await cluster.ask('POST', `${ACCOUNTS}/modest/token`, request))['status'] as { readonly token: string }).token;
  });
  afterAll(() => cluster.close());

  const auditedSince = (from: number): readonly Audited[] =>
    auditLines(server.auditLogPath, from)
      .filter((line) => line.includes(`"${USER}"`))
      .map((line) => JSON.parse(line) as Audited)
      .filter(({ stage, user }) => stage !== 'ResponseStarted' && user.username === USER);

  it('[S18, SEC1, OP-02] lives through creation, retries, update, a timer, a daemon and deletion, makes no other request, and uses each right', async () => {
    const seen: string[] = [];
    const from = auditEnd(server.auditLogPath);
    const shelf = cluster.shelf(KIND, NAMESPACE);
    const operator = await cluster.operator({
      name: 'modest',
      namespaces: [NAMESPACE],
      server: { ...server, token },
      kubernetes: { initialList: 'pages' },
      settings: { posting: { enabled: false }, scanning: { disabled: true } },
      declare: (kopf) => {
        kopf.on.create(KIND.type, { id: 'made' }, ({ retry }) => {
          if (retry === 0) throw new TemporaryError('not yet', { delay: 0.3 });
          return { retry };
        });
        kopf.on.update(KIND.type, { id: 'changed' }, ({ spec }) => ({ size: spec.size as number }));
        kopf.on.delete(KIND.type, { id: 'bye' }, () => void seen.push('bye'));
        kopf.timer(KIND.type, { id: 'tick', interval: 0.5 }, ({ patch, status }) => {
          if (status.ticked !== true) patch.status.ticked = true;
        });
        kopf.daemon(KIND.type, { id: 'stays' }, async ({ stopped }) => {
          await stopped.wait();
          seen.push('ended');
        });
      },
    });
    const status = (expected: object) => eventually(async () => expect((await shelf.get('a'))?.['status']).toMatchObject(expected));
    await shelf.create('a', { size: 1 });
    await status({ made: { retry: 1 }, ticked: true });
    await shelf.patch('a', { spec: { size: 2 } });
    await status({ changed: { size: 2 } });
    await shelf.remove('a');
    await eventually(async () => expect(await shelf.get('a')).toBeUndefined());
    await eventually(() => expect([...seen].sort()).toEqual(['bye', 'ended']));
    await operator.stop();
    const used = (): readonly string[] => {
      const rights = auditedSince(from).flatMap(({ verb, objectRef: { resource, subresource, namespace } = {} }) =>
        resource === undefined ? [] : [`${verb} ${[resource, subresource].filter(Boolean).join('/')} in ${String(namespace)}`],
      );
      return [...new Set(rights)].sort();
    };
    // That a watch is over is written down when the server has noticed it.
    await eventually(() => {
      expect(used()).toEqual([
        `list ${KIND.plural} in ${NAMESPACE}`,
        `patch ${KIND.plural} in ${NAMESPACE}`,
        `patch ${KIND.plural}/status in ${NAMESPACE}`,
        `watch ${KIND.plural} in ${NAMESPACE}`,
      ]);
    });
    const audited = auditedSince(from);
    expect(audited.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ requestURI }) => requestURI)).toEqual([]);
    const discovery = audited.filter(({ objectRef }) => objectRef?.resource === undefined);
    expect([...new Set(discovery.map(({ verb, requestURI }) => `${verb} ${requestURI}`))].sort()).toEqual(['get /apis']);
  });
});
