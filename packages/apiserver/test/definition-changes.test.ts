// Custom resources whose definition has no `status` endpoint, is deprecated, or got a scale later. The real server serves a new definition at a
// time of its own, so these are no conformance cases; random requests compare the same with it.

import { createApiServer } from '@kopfts/apiserver';
import type { ApiServer, JsonObject } from '@kopfts/apiserver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from './client.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/changes.dev/v1/namespaces/default/things';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

let server: ApiServer;
beforeEach(() => {
  server = createApiServer({ seed: 1 });
});
afterEach(() => server.close());

function versions(more: JsonObject): JsonObject {
  const spec = { type: 'object', properties: { replicas: { type: 'integer' }, text: { type: 'string' } } };
  const properties = { spec, status: { type: 'object' } };
  return { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } }, ...more }] };
}

const define = (more: JsonObject): Promise<void> => defineVersions(versions(more));

async function defineVersions(list: JsonObject): Promise<void> {
  const spec = { group: 'changes.dev', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, ...list };
  const body = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.changes.dev' }, spec };
  expect(await call(server, 'POST', DEFINITIONS, { body })).toMatchObject({ status: 201 });
}

const versionOf = (object: JsonObject): unknown => (object['metadata'] as JsonObject)['resourceVersion'];
const thing = (rest: JsonObject): JsonObject => ({ apiVersion: 'changes.dev/v1', kind: 'Thing', metadata: { name: 'a' }, ...rest });

describe('a deprecated version', () => {
  const warning = '299 - "changes.dev/v1 Thing is deprecated"';

  it('is warned of also where an endpoint is missing, and not where there is no place at all', async () => {
    await define({ deprecated: true });
    expect(await call(server, 'GET', THINGS)).toMatchObject({ status: 200, headers: { warning } });
    for (const endpoint of ['status', 'scale']) {
      expect(await call(server, 'GET', `${THINGS}/a/${endpoint}`)).toMatchObject({ status: 404, headers: { warning } });
    }
    const nowhere = await call(server, 'GET', '/apis/changes.dev/v1/things/a');
    expect([nowhere.status, nowhere.headers['warning']]).toEqual([404, undefined]);
  });
});

describe('a definition without a status endpoint', () => {
  it('counts what apply adds to an object although it is not stored', async () => {
    await define({});
    await call(server, 'POST', THINGS, { body: thing({ status: {} }) });
    const options = { headers: APPLY, body: thing({ status: { x: 1 } }) };
    const applied = await call(server, 'PATCH', `${THINGS}/a?fieldManager=one`, options);
    expect(applied).toMatchObject({ status: 200, body: { metadata: { generation: 2 } } });
    expect(applied.body['status']).toEqual({});
    expect(await call(server, 'PATCH', `${THINGS}/a?fieldManager=one`, options)).toMatchObject({ body: { metadata: { generation: 3 } } });
  });
});

describe('a definition that gets a default', () => {
  it('fills it in when objects are read, and stores it with the next write', async () => {
    await define({});
    const { body: created } = await call(server, 'POST', THINGS, { body: thing({ spec: { text: 'x' } }) });
    const spec = { type: 'object', properties: { replicas: { type: 'integer', default: 2 }, text: { type: 'string' } } };
    const change = versions({ schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } });
    await call(server, 'PATCH', `${DEFINITIONS}/things.changes.dev`, { headers: MERGE, body: { spec: change } });
    const { body: read } = await call(server, 'GET', `${THINGS}/a`);
    expect(read).toMatchObject({ spec: { text: 'x', replicas: 2 }, metadata: { generation: 1 } });
    expect(versionOf(read)).toBe(versionOf(created));
    const { body: written } = await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: {} });
    expect(written).toMatchObject({ spec: { text: 'x', replicas: 2 }, metadata: { generation: 1 } });
    expect(versionOf(written)).not.toBe(versionOf(read));
  });
});

describe('a definition that gets a scale', () => {
  it('refuses counts that were stored before, in every update', async () => {
    await define({});
    expect(await call(server, 'POST', THINGS, { body: thing({ spec: { replicas: -1 } }) })).toMatchObject({ status: 201 });
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
    const change = { headers: MERGE, body: { spec: versions({ subresources: { scale } }) } };
    expect(await call(server, 'PATCH', `${DEFINITIONS}/things.changes.dev`, change)).toMatchObject({ status: 200 });
    expect(await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: { spec: { text: 'x' } } })).toMatchObject({
      status: 422,
      body: { details: { causes: [{ field: '.spec.replicas', message: 'Invalid value: -1: should be a non-negative integer' }] } },
    });
  });
});

