import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiServer, AuditEntry, JsonObject } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { parse } from 'yaml';
import { kopfPython } from '../../../tools/kopf-python/environment.mjs';
import { call, Events } from './client.js';
import { KopfOperator } from './kopf/operator.js';

const kopf = await kopfPython();
const example = (file: string): JsonObject =>
  parse(readFileSync(fileURLToPath(new URL(`../../../examples/00-hello/${file}`, import.meta.url)), 'utf8')) as JsonObject;
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const EXAMPLES = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';
const HELLO = `${EXAMPLES}/hello`;
const ROOT = { authorization: 'Bearer root' };
const FINALIZER = 'kopf.zalando.org/KopfFinalizerMarker';
const LAST_HANDLED = 'kopf.zalando.org/last-handled-configuration';

let folder = '';
const servers: ApiServer[] = [];
const operators: KopfOperator[] = [];

interface Opened {
  readonly server: ApiServer;
  readonly kubeconfig: string;
  readonly refused: readonly AuditEntry[];
}

async function open(tls: boolean): Promise<Opened> {
  const tokens = { root: { name: 'root', groups: ['system:masters'] }, 'operator-token': { name: 'operator' } };
  const refused: AuditEntry[] = [];
  const audit = (entry: AuditEntry): void => {
    if (entry.code >= 400) refused.push(entry);
  };
  const server = createApiServer({ seed: 1, audit, ...(tls ? { tokens, authorization: 'RBAC' as const } : {}) });
  servers.push(server);
  const { url } = await server.listen({ tls });
  const kubeconfig = join(folder, `kubeconfig-${tls ? 'tls' : 'http'}-${new URL(url).port}`);
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(url, tls ? 'operator' : undefined)));
  return { server, kubeconfig, refused };
}

/** Resolves with the first request that is like this. */
function request(server: ApiServer, isIt: (entry: AuditEntry) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = server.audit((entry) => {
      if (!isIt(entry)) return;
      stop();
      resolve();
    });
  });
}

function run(kubeconfig: string, ...args: readonly string[]): KopfOperator {
  const operator = new KopfOperator(kopf?.kopf ?? '', kubeconfig, args);
  operators.push(operator);
  onTestFailed(() => {
    process.stderr.write(`${operator.lines.join('\n')}\n`);
  });
  return operator;
}

