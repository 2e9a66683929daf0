/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- its classes are given as plain objects, as all its users do */
import type { ObjectBody } from '@kopfts/core';
import { ApiException, CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { api, type KubernetesApi } from '../../src/index.js';

/** The cases of `api(ctx)`, on whichever server: each gets a namespace of its own. */
export const apiCases: readonly { readonly name: string; run(ctx: object, namespace: string): Promise<void> }[] = [
  {
    name: 'creates, reads, changes, lists and deletes objects by kind and name',
    async run(ctx, namespace) {
      const cluster = api(ctx);
      const created = await cluster.create(configMap('a', namespace, { k: '1' }, { on: 'yes' }));
      expect(created.metadata).toMatchObject({ name: 'a', namespace });
      expect(managersOf(created)).toContain('caller');
      await cluster.patch(created, { data: { l: '2' } });
      const renamed = await cluster.patch<Data>(created, [
        { op: 'test', path: '/metadata/uid', value: created.metadata.uid },
        { op: 'remove', path: '/data/k' },
      ]);
      expect(renamed.data).toEqual({ l: '2' });
      expect(await cluster.get<Data>({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace })).toMatchObject({ data: { l: '2' } });
      await cluster.create(configMap('b', namespace, {}));
      const listed = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace, labelSelector: 'on=yes' });
      expect(listed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap a']);
      const another = { ...created, metadata: { ...created.metadata, name: 'b' } };
      await expect(cluster.delete(another, { uid: created.metadata.uid })).rejects.toMatchObject({ code: 'KOPF_CONFLICT' });
      expect([await cluster.delete(created), await cluster.delete(created)]).toEqual([true, false]);
    },
  },
  {
    name: 'applies: what was applied before and is not any more is removed, what others own is taken over or kept',
    async run(ctx, namespace) {
      const cluster = api(ctx);
      const applied = await cluster.apply(configMap('a', namespace, { k: '1', l: '2' }));
      expect(managersOf(applied)).toEqual(['caller']);
      const again = await cluster.apply<Data>(configMap('a', namespace, { k: '1' }));
      expect(again.data).toEqual({ k: '1' });
      const other = { fieldManager: 'other', force: false };
      const refused = await cluster.apply(configMap('a', namespace, { k: '9' }), other).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'KOPF_CONFLICT',
        context: { causes: expect.arrayContaining([expect.objectContaining({ field: '.data.k' })]) as object },
      });
      const taken = await cluster.apply<Data>(configMap('a', namespace, { k: '9' }), { ...other, force: true });
      expect(taken.data).toEqual({ k: '9' });
    },
  },
  {
    name: 'says by a code and one text why a request was refused',
    async run(ctx, namespace) {
      const cluster = api(ctx);
      await cluster.create(configMap('a', namespace, {}));
      const why = async (asked: Promise<unknown>): Promise<unknown> =>
        asked.catch((error: unknown) => {
          const { code, message } = error as KopfLike;
          return [code, message];
        });
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      expect(await why(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'none', namespace }))).toEqual([
        'KOPF_NOT_FOUND',
        `There is nothing to GET ${path}/none: configmaps "none" not found`,
      ]);
      expect(await why(cluster.create(configMap('a', namespace, {})))).toEqual([
        'KOPF_ALREADY_EXISTS',
        `The API server did not do POST ${path}: configmaps "a" already exists`,
      ]);
      const [invalid] = (await why(cluster.create(configMap('Not_A_Name', namespace, {})))) as [string];
      expect(invalid).toBe('KOPF_OBJECT_INVALID');
      expect(await why(cluster.get({ apiVersion: 'v1', kind: 'Unicorn', name: 'a' }))).toEqual([
        'KOPF_KIND_UNKNOWN',
        'The API server does not serve Unicorn of v1.',
      ]);
      expect(await why(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: '..', namespace }))).toMatchObject([
        'KOPF_REQUEST_INVALID',
        {},
      ]);
    },
  },
  {
    name: 'sends any request, and gives JSON or text',
    async run(ctx) {
      const cluster = api(ctx);
      expect(await cluster.request({ path: '/version' })).toMatchObject({ gitVersion: expect.stringMatching(/^v1/) as string });
      expect(await cluster.request({ path: '/healthz', accept: 'text/plain' })).toBe('ok');
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      expect(await cluster.request({ method: 'POST', path, body: review })).toMatchObject({ kind: 'SelfSubjectReview' });
    },
  },
  {
    name: 'lends its connections to the generated classes of client-node, with their own ways to patch and to fail',
    async run(ctx, namespace) {
      const core = api(ctx).typed(CoreV1Api);
      const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' }, data: { k: '1' } } });
      expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
      expect(created.metadata?.managedFields?.map(({ manager }) => manager)).toEqual(['caller']);
      const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      const patched = await core.patchNamespacedConfigMap({ name: 'a', namespace, body: { data: { k: null, l: '2' } } }, merge);
      expect(patched.data).toEqual({ l: '2' });
      const { items } = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=a', limit: 1 });
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
      const missing = await core.readNamespacedConfigMap({ name: 'none', namespace }).catch((error: unknown) => error);
      expect(missing).toBeInstanceOf(ApiException);
      expect(missing).toMatchObject({ code: 404 });
      await expect(core.readNamespacedConfigMap({ name: '..', namespace })).rejects.toMatchObject({ code: 'KOPF_REQUEST_INVALID' });
      await core.deleteNamespacedConfigMap({ name: 'a', namespace });
      const custom = api(ctx).typed(CustomObjectsApi);
      const apps = { group: 'apps', version: 'v1', namespace, plural: 'deployments' };
      expect(await custom.listNamespacedCustomObject(apps)).toMatchObject({ kind: 'DeploymentList' });
    },
  },
  {
    name: 'waits until an object is there, is as it should be, and is gone again, without asking twice',
    async run(ctx, namespace) {
      const cluster = api(ctx);
      const address = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace };
      expect(await cluster.until(address, (object) => object === undefined)).toBeUndefined();
      const there = cluster.until(address, (object) => dataOf(object)?.['k'] === '2');
      await cluster.create(configMap('b', namespace, { k: '2' }));
      await cluster.create(configMap('a', namespace, { k: '1' }));
      await cluster.patch(address, { data: { k: '2' } });
      expect(await there).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '2' } });
      const gone = cluster.until(address, (object) => object === undefined);
      await cluster.delete(address);
      expect(await gone).toBeUndefined();
    },
  },
  {
    name: 'ends a wait by its signal, by its time, and by an error of the condition',
    async run(ctx, namespace) {
      const cluster = api(ctx);
      const address = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace };
      const given = new AbortController();
      const waiting = cluster.until(address, () => false, { signal: given.signal });
      given.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await expect(cluster.until(address, () => false, { timeout: '20ms' })).rejects.toMatchObject({
        code: 'KOPF_NOT_IN_TIME',
        message: `ConfigMap ${namespace}/a did not become what it was waited for within 0.02 seconds.`,
      });
      const odd = cluster.until(address, () => {
        throw new RangeError('odd');
      });
      await expect(odd).rejects.toThrow(RangeError);
    },
  },
];

interface KopfLike {
  readonly code: string;
  readonly message: string;
}

type Data = ObjectBody & { readonly data?: Readonly<Record<string, string>> };

function dataOf(object: ObjectBody | undefined): Readonly<Record<string, string>> | undefined {
  return (object as Data | undefined)?.data;
}

function managersOf({ metadata }: ObjectBody): unknown {
  return (metadata['managedFields'] as unknown as readonly { readonly manager: string }[]).map(({ manager }) => manager);
}

function configMap(name: string, namespace: string, data: Record<string, string>, labels: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data };
}

/** Makes a namespace with a name of its own. */
export async function makeNamespace(cluster: KubernetesApi): Promise<string> {
  const made = await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'api-' } });
  return made.metadata.name;
}
