// `kopf explain --pod` through a real kube-apiserver, which says who may use its proxy.
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createRegistry, defineConfig, startOperator, TemporaryError } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createAsk } from '../../../tools/kube-apiserver/ask-server.js';
import { PATIENCE_MS } from '../../../tools/kube-apiserver/patience.js';
import { untilAllowed } from '../../../tools/kube-apiserver/rights.js';
import { explanations } from '../src/index.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, write } from './fake-io.js';

const NAMESPACE = 'explained';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
const TOKEN = 'of the operator';
const plane = inject('controlPlane');
const ask = createAsk(plane);

/** The server passes nothing on to its own loopback interface. */
function addressOfMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('this machine has no address but its own loopback');
  return found.address;
}

async function make(path: string, body: object): Promise<void> {
  const { status, body: said } = await ask('POST', path, { body });
  expect([status, said], path).toEqual([201, expect.anything()]);
}

/** An operator that answers at the address of this machine, as it would at that of its pod. */
async function operate(folder: string, host: string): Promise<string> {
  const kopf = createRegistry();
  kopf.on.create('configmaps', { id: 'greet', labels: { app: 'x' } }, () => undefined);
  kopf.on.create('configmaps', { id: 'later' }, () => {
    throw new TemporaryError('no database', { delay: 600 });
  });
  const urls: string[] = [];
  const plugins = [kubernetes(), annotations(), explanations(`http://${host}:0`, { tokenFile: join(folder, 'token'), folder })];
  const config = defineConfig({ name: 'greeter', namespaces: [NAMESPACE], handlers: [kopf], plugins });
  const accept = (fact: { readonly kind: string; readonly data?: unknown }): void => {
    const said = /Explanations are given at (http:\S+)\./.exec(JSON.stringify(fact.data ?? ''))?.[1];
    if (said !== undefined) urls.push(said);
  };
  const operator = await startOperator(config, { cluster: { kubeconfig: plane.kubeconfigPath }, factSinks: [{ accept }] });
  onTestFinished(() => operator.stop());
  await operator.ready;
  await expect.poll(() => urls.length, { timeout: PATIENCE_MS }).toBe(1);
  return new URL(urls[0] ?? '').port;
}

it('an operator in a pod answers through the proxy of the API server whoever may use it and has its token, and nobody else', async () => {
  await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  onTestFinished(() => ask('DELETE', `/api/v1/namespaces/${NAMESPACE}`).then(() => undefined));
  const folder = projectWith({ token: `${TOKEN}\n`, wrong: 'another' });
  const host = addressOfMachine();
  const port = await operate(folder, host);
  await make(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', labels: { app: 'y' } } });
  const spec = { nodeName: 'nowhere', terminationGracePeriodSeconds: 0, containers: [{ name: 'operator', image: 'operator' }] };
  await make(`${CORE}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'greeter-0' }, spec });
  // No kubelet runs: where the pod is, the test says.
  const status = { phase: 'Running', podIP: host, podIPs: [{ ip: host }] };
  const patched = await ask('PATCH', `${CORE}/pods/greeter-0/status`, { body: { status } });
  expect([patched.status, patched.body]).toEqual([200, expect.anything()]);

  await make(`${CORE}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'person' } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { body } = await ask('POST', `${CORE}/serviceaccounts/person/token`, { body: request });
  const { token } = (body as { readonly status: { readonly token: string } }).status;
  const cluster = { server: plane.url, 'certificate-authority-data': Buffer.from(plane.ca).toString('base64') };
  const kubeconfig = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  write(folder, 'kubeconfig', JSON.stringify(kubeconfig));
  const why = async (tokenFile = 'token') => {
    const io = createFakeIo(folder);
    const pod = ['--pod', `${NAMESPACE}/greeter-0:${port}`, '--kubeconfig', 'kubeconfig', '--token-file', tokenFile];
    const code = await runCli(['explain', `ConfigMap/${NAMESPACE}/one`, ...pod], io);
    return { code, out: io.out.join(''), err: io.err.join('') };
  };
  // The server lets nobody through who may not.
  expect(await why()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('cannot get resource "pods/proxy"') });

  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'asks' };
  await make(`${RBAC}/roles`, {
    apiVersion,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods/proxy'], verbs: ['get'] }],
  });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'asks' };
  await make(`${RBAC}/rolebindings`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata,
    roleRef,
    subjects: [{ kind: 'ServiceAccount', name: 'person' }],
  });
  const user = `system:serviceaccount:${NAMESPACE}:person`;
  await untilAllowed(plane, { user, verb: 'get', group: '', resource: 'pods', subresource: 'proxy', namespace: NAMESPACE });
  await expect.poll(async () => (await why()).out, { timeout: PATIENCE_MS }).toMatch(/and failed: no database; again in \d+/);
  expect((await why()).out).toContain('its label filter app=x found "y"');
  // And the operator answers nobody without its token.
  expect(await why('wrong')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('asks for a token') });
});
