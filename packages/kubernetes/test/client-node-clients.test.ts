/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- its classes are given as plain objects, as all its users do */
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import type { KubernetesObject, V1ConfigMap, V1CustomResourceDefinition } from '@kubernetes/client-node';
import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  V1MicroTime,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const WIDGETS = { group: 'clients.kopf.dev', version: 'v1', plural: 'widgets', namespace: 'default' };
const namespace = 'default';
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

const definition: V1CustomResourceDefinition = {
  metadata: { name: 'widgets.clients.kopf.dev' },
  spec: {
    group: WIDGETS.group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', minimum: 0 }, notes: { type: 'string' } } },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};

interface Widget extends KubernetesObject {
  spec?: { size?: number; notes?: string };
  status?: { phase?: string };
}
const widget = (name: string, size: number): Widget & { metadata: { name: string; namespace: string } } => ({
  apiVersion: 'clients.kopf.dev/v1',
  kind: 'Widget',
  metadata: { name, namespace },
  spec: { size },
});

/** The refusal of a request, as the library tells it. */
async function refusal(asked: Promise<unknown>): Promise<{ code: number; body: string }> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiException)) throw new Error(`it was not refused: ${String(error)}`);
  const body: unknown = error.body;
  return { code: error.code, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

describe.each([
  { over: 'HTTP', tls: false },
  { over: 'TLS with a token', tls: true },
])('client-node over $over', ({ tls }) => {
  let server: ApiServer;
  const config = new KubeConfig();
  const limited = new KubeConfig();

  beforeAll(async () => {
    const tokens = { root: { name: 'root', groups: ['system:masters'] }, limited: { name: 'limited' } };
    server = createApiServer({ seed: 1, ...(tls ? { tokens, authorization: 'RBAC' as const } : {}) });
    const { url } = await server.listen({ tls });
    config.loadFromString(JSON.stringify(server.kubeconfig(url)));
    limited.loadFromString(JSON.stringify(server.kubeconfig(url, tls ? 'limited' : undefined)));
    await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({ body: definition });
  });
  afterAll(() => server.close());

  it('creates, reads, replaces, patches, lists and deletes by the typed API', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const created = await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'a', labels: { on: 'yes' } }, data: { k: '1' } },
    });
    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const replaced = await core.replaceNamespacedConfigMap({ name: 'a', namespace, body: { ...created, data: { k: '2' } } });
    const stale = core.replaceNamespacedConfigMap({ name: 'a', namespace, body: { ...created, data: { k: '3' } } });
    const { code, body } = await refusal(stale);
    expect([code, body]).toEqual([409, expect.stringContaining('the object has been modified')]);
    expect(replaced.metadata?.uid).toBe(created.metadata?.uid);
    await core.patchNamespacedConfigMap({ name: 'a', namespace, body: { data: { l: 'x' } } }, MERGE);
    const patched = await core.patchNamespacedConfigMap({ name: 'a', namespace, body: [{ op: 'remove', path: '/data/k' }] }, JSON_PATCH);
    expect(patched.data).toEqual({ l: 'x' });
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'b', labels: { on: 'yes' } } } });
    const first = await core.listNamespacedConfigMap({ namespace, labelSelector: 'on=yes', limit: 1 });
    const second = await core.listNamespacedConfigMap({
      namespace,
      labelSelector: 'on=yes',
      limit: 1,
      _continue: first.metadata?._continue ?? '',
    });
    expect([...first.items, ...second.items].map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
    expect((await core.deleteNamespacedConfigMap({ name: 'a', namespace })).status).toBe('Success');
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'on=yes' });
    expect((await core.listNamespacedConfigMap({ namespace })).items).toEqual([]);
    expect((await refusal(core.readNamespacedConfigMap({ name: 'a', namespace }))).code).toBe(404);
  });

  it('merges the lists of a deployment, and scales it', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
    await apps.createNamespacedDeployment({
      namespace,
      body: { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } },
    });
    const more = { spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } } };
    const patched = await apps.patchNamespacedDeployment({ name: 'web', namespace, body: more }, STRATEGIC);
    expect(patched.spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['side', 'web']);
    await apps.patchNamespacedDeploymentScale({ name: 'web', namespace, body: { spec: { replicas: 4 } } }, MERGE);
    expect((await apps.readNamespacedDeploymentScale({ name: 'web', namespace })).spec?.replicas).toBe(4);
    expect((await apps.readNamespacedDeployment({ name: 'web', namespace })).spec?.replicas).toBe(4);
  });

  it('keeps the microseconds of a lease', async () => {
    const leases = config.makeApiClient(CoordinationV1Api);
    const renewTime = new V1MicroTime('2026-01-02T03:04:05.678Z');
    const body = { metadata: { name: 'lease' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime } };
    await leases.createNamespacedLease({ namespace, body });
    const { spec } = await leases.readNamespacedLease({ name: 'lease', namespace });
    expect(JSON.stringify(spec?.renewTime)).toBe('"2026-01-02T03:04:05.678000Z"');
    expect(spec?.holderIdentity).toBe('me');
  });

  it('works on custom objects and their status', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    await custom.createNamespacedCustomObject({ ...WIDGETS, body: widget('a', 1) });
    await custom.patchNamespacedCustomObject({ ...WIDGETS, name: 'a', body: { spec: { size: 2 } } }, MERGE);
    await custom.patchNamespacedCustomObject({ ...WIDGETS, name: 'a', body: [{ op: 'add', path: '/spec/notes', value: 'x' }] }, JSON_PATCH);
    await custom.patchNamespacedCustomObjectStatus({ ...WIDGETS, name: 'a', body: { status: { phase: 'Done' } } }, MERGE);
    const read = (await custom.getNamespacedCustomObject({ ...WIDGETS, name: 'a' })) as Widget;
    expect([read.spec, read.status]).toEqual([{ size: 2, notes: 'x' }, { phase: 'Done' }]);
    const invalid = await refusal(custom.createNamespacedCustomObject({ ...WIDGETS, body: widget('b', -1) }));
    expect(invalid).toEqual({
      code: 422,
      body: expect.stringContaining('spec.size in body should be greater than or equal to 0') as string,
    });
    const listed = (await custom.listNamespacedCustomObject({ ...WIDGETS })) as { items: Widget[] };
    expect(listed.items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
    await custom.deleteNamespacedCustomObject({ ...WIDGETS, name: 'a' });
    expect((await refusal(custom.getNamespacedCustomObject({ ...WIDGETS, name: 'a' }))).code).toBe(404);
  });

  it('finds out where any object belongs, and creates, applies, patches, lists and deletes it', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const made = await objects.create(widget('any', 1));
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    const applying = (size: number, manager: string, force: boolean): Promise<Widget> =>
      objects.patch<Widget>(widget('any', size), undefined, undefined, manager, force, PatchStrategy.ServerSideApply);
    const conflict = await refusal(applying(2, 'one', false));
    expect(conflict).toEqual({ code: 409, body: expect.stringContaining('conflict') as string });
    expect((await applying(2, 'one', true)).spec).toEqual({ size: 2 });
    const merged = { ...widget('any', 3), metadata: { name: 'any', namespace, labels: { a: 'b' } } };
    await objects.patch(merged, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    const read = await objects.read<Widget>({ apiVersion: 'clients.kopf.dev/v1', kind: 'Widget', metadata: { name: 'any', namespace } });
    expect([read.spec, read.metadata?.labels]).toEqual([{ size: 3 }, { a: 'b' }]);
    const replaced = await objects.replace({ ...read, spec: { size: 4 } });
    expect(replaced.spec).toEqual({ size: 4 });
    const listed = await objects.list('clients.kopf.dev/v1', 'Widget', namespace, undefined, undefined, undefined, undefined, 'a=b');
    expect(listed.items).toHaveLength(1);
    await objects.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace } });
    await objects.delete({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace } });
    await objects.delete(widget('any', 1));
    expect(
      (await refusal(objects.read({ apiVersion: 'clients.kopf.dev/v1', kind: 'Widget', metadata: { name: 'any', namespace } }))).code,
    ).toBe(404);
  });

  it('watches: every change, the end by the server, and what is said of a version that is gone', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const path = '/api/v1/namespaces/default/secrets';
    const { metadata } = await core.listNamespacedSecret({ namespace });
    const seen: string[] = [];
    server.faults.add({ verb: 'watch', resource: 'secrets' }, { kind: 'cut', afterEvents: 3, ending: 'end' });
    const ended = new Promise<unknown>((resolve, reject) => {
      const callback = (phase: string, object: KubernetesObject): number => seen.push(`${phase} ${object.metadata?.name ?? ''}`);
      new Watch(config).watch(path, { resourceVersion: metadata?.resourceVersion ?? '' }, callback, resolve).catch(reject);
    });
    await core.createNamespacedSecret({ namespace, body: { metadata: { name: 's' }, stringData: { k: 'v' } } });
    await core.patchNamespacedSecret({ name: 's', namespace, body: { stringData: { l: 'w' } } }, MERGE);
    await core.deleteNamespacedSecret({ name: 's', namespace });
    expect(await ended).toBeNull();
    expect(seen).toEqual(['ADDED s', 'MODIFIED s', 'DELETED s']);
    server.compact();
    const gone = new Promise((resolve, reject) => {
      const callback = (phase: string, status: { code?: number; reason?: string }): void => resolve([phase, status.code, status.reason]);
      new Watch(config).watch(path, { resourceVersion: metadata?.resourceVersion ?? '' }, callback, reject).catch(reject);
    });
    expect(await gone).toEqual(['ERROR', 410, 'Expired']);
  });

  it('informs: what is there, what changes, and what was missed while history went', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const path = '/api/v1/namespaces/default/configmaps';
    const maps = (name: string): V1ConfigMap => ({ metadata: { name, labels: { informer: 'yes' } } });
    await core.createNamespacedConfigMap({ namespace, body: maps('one') });
    const labelSelector = 'informer=yes';
    const informer = makeInformer<V1ConfigMap>(
      config,
      path,
      () => core.listNamespacedConfigMap({ namespace, labelSelector }),
      labelSelector,
    );
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, (object) => {
        seen.push(`${verb} ${object.metadata?.name ?? ''}`);
        for (const wake of waiting.splice(0)) wake();
      });
    }
    const until = async (what: string): Promise<void> => {
      while (!seen.includes(what)) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    // The first watch is closed after two events, when the second one comes somebody has written and history is gone.
    server.faults.add({ verb: 'watch', resource: 'configmaps' }, { kind: 'cut', afterEvents: 2, ending: 'end' });
    const request = { method: 'POST', path, body: { metadata: { name: 'missed', labels: { informer: 'yes' } } } };
    const late = { kind: 'externalWrite', actor: 'meanwhile', write: { request } } as const;
    const gap = server.faults.add({ verb: 'watch', resource: 'configmaps', nth: 2 }, [late, { kind: 'compact' }]);
    await informer.start();
    await until('add one');
    await core.createNamespacedConfigMap({ namespace, body: maps('two') });
    await core.patchNamespacedConfigMap({ name: 'two', namespace, body: { data: { k: 'v' } } }, MERGE);
    await until('update two');
    await until('add missed');
    expect(gap.used).toBe(1);
    await core.deleteNamespacedConfigMap({ name: 'two', namespace });
    await until('delete two');
    expect(
      informer
        .list()
        .map(({ metadata }) => metadata?.name)
        .sort(),
    ).toEqual(['missed', 'one']);
    await informer.stop();
  });

  it('asks for the version of the server and for what one may do', async () => {
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toBe('v1.36.3');
    const question = { spec: { resourceAttributes: { namespace, verb: 'list', resource: 'secrets' } } };
    const answers = await Promise.all(
      [config, limited].map((of) => of.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body: question })),
    );
    expect(answers.map(({ status }) => status?.allowed)).toEqual([true, !tls]);
    if (tls) {
      const refused = await refusal(limited.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace }));
      expect(refused).toEqual({ code: 403, body: expect.stringContaining('User \\"limited\\" cannot list resource') as string });
    }
  });
});
