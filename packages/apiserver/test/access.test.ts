import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from './client.js';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): ApiServer {
  const server = createApiServer({ seed: 1, ...options });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const tokens = { root: { name: 'root', groups: ['system:masters'] }, alice: { name: 'alice', groups: ['devs'] }, bob: { name: 'bob' } };
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A server with rules, where alice may read config maps of the default namespace. */
async function withReader(options: Parameters<typeof createApiServer>[0] = {}): Promise<ApiServer> {
  const server = open({ authorization: 'RBAC', tokens, ...options });
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }];
  await call(server, 'POST', `${RBAC}/namespaces/default/roles`, { body: { metadata: { name: 'r' }, rules }, ...as('root') });
  const subjects = [{ kind: 'User', name: 'alice' }];
  const body = { metadata: { name: 'b' }, subjects, roleRef: { kind: 'Role', name: 'r' } };
  await call(server, 'POST', `${RBAC}/namespaces/default/rolebindings`, { body, ...as('root') });
  return server;
}

async function tokenOf(server: ApiServer, spec: { readonly [key: string]: number | string } = {}): Promise<string> {
  await call(server, 'POST', ACCOUNTS, { body: { metadata: { name: 's' } }, ...as('root') });
  const answer = await call(server, 'POST', `${ACCOUNTS}/s/token`, { body: { spec }, ...as('root') });
  return (answer.body['status'] as { token: string }).token;
}

const whoAmI = (server: ApiServer, token: string): Promise<Answer> =>
  call(server, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, ...as(token) });

describe('rules', () => {
  it('gives each of two users their own rights, from one moment to the next', async () => {
    const server = await withReader();
    expect(await call(server, 'GET', CONFIG_MAPS, as('alice'))).toMatchObject({ status: 200 });
    expect(await call(server, 'GET', CONFIG_MAPS, as('bob'))).toMatchObject({ status: 403 });
    await call(server, 'DELETE', `${RBAC}/namespaces/default/rolebindings/b`, as('root'));
    expect(await call(server, 'GET', CONFIG_MAPS, as('alice'))).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
  });

  it('stores nothing of what a user may not write', async () => {
    const server = await withReader();
    expect(await call(server, 'POST', CONFIG_MAPS, { body: configMap('a'), ...as('alice') })).toMatchObject({ status: 403 });
    expect(await call(server, 'GET', `${CONFIG_MAPS}/a`, as('root'))).toMatchObject({ status: 404 });
  });

  it('takes the rules of labelled cluster roles into the roles that aggregate them', async () => {
    const server = open({ authorization: 'RBAC', tokens });
    const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    const rules = [{ apiGroups: ['apiextensions.k8s.io'], resources: ['*'], verbs: ['list'] }];
    const bound = { subjects: [{ kind: 'Group', name: 'devs' }], roleRef: { kind: 'ClusterRole', name: 'view' } };
    await call(server, 'POST', `${RBAC}/clusterrolebindings`, { body: { metadata: { name: 'v' }, ...bound }, ...as('root') });
    const list = (): Promise<Answer> => call(server, 'GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', as('alice'));
    expect(await list()).toMatchObject({ status: 403 });
    await call(server, 'POST', `${RBAC}/clusterroles`, { body: { metadata: { name: 'more', labels }, rules }, ...as('root') });
    expect(await list()).toMatchObject({ status: 200 });
    expect(await call(server, 'GET', CONFIG_MAPS, as('alice'))).toMatchObject({ status: 200 });
  });

  it('allows everything to everybody without them', async () => {
    const server = open();
    expect(await call(server, 'GET', CONFIG_MAPS, as('unknown'))).toMatchObject({ status: 200 });
    const review = { body: { spec: { resourceAttributes: { verb: 'delete', resource: 'x' } } } };
    expect(await call(server, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)).toMatchObject({
      status: 201,
      body: { status: { allowed: true } },
    });
  });
});

describe('anonymous requests', () => {
  it('are refused with 401 when they are not wanted', async () => {
    const server = open({ authorization: 'RBAC', tokens, anonymousAuth: false });
    expect(await call(server, 'GET', CONFIG_MAPS)).toMatchObject({ status: 401 });
    expect(await call(server, 'GET', '/healthz')).toMatchObject({ status: 200 });
  });

  it('are welcome beside tokens when asked for', async () => {
    const server = open({ tokens, anonymousAuth: true });
    expect(await call(server, 'GET', CONFIG_MAPS)).toMatchObject({ status: 200 });
    expect(await call(server, 'GET', CONFIG_MAPS, as('unknown'))).toMatchObject({ status: 401 });
  });
});

describe('tokens of service accounts', () => {
  it('stand for their account until they expire', async () => {
    const clock = new ManualClock();
    const server = open({ authorization: 'RBAC', tokens, clock });
    const token = await tokenOf(server, { expirationSeconds: 600 });
    expect(await whoAmI(server, token)).toMatchObject({
      status: 201,
      body: {
        status: {
          userInfo: {
            username: 'system:serviceaccount:default:s',
            groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
          },
        },
      },
    });
    clock.advance(599_000);
    expect(await whoAmI(server, token)).toMatchObject({ status: 201 });
    clock.advance(1_000);
    expect(await whoAmI(server, token)).toMatchObject({ status: 401 });
  });

  it('die with their account, also when another of its name follows', async () => {
    const server = open({ authorization: 'RBAC', tokens });
    const token = await tokenOf(server);
    await call(server, 'DELETE', `${ACCOUNTS}/s`, as('root'));
    expect(await whoAmI(server, token)).toMatchObject({ status: 401 });
    await call(server, 'POST', ACCOUNTS, { body: { metadata: { name: 's' } }, ...as('root') });
    expect(await whoAmI(server, token)).toMatchObject({ status: 401 });
  });

  it('are not accepted when somebody changed them, or another server gave them', async () => {
    const server = open({ authorization: 'RBAC', tokens });
    const token = await tokenOf(server);
    const [header = '', , signature = ''] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'system:admin' })).toString('base64url');
    for (const bad of [
      `${header}.${forged}.${signature}`,
      token.slice(0, -2),
      await tokenOf(open({ authorization: 'RBAC', tokens, seed: 2 })),
    ])
      expect(await whoAmI(server, bad)).toMatchObject({ status: 401 });
  });
});

describe('kubeconfigs', () => {
  it('are made for the user who is named', () => {
    const server = open({ tokens });
    expect(server.kubeconfig('http://127.0.0.1:1', 'bob')).toMatchObject({ users: [{ user: { token: 'bob' } }] });
    expect(server.kubeconfig('http://127.0.0.1:1')).toMatchObject({ users: [{ user: { token: 'root' } }] });
  });
});

describe('the audit', () => {
  it('names who acted, also when refused', async () => {
    const seen: (string | undefined)[] = [];
    const server = open({ authorization: 'RBAC', tokens, audit: ({ user, code }) => seen.push(`${user ?? '-'} ${code}`) });
    await call(server, 'GET', CONFIG_MAPS, as('bob'));
    await call(server, 'GET', CONFIG_MAPS, as('root'));
    await call(server, 'GET', CONFIG_MAPS);
    expect(seen).toEqual(['bob 403', 'root 200', '- 403']);
  });
});