async function ask(server: ApiServer, method: string, path: string, body?: JsonObject): Promise<JsonObject> {
  const answer = await call(server, method, path, { headers: ROOT, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
  return answer.body;
}

/** Waits until the object is as it should be, or gone. */
async function until(server: ApiServer, path: string, isThere: (object: JsonObject, type: unknown) => boolean): Promise<JsonObject> {
  const [, collection = '', name = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const events = await Events.open(
    { handle: (request) => server.handle({ ...request, headers: { ...request.headers, ...ROOT } }) },
    `${collection}?watch=1&fieldSelector=metadata.name=${name}`,
  );
  try {
    for (;;) {
      const event = await events.next();
      if (event === undefined) throw new Error(`the watch of ${path} ended`);
      const object = event['object'] as JsonObject;
      if (isThere(object, event['type'])) return object;
    }
  } finally {
    events.stop();
  }
}

const metaOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
const statusOf = (object: JsonObject): JsonObject => (object['status'] ?? {}) as JsonObject;

describe.skipIf(kopf === undefined)(`Kopf ${kopf?.version ?? ''} in Python`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kopfts-kopf-'));
  });
  afterEach(async () => {
    for (const operator of operators.splice(0)) operator.kill();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    { over: 'HTTP, alone', tls: false, args: ['--standalone', '--namespace=default'] },
    {
      over: 'TLS with a token and the rights that it asks for, with a peering',
      tls: true,
      args: ['--all-namespaces', '--peering=default'],
    },
  ])('handles the example over $over', async ({ tls, args }) => {
    const { server, kubeconfig, refused } = await open(tls);
    await ask(server, 'POST', DEFINITIONS, example('crd.yaml'));
    if (tls) await permit(server);
    const operator = run(kubeconfig, ...args);

    await ask(server, 'POST', EXAMPLES, example('object.yaml'));
    const handled = await until(server, HELLO, (object) => statusOf(object)['name'] !== undefined && lastHandled(object) !== undefined);
    expect(statusOf(handled)).toEqual({ name: 'world' });
    expect(lastHandled(handled)).toMatchObject({ spec: { name: 'world' } });
    expect(metaOf(handled)['finalizers']).toEqual([FINALIZER]);
    await operator.until('Hello, world!', tls ? 1 : 2); // the second one comes five seconds later
    if (tls) {
      const peering = await until(
        server,
        '/apis/kopf.dev/v1/clusterkopfpeerings/default',
        (object) => Object.keys(statusOf(object)).length > 0,
      );
      expect(Object.values(statusOf(peering))).toEqual([expect.objectContaining({ priority: 0 })]);
    }

    const gone = until(server, HELLO, (_object, type) => type === 'DELETED');
    await ask(server, 'DELETE', HELLO);
    await Promise.all([operator.until('Bye, hello!'), gone]);
    expect((await ask(server, 'GET', EXAMPLES))['items']).toEqual([]);
    expect(await operator.stop()).toBe(0);
    expect(operator.complaints).toEqual([]);
    expect(refused.map(({ verb, path, code, message }) => ({ verb, path, code, message }))).toEqual([]);
    if (tls) expect(statusOf(await ask(server, 'GET', '/apis/kopf.dev/v1/clusterkopfpeerings/default'))).toEqual({});
  });

  it('finds a kind that is defined after its start, and goes on after its watches were closed', async () => {
    const { server, kubeconfig } = await open(false);
    // What is defined between its look at everything and this watch escapes Kopf.
    const watching = request(server, ({ verb, resource }) => verb === 'watch' && resource === 'customresourcedefinitions');
    const operator = run(kubeconfig, '--standalone', '--all-namespaces');
    await watching;
    await ask(server, 'POST', DEFINITIONS, example('crd.yaml'));
    await ask(server, 'POST', EXAMPLES, example('object.yaml'));
    await operator.until('Hello, world!');
    // All watches end, and history is gone: it has to list again.
    server.restore(server.snapshot(), { versions: 'continue' });
    const second = { ...example('object.yaml'), metadata: { name: 'second' }, spec: { name: 'again' } };
    await ask(server, 'POST', EXAMPLES, second);
    await operator.until('Hello, again!');
    expect(await operator.stop()).toBe(0);
    expect(operator.complaints).toEqual([expect.stringContaining('Unresolved resources cannot be served')]);
  });
});

function lastHandled(object: JsonObject): unknown {
  const text = ((metaOf(object)['annotations'] ?? {}) as JsonObject)[LAST_HANDLED];
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}

/** A peering, and the rights that Kopf's documentation asks for. */
async function permit(server: ApiServer): Promise<void> {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await ask(server, 'POST', DEFINITIONS, {
    metadata: { name: 'clusterkopfpeerings.kopf.dev' },
    spec: {
      scope: 'Cluster',
      group: 'kopf.dev',
      names: { kind: 'ClusterKopfPeering', plural: 'clusterkopfpeerings', singular: 'clusterkopfpeering' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { status: free } } } },
      ],
    },
  });
  await ask(server, 'POST', '/apis/kopf.dev/v1/clusterkopfpeerings', {
    apiVersion: 'kopf.dev/v1',
    kind: 'ClusterKopfPeering',
    metadata: { name: 'default' },
  });
  const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): JsonObject => ({
    apiGroups: [apiGroup],
    resources,
    verbs,
  });
  await ask(server, 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    metadata: { name: 'kopf' },
    rules: [
      rule('kopf.dev', ['clusterkopfpeerings'], ['list', 'watch', 'patch', 'get']),
      rule('apiextensions.k8s.io', ['customresourcedefinitions'], ['list', 'watch']),
      rule('', ['namespaces'], ['list', 'watch']),
      rule('', ['events'], ['create']),
      rule('kopf.dev', ['kopfexamples', 'kopfexamples/status'], ['list', 'watch', 'patch']),
    ],
  });
  await ask(server, 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'kopf' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kopf' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'operator' }],
  });
}
