import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { annotations } from '@kopfts/persistence-annotations';
import { eventually, liveKind, openLiveCluster, type LiveCluster } from './support/live-cluster.js';

const GROUP = 'schemas.kopf.dev';
const NAMESPACE = 'schemas';
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const SHAPED = liveKind({
  group: GROUP,
  kind: 'Shaped',
  plural: 'shaped',
  schema: {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          port: { 'x-kubernetes-int-or-string': true },
          free: OPEN,
          template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
          rules: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: {
              type: 'object',
              required: ['name'],
              properties: { name: { type: 'string' }, value: { type: 'string', default: 'd' } },
            },
          },
          limit: { type: 'integer', nullable: true, default: 5 },
          bare: { type: 'integer', nullable: true },
        },
      },
      status: OPEN,
    },
  },
});
const LARGE = liveKind({ group: GROUP, kind: 'Large', plural: 'larges' });

describe('on a real kube-apiserver', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = openLiveCluster(inject('controlPlane'), { leastRights: true });
    await cluster.namespace(NAMESPACE);
    await cluster.define(SHAPED);
    await cluster.define(LARGE);
  });
  afterAll(() => cluster.close());

  it('[L-8] an object has the shape of its schema: defaults, nulls, numbers or text, lists by their keys, objects in objects', async () => {
    const seen: unknown[] = [];
    const shelf = cluster.shelf(SHAPED, NAMESPACE);
    const operator = await cluster.operator({
      name: 'shaped',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(SHAPED.type, { id: 'made' }, ({ spec, patch }) => {
          seen.push(spec);
          patch.status['rules'] = spec.rules;
          patch.fns.push((body) => {
            const list = body.spec.rules as { name: string; value: string }[];
            for (const rule of list) if (rule.name === 'b') rule.value = 'ours';
          });
        });
        kopf.on.update(SHAPED.type, { id: 'changed' }, ({ diff }) => {
          seen.push(diff.map(({ op, field, old, new: fresh }) => [op, field.join('.'), old, fresh]));
        });
      },
    });
    const template = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { k: 'v' } };
    const rules = [{ name: 'a' }, { name: 'b', value: 'x' }];
    await shelf.create('a', { port: 'http', free: { x: { y: 1 } }, template, rules, bare: null });
    const stored = (name: string) =>
      eventually(async () => {
        const text = (await shelf.get('a'))?.metadata.annotations?.['shaped.kopf.zalando.org/last-handled-configuration'];
        expect(text).toContain(name);
      });
    await stored('"rules"');
    const whole = { port: 'http', free: { x: { y: 1 } }, template, rules: [{ name: 'a', value: 'd' }, rules[1]], limit: 5, bare: null };
    expect(seen[0]).toEqual(whole);
    const ours = [
      { name: 'a', value: 'd' },
      { name: 'b', value: 'ours' },
    ];
    await eventually(async () => expect((await shelf.get('a'))?.['spec']).toEqual({ ...whole, rules: ours }));
    const before = seen.length;
    // A field with a default that is taken away comes back: nothing has changed.
    await shelf.patch('a', { spec: { limit: null, free: { z: [] } } });
    await stored('"z"');
    await shelf.patch('a', { spec: { port: 8080, template: { data: { k: 'w' } } } });
    await stored('8080');
    expect(seen.slice(before)).toEqual([
      expect.arrayContaining([['add', 'spec.free.z', undefined, []]]),
      expect.arrayContaining([
        ['change', 'spec.port', 'http', 8080],
        ['change', 'spec.template.data.k', 'v', 'w'],
      ]),
    ]);
    await operator.stop();
  });

  it('[L-2] an object of 1.4 MiB is handled once, and a result that is too large for the server is dropped and told', async () => {
    const calls: string[] = [];
    const shelf = cluster.shelf(LARGE, NAMESPACE);
    const operator = await cluster.operator({
      name: 'large',
      namespaces: [NAMESPACE],
      stores: [annotations({ large: 'hash' })],
      declare: (kopf) => {
        kopf.on.create(LARGE.type, { id: 'made' }, ({ spec, patch }) => {
          calls.push(`made ${String((spec.text as string).length)}`);
          patch.status['ok'] = true;
        });
        kopf.on.update(LARGE.type, { id: 'changed' }, () => {
          calls.push('changed');
          return { text: 'y'.repeat(3_300_000) };
        });
      },
    });
    await shelf.create('a', { text: 'x'.repeat(1_400_000) });
    await eventually(async () => expect((await shelf.get('a'))?.['status']).toEqual({ ok: true }));
    await shelf.patch('a', { spec: { more: 1 } });
    await eventually(() => expect(operator.factsOf('result-dropped')).toMatchObject([{ handler: 'changed' }]));
    await eventually(async () => {
      const stored = (await shelf.get('a'))?.['status'] as { readonly conditions?: readonly unknown[] };
      expect(stored.conditions).toMatchObject([{ type: 'HandlerResultsAccepted', status: 'False' }]);
    });
    await eventually(() => expect(operator.factsOf('pass-ended')).toMatchObject([{ succeeded: 1 }, { failed: 1 }]));
    expect(calls).toEqual(['made 1400000', 'changed']);
    await operator.stop();
  });
});
