import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, write, type FakeIo } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'greeter', handlers: [handlers], namespaces: ['default'], plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.create('things', { id: 'created' }, ({ logger, spec }) => { logger.info('Hello, ' + spec.name + '!'); });
kopf.on.update('things', { id: 'updated', field: 'spec.name' }, ({ logger, new: name }) => { logger.info('Now ' + name + '!'); });
`;
const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Thing, plural: things, singular: thing }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
`;
const OBJECT = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: one }\nspec: { name: world }\n';
const project = () => projectWith({ 'kopf.config.ts': CONFIG, 'handlers.ts': HANDLERS, 'all.yaml': `${OBJECT}---\n${CRD}` });

async function ended(io: FakeIo, running: Promise<number>): Promise<number> {
  io.send('SIGINT');
  const code = await running;
  expect(io.listeners()).toBe(0);
  return code;
}

/** Waits for a line; a command that ends before it fails the test at once. */
async function saidBy(io: FakeIo, running: Promise<number>, text: string): Promise<void> {
  const over = running.then((code) => expect.unreachable(`ended with ${String(code)} before '${text}': ${io.err.join('')}`));
  await Promise.race([io.said(text), over]);
}

interface SimpleKubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
}

const serverOf = (kubeconfig: string) => (JSON.parse(readFileSync(kubeconfig, 'utf8')) as SimpleKubeconfig).clusters[0].cluster.server;

async function rename(server: string, name: string): Promise<void> {
  const answer = await fetch(`${server}/apis/example.com/v1/namespaces/default/things/one`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { name } }),
  });
  expect(answer.status).toBe(200);
}

describe('kopf dev', () => {
  it('creates the objects, definitions first, says how to reach them, shows changes, and ends cleanly', async () => {
    const io = createFakeIo(project());
    const running = runCli(['dev', '-f', 'all.yaml'], io);
    await saidBy(io, running, 'Creation is processed: 1 succeeded; 0 failed.');
    const said = io.err.join('');
    expect(said).toContain("CustomResourceDefinition 'things.example.com', Thing 'one'");
    expect(said).toContain('[default/one] Hello, world!\n');
    const kubeconfig = /Its kubeconfig is (.*)\n/.exec(said)?.[1] ?? '';
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(said.split('\n').filter((line) => line.startsWith('  kubectl'))).toEqual([
      `  kubectl --kubeconfig ${kubeconfig} get things -o yaml`,
      `  kubectl --kubeconfig ${kubeconfig} patch thing one --type=merge -p '{"spec":{"name":"Ada"}}'`,
      `  kubectl --kubeconfig ${kubeconfig} delete thing one`,
    ]);
    await rename(serverOf(kubeconfig), 'Ada');
    await saidBy(io, running, '[default/one] Now Ada!');
    expect(io.err.join('')).toContain('[default/one] Updated: spec.name "world" → "Ada"\n');
    expect(await ended(io, running)).toBe(0);
    expect(() => statSync(kubeconfig)).toThrow('ENOENT');
    expect(io.out).toEqual([]);
  });

  it('says everything as one JSON object per line for programs', async () => {
    const io = createFakeIo(project());
    const running = runCli(['dev', '-f', 'all.yaml', '--output', 'json'], io);
    await saidBy(io, running, 'Creation is processed: 1 succeeded; 0 failed.');
    expect(await ended(io, running)).toBe(0);
    const lines = io.err.map((line) => JSON.parse(line) as { message: string; severity: string; timestamp: string; object?: object });
    for (const line of lines)
      expect(line).toMatchObject({ message: expect.any(String), severity: expect.any(String), timestamp: expect.any(String) });
    expect(lines.map(({ message }) => message)).toContain('Try from a second terminal:');
    expect(lines.find(({ message }) => message === 'Hello, world!')?.object).toMatchObject({
      kind: 'Thing',
      namespace: 'default',
      name: 'one',
    });
    expect(io.out).toEqual([]);
  });

  it('says which object the server refuses, and why', async () => {
    const cwd = project();
    write(cwd, 'twice.yaml', `${CRD}---\n${OBJECT}---\n${OBJECT}`);
    const io = createFakeIo(cwd);
    expect(await runCli(['dev', '-f', 'twice.yaml'], io)).toBe(1);
    expect(io.err.join('')).toBe(
      'error KOPF_MANIFEST: twice.yaml (document 3): the embedded server refuses Thing \'one\': things.example.com "one" already exists. Correct the file.\n',
    );
  });

  it('asks for the definition of a kind that is not served', async () => {
    const cwd = project();
    write(cwd, 'object.yaml', OBJECT);
    const io = createFakeIo(cwd);
    expect(await runCli(['dev', '-f', 'object.yaml'], io)).toBe(1);
    expect(io.err.join('')).toBe(
      'error KOPF_MANIFEST: object.yaml: the embedded server serves no Thing of example.com/v1. Give the file with its CustomResourceDefinition, too.\n',
    );
  });

  it('keeps running when a promise fails that nobody waits for, and says so', async () => {
    const io = createFakeIo(project());
    const running = runCli(['dev', '-f', 'all.yaml'], io);
    await saidBy(io, running, 'The operator is ready');
    io.reject(new Error('forgotten'));
    expect(io.err.join('')).toContain('error KOPF_UNHANDLED_REJECTION: A promise failed that nobody waits for: forgotten. Await it');
    expect(await ended(io, running)).toBe(0);
  });
});

