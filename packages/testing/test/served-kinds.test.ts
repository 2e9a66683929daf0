// Which kinds are served, from the first discovery on, and what becomes of those that cease to match.
import { customResourceDefinition, type Harness, type NewObject } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { createWorld, example } from './world.js';

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
const other = customResourceDefinition({ group: 'other.dev', kind: 'Other' }) as NewObject;

/** The names of the kinds that facts of this kind are about, in order. */
const kindsOf = (world: Harness, fact: 'kind-served' | 'kind-released'): readonly string[] =>
  world.factsOf(fact).map(({ of }) => of.resource.plural);

function categorize(world: Harness, categories: readonly string[]): Promise<unknown> {
  return world.patch(CRD, { spec: { names: { categories: [...categories] } } });
}

describe('the kinds that are served', () => {
  it('[D-06] are those of all handlers, of indexes, too, and no others; each was listed when the operator is ready', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
        kopf.index('configmaps', { id: 'maps' }, ({ name }) => name);
      },
      { objects: [other] },
    );
    await world.start();
    expect([...kindsOf(world, 'kind-served')].sort()).toEqual(['configmaps', 'kopfexamples']);
    expect(world.factsOf('operator-ready')).toMatchObject([{ collections: 2 }]);
    const told = world.facts.map(({ kind }) => kind);
    expect(told.filter((kind) => kind === 'watch-synced')).toHaveLength(2);
    expect(told.lastIndexOf('watch-synced')).toBeLessThan(told.indexOf('operator-ready'));
    expect(world.calls.filter(({ path }) => path.includes('/others'))).toEqual([]);
    await world.close();
  });

  it('[D-08] are left when their category is taken away, and their watches with them, and served anew when it comes back', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event({ category: 'ours' }, { id: 'seen' }, ({ name }) => void seen.push(name));
    });
    await world.start();
    expect(kindsOf(world, 'kind-served')).toEqual([]);
    await categorize(world, ['ours']);
    await world.advance(10);
    await world.create(example('a'));
    await world.advance(5);
    expect([kindsOf(world, 'kind-served'), seen]).toEqual([['kopfexamples'], ['a']]);
    await categorize(world, []);
    await world.advance(10);
    const before = world.calls.length;
    await world.create(example('b'));
    await world.advance('20m');
    expect([kindsOf(world, 'kind-released'), seen]).toEqual([['kopfexamples'], ['a']]);
    expect(world.calls.slice(before).filter(({ path }) => path.includes('watch=true') && path.includes('kopfexamples'))).toEqual([]);
    await categorize(world, ['ours']);
    await world.advance(10);
    expect([...seen].sort()).toEqual(['a', 'a', 'b']);
    await world.close();
  });

  it('[D-08] are followed to the version that the server prefers', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => void kopf.on.event('KopfExample', { id: 'seen' }, ({ body }) => void seen.push(body.apiVersion)),
    );
    await world.start();
    await world.create(example('a'));
    await world.advance(5);
    const found = await world.get(CRD);
    const [first] = (found?.['spec'] as { readonly versions: readonly [Readonly<Record<string, never>>] }).versions;
    await world.patch(CRD, { spec: { versions: [{ ...first }, { ...first, name: 'v2', storage: false }] } });
    await world.advance(10);
    expect(world.factsOf('kind-released').map(({ of }) => of.resource.version)).toEqual(['v1']);
    await world.create(example('b'));
    await world.advance(5);
    expect(seen.at(-1)).toBe('kopf.dev/v2');
    await world.close();
  });

  it.each([403, 503])('[D-13] stay served while discovery fails (%i), which is told and tried again', async (code) => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name));
      kopf.on.create('Other', { id: 'others' }, ({ name }) => void seen.push(name));
    });
    await world.start();
    world.faults.add({ kind: 'status', code }, { when: ({ path }) => path === '/apis' || path.startsWith('/apis?'), times: 12 });
    await world.create(other);
    await world.advance(3);
    await world.create(example('a'));
    await world.advance(1);
    expect([seen, world.running]).toEqual([['a'], true]);
    const told = world.factsOf('logged').filter(({ message }) => message.startsWith('Discovery failed'));
    expect(told.length).toBeGreaterThanOrEqual(1);
    await world.create({ apiVersion: 'other.dev/v1', kind: 'Other', metadata: { name: 'b', namespace: 'default' }, spec: {} });
    await world.advance('10m');
    expect(seen).toEqual(['a', 'b']);
    await world.close();
  });
});

describe('kinds that are only indexed', () => {
  it('[S-29] are checked like others: one name of two kinds is refused, and its code told', async () => {
    const twin = customResourceDefinition({ group: 'twin.dev', kind: 'KopfExample' }) as NewObject;
    const world = await createWorld((kopf) => void kopf.index('KopfExample', { id: 'names' }, ({ name }) => name), { objects: [twin] });
    await world.start();
    expect(world.factsOf('kind-refused')).toMatchObject([{ selector: 'KopfExample', error: { code: 'KOPF_AMBIGUOUS_KIND' } }]);
    expect(kindsOf(world, 'kind-served')).toEqual([]);
    await world.close();
  });
});
