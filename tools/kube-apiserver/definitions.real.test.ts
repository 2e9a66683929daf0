import { afterAll, describe, expect, inject, it } from 'vitest';
import { createAsk } from './ask-server.js';
import { define, redefine, undefine } from './definitions.js';
import type {} from './global-setup.js';

const place = inject('controlPlane');
const ask = createAsk(place);
const SCHEMA = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
const definition = (subresources: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.defining.kopf.dev' },
  spec: {
    group: 'defining.kopf.dev',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: SCHEMA, subresources }],
  },
});
const THINGS = '/apis/defining.kopf.dev/v1/namespaces/default/things';
const create = async (name: string) =>
  (await ask('POST', THINGS, { body: { apiVersion: 'defining.kopf.dev/v1', kind: 'Thing', metadata: { name }, status: { kept: true } } }))
    .body;
afterAll(() => undefine(place, definition({})));

describe('a kind on a real kube-apiserver', () => {
  it('is served at once when it is defined, also in the place of another one, and as its definition says when that changed', async () => {
    for (let life = 1; life <= 3; life += 1) {
      await define(place, definition({ status: {} }));
      expect(await create('a')).not.toHaveProperty('status');
      await redefine(place, 'things.defining.kopf.dev', (found) => ({ ...found, spec: definition({}).spec }));
      expect(await create('b')).toHaveProperty('status');
      if (life !== 2) await undefine(place, definition({}));
      if (life !== 2) expect(await ask('GET', THINGS)).toEqual({ status: 404, body: '404 page not found\n' });
    }
  });
});
