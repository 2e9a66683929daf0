import { createApiServer } from '@kopfts/apiserver';
import type { JsonObject } from '@kopfts/apiserver';
import { describe, expect, it } from 'vitest';
import { call } from './client.js';
import { definitions } from './conformance/case.js';
import { MACHINES } from './kubectl/machines.js';

/** What is inside a message: each field with its number; texts and messages as bytes. */
function fieldsOf(bytes: Uint8Array): readonly { number: number; value: Buffer | number }[] {
  const found: { number: number; value: Buffer | number }[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [number, wire] = [tag >> 3, tag & 7];
    if (wire === 0) found.push({ number, value: varint() });
    const length = wire === 2 ? varint() : 0;
    const size = wire === 1 ? 8 : length;
    if (wire !== 0) found.push({ number, value: Buffer.from(bytes.subarray(at, at + size)) });
    at += size;
  }
  return found;
}
const messages = (bytes: Uint8Array, number: number): readonly Buffer[] =>
  fieldsOf(bytes).flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []));
const text = (bytes: Uint8Array, number: number): string => String(messages(bytes, number)[0] ?? '');

async function withMachines(): Promise<ReturnType<typeof createApiServer>> {
  const server = createApiServer({ seed: 1 });
  await call(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: MACHINES });
  return server;
}

describe('what kubectl needs of a server', () => {
  it('gives the OpenAPI 2 document in Protocol Buffers also where a schema has integers beyond 2^53', async () => {
    const server = createApiServer({ seed: 1 });
    for (const definition of definitions('vast.dev'))
      await call(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const answer = await server.handle({ method: 'GET', path: '/openapi/v2', headers: { accept } });
    const parts: Uint8Array[] = [];
    for await (const chunk of answer.chunks) parts.push(chunk);
    expect(answer.status).toBe(200);
    expect(Buffer.concat(parts).includes('9007199254740993')).toBe(true);
  });

  it('gives the OpenAPI 2 document in Protocol Buffers to whoever asks for these, in both spellings of the type', async () => {
    const server = await withMachines();
    for (const at of ['@', '.']) {
      const accept = `application/com.github.proto-openapi.spec.v2${at}v1.0+protobuf`;
      const answer = await server.handle({ method: 'GET', path: '/openapi/v2', headers: { accept } });
      const parts: Uint8Array[] = [];
      for await (const chunk of answer.chunks) parts.push(chunk);
      const document = Buffer.concat(parts);
      expect([answer.status, text(document, 1)]).toEqual([200, '2.0']);
      const definitions = messages(messages(document, 9)[0] ?? Buffer.alloc(0), 1);
      const machine = definitions.find((one) => text(one, 1) === 'dev.kopf.kubectl-scripts.v1.Machine') ?? Buffer.alloc(0);
      const schema = messages(machine, 2)[0] ?? Buffer.alloc(0);
      expect(text(schema, 4)).toBe('A machine of the factory.');
      const properties = messages(messages(schema, 25)[0] ?? Buffer.alloc(0), 1);
      expect(properties.map((one) => text(one, 1)).sort()).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
      const extension = messages(schema, 31)[0] ?? Buffer.alloc(0);
      expect(text(extension, 1)).toBe('x-kubernetes-group-version-kind');
      expect(JSON.parse(text(messages(extension, 2)[0] ?? Buffer.alloc(0), 2))).toEqual([
        { group: 'kubectl-scripts.kopf.dev', version: 'v1', kind: 'Machine' },
      ]);
      const spec = messages(properties.find((one) => text(one, 1) === 'spec') ?? Buffer.alloc(0), 2)[0] ?? Buffer.alloc(0);
      expect(text(spec, 19)).toBe('size');
      const size = messages(messages(spec, 25)[0] ?? Buffer.alloc(0), 1).find((one) => text(one, 1) === 'size') ?? Buffer.alloc(0);
      expect(messages(messages(size, 2)[0] ?? Buffer.alloc(0), 7)[0]?.readDoubleLE()).toBe(99);
    }
  });

  it('still gives it in JSON to everybody else', async () => {
    const { body } = await call(await withMachines(), 'GET', '/openapi/v2');
    expect(body).toMatchObject({ swagger: '2.0', definitions: { 'dev.kopf.kubectl-scripts.v1.Machine': { type: 'object' } } });
  });

  it('names the types that explain shows: quantities, numbers or texts, and what may be anything', async () => {
    const server = createApiServer({ seed: 1 });
    const apps = (await call(server, 'GET', '/openapi/v3/apis/apps/v1')).body as unknown as Document;
    const { 'io.k8s.api.core.v1.ResourceRequirements': resources, ...more } = apps.components.schemas;
    const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
    expect(resources).toMatchObject({ properties: { limits: { additionalProperties: { $ref: `#/components/schemas/${quantity}` } } } });
    expect(more[quantity]).toEqual({ oneOf: [{ type: 'string' }, { type: 'number' }] });
    expect(more['io.k8s.api.apps.v1.RollingUpdateDeployment']).toMatchObject({
      properties: { maxSurge: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' } },
    });
    expect(more['io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry']).toMatchObject({
      properties: { fieldsV1: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1' } },
    });
    const { body: old } = await call(server, 'GET', '/openapi/v2');
    expect(old).toMatchObject({ definitions: { [quantity]: { type: 'string' } } });
  });

  it('keeps the older name of the service account of a pod equal to the newer one', async () => {
    const server = createApiServer({ seed: 1 });
    const spec = { containers: [{ name: 'a', image: 'a' }] };
    for (const [name, account] of [
      ['new', { serviceAccountName: 'sa' }],
      ['old', { serviceAccount: 'sa' }],
    ] as const) {
      const body = { metadata: { name }, spec: { ...spec, ...account } };
      const answer = await call(server, 'POST', '/api/v1/namespaces/default/pods', { body });
      expect(answer.body['spec']).toMatchObject({ serviceAccountName: 'sa', serviceAccount: 'sa' });
    }
  });

  it('selects events of their own group by what they are about', async () => {
    const server = createApiServer({ seed: 1 });
    for (const name of ['a', 'b']) {
      const involvedObject = { kind: 'Pod', name, namespace: 'default' };
      await call(server, 'POST', '/api/v1/namespaces/default/events', {
        body: { metadata: { name }, involvedObject, type: 'Normal', reportingComponent: `${name}-controller` },
      });
    }
    const path = '/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=';
    const names = async (selector: string): Promise<readonly unknown[]> => {
      const { body } = await call(server, 'GET', `${path}${encodeURIComponent(selector)}`);
      return (body['items'] as readonly JsonObject[]).map((event) => (event['regarding'] as JsonObject)['name']);
    };
    expect(await names('regarding.kind=Pod,regarding.name=a')).toEqual(['a']);
    expect(await names('reportingController=b-controller')).toEqual(['b']);
    expect((await call(server, 'GET', `${path}involvedObject.name=a`)).body['message']).toContain(
      'field label not supported: involvedObject.name',
    );
  });
});

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}