describe('a definition whose stored version is another one than when an object was written', () => {
  const version = (name: string, storage: boolean, fields: JsonObject): JsonObject => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: fields } } } },
  });
  const both = (stored: string): JsonObject => ({
    versions: [
      version('v1', stored === 'v1', { old: { type: 'string' } }),
      version('v2', stored === 'v2', { fresh: { type: 'string', default: 'd' } }),
    ],
  });
  const SECOND = THINGS.replace('/v1/', '/v2/');

  it('reads by the schema of the version that was written, and prunes by the one that is asked for', async () => {
    await defineVersions(both('v1'));
    await call(server, 'POST', THINGS, { body: thing({ spec: { old: 'x' } }) });
    expect((await call(server, 'GET', `${THINGS}/a`)).body['spec']).toEqual({ old: 'x' });
    expect((await call(server, 'GET', `${SECOND}/a`)).body['spec']).toEqual({});
  });

  it('stores an object anew with a write that changes nothing, once', async () => {
    await defineVersions(both('v1'));
    const { body: created } = await call(server, 'POST', THINGS, { body: thing({ spec: { old: 'x' } }) });
    await call(server, 'PATCH', `${DEFINITIONS}/things.changes.dev`, { headers: MERGE, body: { spec: both('v2') } });
    const { body: first } = await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: {} });
    expect(versionOf(first)).not.toBe(versionOf(created));
    const { body: second } = await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: {} });
    expect(versionOf(second)).toBe(versionOf(first));
  });

  it('keeps what it was written in when the server is restored', async () => {
    await defineVersions(both('v1'));
    await call(server, 'POST', THINGS, { body: thing({ spec: { old: 'x' } }) });
    await call(server, 'PATCH', `${DEFINITIONS}/things.changes.dev`, { headers: MERGE, body: { spec: both('v2') } });
    server.restore(server.snapshot());
    expect((await call(server, 'GET', `${THINGS}/a`)).body['spec']).toEqual({ old: 'x' });
  });
});

describe('an object that apply made of more than its schema knows', () => {
  it('is stored as it was sent: the next write that changes nothing makes a version without the rest', async () => {
    await define({});
    const { body: applied } = await call(server, 'PATCH', `${THINGS}/a?fieldManager=one`, {
      headers: APPLY,
      body: thing({ status: { x: 1 } }),
    });
    expect(applied['status']).toEqual({});
    const { body: first } = await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: {} });
    expect(versionOf(first)).not.toBe(versionOf(applied));
    expect(versionOf((await call(server, 'PATCH', `${THINGS}/a`, { headers: MERGE, body: {} })).body)).toBe(versionOf(first));
  });

  it('answers the scale endpoint with what is left of it', async () => {
    await define({ subresources: { scale: { specReplicasPath: '.spec.count', statusReplicasPath: '.status.count' } } });
    await call(server, 'POST', THINGS, { body: thing({ spec: {} }) });
    const scaled = await call(server, 'PATCH', `${THINGS}/a/scale`, { headers: MERGE, body: { spec: { replicas: 1 } } });
    expect(scaled).toMatchObject({ status: 200, body: { kind: 'Scale' } });
    expect(scaled.body['spec']).toEqual({});
  });
});

describe('the status endpoint of a definition with a scale', () => {
  it('refuses negative counts of the status, and looks at no others', async () => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.count' };
    await define({});
    await call(server, 'POST', THINGS, { body: thing({ spec: { replicas: -1 } }) });
    const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const change = versions({ subresources: { status: {}, scale }, schema: { openAPIV3Schema: free } });
    await call(server, 'PATCH', `${DEFINITIONS}/things.changes.dev`, { headers: MERGE, body: { spec: change } });
    const send = (count: number) => call(server, 'PATCH', `${THINGS}/a/status`, { headers: MERGE, body: { status: { count } } });
    expect(await send(1)).toMatchObject({ status: 200 });
    expect(await send(-1)).toMatchObject({ status: 422 });
  });
});