describe('a signal', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('ends the command also %i steps after it is ready, when its watches are being opened', async (steps) => {
    const io = createFakeIo(project());
    const running = runCli(['dev', '-f', 'all.yaml'], io);
    await io.said('The operator is ready');
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    expect(await ended(io, running)).toBe(0);
  });
});

describe('kopf run', () => {
  it('runs on the cluster of a kubeconfig in the namespaces that are asked for, until a signal comes', async () => {
    const server = createApiServer();
    const { url, ...listening } = await server.listen();
    const cwd = project();
    write(cwd, 'kubeconfig', JSON.stringify(server.kubeconfig(url)));
    const io = createFakeIo(cwd);
    const running = runCli(['run', '--kubeconfig', 'kubeconfig', '-n', 'kube-system', '--log-format', 'json'], io);
    await saidBy(io, running, 'is ready');
    expect(await ended(io, running)).toBe(0);
    const messages = io.err.map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toContain("The operator 'greeter' starts (@kopfts 0.1.0).");
    expect(messages).toContain("The cluster does not serve 'things'. Its handlers wait and start when it does.");
    await listening.close();
    await server.close();
  });

  it('runs files with handlers without a configuration', async () => {
    const server = createApiServer();
    const { url, ...listening } = await server.listen();
    const cwd = projectWith({ 'handlers.ts': HANDLERS, kubeconfig: JSON.stringify(server.kubeconfig(url)) });
    const io = createFakeIo(cwd);
    const running = runCli(['run', 'handlers.ts', '--kubeconfig', 'kubeconfig', '-A'], io);
    await saidBy(io, running, 'is ready');
    expect(await ended(io, running)).toBe(0);
    await listening.close();
    await server.close();
  });

  it('ends with what the cluster says when it cannot be reached', async () => {
    const cwd = project();
    const server = createApiServer();
    const { url, ...listening } = await server.listen();
    await listening.close();
    await server.close();
    write(cwd, 'kubeconfig', JSON.stringify(server.kubeconfig(url)));
    const io = createFakeIo(cwd);
    expect(await runCli(['run', '--kubeconfig', 'kubeconfig'], io)).toBe(1);
    expect(io.err.at(-1)).toMatch(/^error KOPF_CLUSTER_UNREACHABLE: .*\n$/);
  });
});
