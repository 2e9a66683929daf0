import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { call } from './client.js';
import type { Json } from './conformance/case.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): ApiServer {
  const server = createApiServer({ seed: 1, ...options });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/x.dev/v1/namespaces/default/things';
const things = (spec: Json): Json => ({
  metadata: { name: 'things.x.dev' },
  spec: {
    group: 'x.dev',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
  },
});
const thing = (name: string, rest: { readonly [key: string]: Json } = {}): Json => ({
  apiVersion: 'x.dev/v1',
  kind: 'Thing',
  metadata: { name },
  ...rest,
});
const positive = { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0' }] };

describe('a definition that is going', () => {
  it('lets nobody create or change its objects, says discovery, until the last of them is gone', async () => {
    const server = open();
    await call(server, 'POST', DEFINITIONS, { body: things({ type: 'object' }) });
    await call(server, 'POST', THINGS, { body: { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'a', finalizers: ['x.y/z'] } } });
    await call(server, 'DELETE', `${DEFINITIONS}/things.x.dev`);
    const verbs = ['delete', 'deletecollection', 'get', 'list', 'watch'];
    expect((await call(server, 'GET', '/apis/x.dev/v1')).body).toMatchObject({ resources: [{ name: 'things', verbs }] });
    const headers = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
    const groups = (await call(server, 'GET', '/apis', { headers })).body['items'] as { metadata: { name: string } }[];
    expect(groups.find(({ metadata }) => metadata.name === 'x.dev')).toMatchObject({ versions: [{ resources: [{ verbs }] }] });
    await call(server, 'PATCH', `${THINGS}/a`, {
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect((await call(server, 'GET', `${DEFINITIONS}/things.x.dev`)).status).toBe(404);
  });
});

describe('the rules of a definition', () => {
  it('hold for objects of a definition that a snapshot brought', async () => {
    const first = open();
    await call(first, 'POST', DEFINITIONS, { body: things(positive) });
    const second = open();
    second.restore(first.snapshot());
    const answers = await Promise.all([
      call(second, 'POST', THINGS, { body: thing('a', { spec: 0 }) }),
      call(second, 'POST', THINGS, { body: thing('b', { spec: 1 }) }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([422, 201]);
  });

  it('come with a patch, too', async () => {
    const server = open();
    await call(server, 'POST', DEFINITIONS, { body: things({ type: 'integer' }) });
    const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations';
    const patched = await call(server, 'PATCH', `${DEFINITIONS}/things.x.dev`, {
      body: [{ op: 'add', path, value: [{ rule: 'self < 5' }] }],
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect(patched.status).toBe(200);
    expect((await call(server, 'POST', THINGS, { body: thing('a', { spec: 5 }) })).body).toMatchObject({
      details: { causes: [{ field: 'spec', message: 'Invalid value: 5: failed rule: self < 5' }] },
    });
  });
});
