import { apply } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster } from './support/live-cluster.js';
import { customResourceDefinition } from '../src/index.js';

const KIND = liveKind({ group: 'namespaces.kopf.dev', kind: 'Placed' });
const NAMESPACES = '/api/v1/namespaces';
/** In the long form 500 kinds and 3,000 namespaces. */
const DEFINED = Number(process.env['KOPFTS_COUNT'] ?? 40);
const PLACES = DEFINED * 6;

describe('namespaces on a real kube-apiserver', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = openLiveCluster(inject('controlPlane'));
    await cluster.define(KIND);
  });
  afterAll(() => cluster.close());

  it('[H8, E10] of a pattern may come, go and terminate: each is watched while it is there, its objects are released, whatever cannot be created any more, and nothing stays', async () => {
    const seen: string[] = [];
    const names = Array.from({ length: 6 }, (_, index) => `app-${String(index)}`);
    const operator = await cluster.operator({
      name: 'h8',
      namespaces: ['app-*'],
      declare: (kopf) => {
        kopf.on.create(KIND.type, { id: 'made' }, ({ namespace }) => void seen.push(`made ${String(namespace)}`));
        kopf.on.delete(KIND.type, { id: 'bye' }, async (ctx) => {
          seen.push(`bye ${String(ctx.namespace)}`);
          await apply(ctx, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'last-words' } });
        });
      },
    });
    const served = (): string[] => {
      const gone = operator.factsOf('kind-released').map(({ of }) => String(of.namespace));
      return operator
        .factsOf('kind-served')
        .flatMap(({ of }) => (gone.includes(String(of.namespace)) ? [] : [String(of.namespace)]))
        .sort();
    };
    await cluster.namespace('other-app');
    await cluster.shelf(KIND, 'other-app').create('a', {});
    for (const name of names) {
      await cluster.namespace(name);
      await cluster.shelf(KIND, name).create('a', {});
    }
    await eventually(() => expect([...seen].sort()).toEqual(names.map((name) => `made ${name}`)));
    expect(served()).toEqual(names);
    await eventually(async () => {
      for (const name of names) expect((await cluster.shelf(KIND, name).get('a'))?.metadata.finalizers).toHaveLength(1);
    });
    for (const name of names.slice(0, 4)) await cluster.ask('DELETE', `${NAMESPACES}/${name}`);
    await eventually(async () => {
      for (const name of names.slice(0, 4)) expect(await cluster.find(`${NAMESPACES}/${name}`)).toBeUndefined();
    });
    await eventually(() => expect(served()).toEqual(names.slice(4)));
    expect(seen.filter((line) => line.startsWith('bye')).sort()).toEqual(names.slice(0, 4).map((name) => `bye ${name}`));
    const refusals = operator.factsOf('handler-ended').flatMap(({ handler, error }) => (handler === 'bye' && error ? [error.code] : []));
    expect(new Set(refusals)).toEqual(new Set(['KOPF_NAMESPACE_TERMINATING']));
    await pass(1000);
    const asked = operator.asked.length;
    await pass(1500);
    expect(operator.asked.slice(asked).filter(({ path }) => path.includes(KIND.plural))).toEqual([]);
    await operator.stop();
  });
});

describe(`${String(DEFINED)} kinds and ${String(PLACES)} namespaces on a real kube-apiserver of their own`, { timeout: 3_600_000 }, () => {
  let plane: ControlPlane;
  let cluster: LiveCluster;
  beforeAll(async () => {
    plane = await startControlPlane({ assetsDir: inject('controlPlane').assetsDir });
    cluster = openLiveCluster(plane);
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
    const inTens = async (count: number, make: (number: string) => Promise<unknown>) => {
      const all = numbers(count);
      for (let from = 0; from < count; from += 10) await Promise.all(all.slice(from, from + 10).map(make));
    };
    await inTens(PLACES, (number) =>
      cluster.ask('POST', NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `app-${number}` } }),
    );
    await inTens(DEFINED, (number) =>
      cluster.ask(
        'POST',
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        customResourceDefinition({ group: 'many.kopf.dev', kind: `Kind${number}` }),
      ),
    );
    await eventually(() => cluster.ask('GET', `/apis/many.kopf.dev/v1/kind${String(DEFINED - 1)}s`), 600_000);
  }, 3_600_000);
  afterAll(async () => {
    await cluster.close();
    await plane.stop();
  });

  it('[H9] are served by one watch per kind, whose beginning is its list, and no watch per namespace', async () => {
    const seen: string[] = [];
    const kinds = [0, DEFINED - 1].map((number) => liveKind({ group: 'many.kopf.dev', kind: `Kind${String(number)}` }));
    await cluster.shelf(kinds[0] ?? KIND, 'app-1').create('a', {});
    const beganMs = performance.now();
    const operator = await cluster.operator({
      name: 'h9',
      namespaces: ['app-*'],
      declare: (kopf) => {
        for (const kind of kinds) kopf.on.create(kind.type, { id: 'made' }, ({ name }) => void seen.push(name));
      },
    });
    console.log(`ready after ${String(Math.round(performance.now() - beganMs))} ms`);
    await eventually(() => expect(seen).toEqual(['a']));
    // While its cache of a kind fills, the server answers 429.
    const about = operator.asked.filter(({ path, status }) => status === 200 && kinds.some(({ plural }) => path.endsWith(`/${plural}`)));
    expect(about.map(({ path, query }) => [path, query.get('watch')])).toEqual(
      kinds.map(({ plural }) => [`/apis/many.kopf.dev/v1/${plural}`, 'true']),
    );
    expect(operator.asked.length).toBeLessThan(30); // however many there are
    await operator.stop();
  });
});
