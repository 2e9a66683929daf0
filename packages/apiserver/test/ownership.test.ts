import { createApiServer } from '@kopfts/apiserver';
import type { ApiServer, JsonObject, JsonValue } from '@kopfts/apiserver';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { definitions } from './conformance/case.js';
import { ownersOf } from './conformance/owners-of.js';
import { ManualClock } from './manual-clock.js';

const GADGETS = '/apis/owned.laws.dev/v1/namespaces/default/gadgets';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };
const server = createApiServer({ seed: 1 });
let count = 0;

beforeAll(async () => {
  for (const definition of definitions('laws.dev')) {
    await call(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
  }
});
afterAll(() => server.close());

const gadget = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'owned.laws.dev/v1',
  kind: 'Gadget',
  metadata: { name },
  spec,
});
const freshName = (): string => `g${(count += 1)}`;
const apply = (name: string, manager: string, spec: JsonObject) =>
  call(server, 'PATCH', `${GADGETS}/${name}?fieldManager=${manager}&force=true`, { body: gadget(name, spec), headers: APPLY });

const labels = (keys: readonly string[]) => fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('1', '2'), { minKeys: 1, maxKeys: 3 });
const parts = (ids: readonly string[]) =>
  fc.uniqueArray(fc.record({ id: fc.constantFrom(...ids), weight: fc.nat(2) }, { requiredKeys: ['id'] }), {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 3,
  });
const tags = (of: readonly string[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 3 });
const specOf = (from: {
  labels: readonly string[];
  ids: readonly string[];
  tags: readonly string[];
  free: string;
  scalars: 'size' | 'name';
}) =>
  fc.record(
    {
      [from.scalars]: from.scalars === 'size' ? fc.nat(3) : fc.constantFrom('x', 'y'),
      labels: labels(from.labels),
      parts: parts(from.ids),
      tags: tags(from.tags),
      free: fc.record({
        [from.free]: fc.oneof(fc.nat(2), fc.record({ deep: fc.nat(2) }), fc.array(fc.nat(2), { minLength: 1, maxLength: 2 })),
      }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>;
const LEFT = specOf({ labels: ['a', 'b'], ids: ['x', 'y'], tags: ['p', 'q'], free: 'left', scalars: 'size' });
const RIGHT = specOf({ labels: ['c', 'd'], ids: ['z'], tags: ['r', 's'], free: 'right', scalars: 'name' });
const ANY = specOf({ labels: ['a', 'b'], ids: ['x', 'y'], tags: ['p', 'q'], free: 'any', scalars: 'size' });

/** Without the order of lists that merge, which is that of the appliers. */
function unordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]));
}

/** Every leaf of a configuration by its path, in the notation of the owners. */
function leavesOf(value: JsonValue, path = ''): readonly (readonly [string, JsonValue])[] {
  if (path === '.parts' && Array.isArray(value)) {
    return (value as readonly JsonObject[]).flatMap((part) => leavesOf(part, `.parts[${JSON.stringify({ id: part['id'] })}]`));
  }
  if (path === '.tags' && Array.isArray(value))
    return (value as readonly JsonValue[]).map((tag) => [`.tags[=${JSON.stringify(tag)}]`, tag]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, `${path}.${key}`));
}

const ownedBy = (body: JsonObject, owner: string): readonly string[] =>
  (ownersOf(body)[owner] ?? ownersOf(body)[`${owner} untimed`] ?? '').split(' ');

/** Without the difference that an apply which changed nothing leaves no time: who came first shows in it. */
const timeless = (owners: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(owners).map(([owner, fields]) => [owner.replace(' untimed', ''), fields]));

describe('server-side apply', () => {
  it('applied twice is applied once', async () => {
    await fc.assert(
      fc.asyncProperty(ANY, ANY, async (first, spec) => {
        const name = freshName();
        await apply(name, 'other', first);
        const once = await apply(name, 'm', spec);
        const twice = await apply(name, 'm', spec);
        expect(once.status).toBeLessThan(300);
        expect(twice.body).toEqual(once.body);
      }),
      { numRuns: 60 },
    );
  });

  it('of fields that have nothing in common gives the same in either order', async () => {
    await fc.assert(
      fc.asyncProperty(LEFT, RIGHT, async (left, right) => {
        const [one, other] = [freshName(), freshName()];
        await apply(one, 'left', left);
        const leftFirst = await apply(one, 'right', right);
        await apply(other, 'right', right);
        const rightFirst = await apply(other, 'left', left);
        expect(unordered(leftFirst.body['spec'] ?? null)).toEqual(unordered(rightFirst.body['spec'] ?? null));
        expect(timeless(ownersOf(leftFirst.body))).toEqual(timeless(ownersOf(rightFirst.body)));
      }),
      { numRuns: 60 },
    );
  });

  it('shares a field exactly as long as the values agree', async () => {
    const step = fc.record({ manager: fc.constantFrom('m', 'n', 'o'), spec: ANY });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const name = freshName();
        const last = new Map<string, ReadonlyMap<string, JsonValue>>();
        const ever = new Set<string>();
        let body: JsonObject = {};
        for (const { manager, spec } of steps) {
          const answer = await apply(name, manager, spec);
          expect(answer.status).toBeLessThan(300);
          body = answer.body;
          // Whoever applied another value lost the field, until it applies again.
          const applied = new Map(leavesOf(spec));
          for (const [other, leaves] of last) {
            last.set(other, new Map([...leaves].filter(([path, value]) => !isOverruled(applied, path, value))));
          }
          last.set(manager, applied);
          for (const path of applied.keys()) ever.add(path);
        }
        const free = ((body['spec'] as JsonObject)['free'] ?? {}) as JsonObject;
        const isContainer = typeof free['any'] === 'object' && !Array.isArray(free['any']);
        for (const [manager, leaves] of last) {
          // Containers are owned beside their leaves; only what was a leaf once is compared.
          const isLeaf = (path: string): boolean => ever.has(path) && !(path === '.free.any' && isContainer);
          const owned = ownedBy(body, `${manager} Apply`).filter((path) => isLeaf(path.replace('.spec', '')));
          expect(owned.sort()).toEqual([...leaves.keys()].map((path) => `.spec${path}`).sort());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves every changed field to one updater only', async () => {
    const step = fc.record({ manager: fc.constantFrom('m', 'n', 'o'), spec: ANY });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const name = freshName();
        await call(server, 'POST', `${GADGETS}?fieldManager=maker`, { body: gadget(name, {}) });
        let body: JsonObject = {};
        for (const { manager, spec } of steps) {
          ({ body } = await call(server, 'PATCH', `${GADGETS}/${name}?fieldManager=${manager}`, { body: { spec }, headers: MERGE }));
        }
        const paths = Object.values(ownersOf(body)).flatMap((owned) => owned.split(' '));
        expect(new Set(paths).size).toBe(paths.length);
        for (const [path] of leavesOf(body['spec'] ?? {})) expect(paths).toContain(`.spec${path}`);
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether a configuration says something else about a field, or about what contains it or is in it. */
function isOverruled(applied: ReadonlyMap<string, JsonValue>, path: string, value: JsonValue): boolean {
  for (const [other, said] of applied) {
    if (other === path && JSON.stringify(said) !== JSON.stringify(value)) return true;
    if (path.startsWith('.free') && other !== path && (other.startsWith(`${path}.`) || path.startsWith(`${other}.`))) return true;
  }
  return false;
}

describe('owners', () => {
  it('get a new time only with a change, and a change of times alone is none', async () => {
    const clock = new ManualClock();
    const timed = createApiServer({ seed: 1, clock });
    const patch = (value: string) =>
      call(timed, 'PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, { body: { data: { k: value } }, headers: MERGE });
    const timesOf = (body: JsonObject): readonly JsonValue[] =>
      ((body['metadata'] as JsonObject)['managedFields'] as readonly JsonObject[]).map((entry) => entry['time'] ?? null);
    await call(timed, 'POST', `${CONFIG_MAPS}?fieldManager=m`, { body: configMap('a', { k: '1' }) });
    clock.advance(5_000);
    const same = await patch('1');
    const changed = await patch('2');
    expect(timesOf(same.body)).toEqual(['2026-01-01T00:00:00Z']);
    expect(timesOf(changed.body)).toEqual(['2026-01-01T00:00:05Z']);
    clock.advance(5_000);
    const again = await patch('2');
    expect(again.body).toEqual(changed.body);
    await timed.close();
  });

  it('get a new time with a link of the object to itself, which is dropped', async () => {
    const clock = new ManualClock();
    const timed = createApiServer({ seed: 1, clock });
    const apply = async (metadata: JsonObject): Promise<unknown> => {
      clock.advance(5_000);
      const body = { ...configMap('a', { k: '1' }), metadata: { name: 'a', ...metadata } };
      const applied = await call(timed, 'PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, { body, headers: APPLY });
      return applied.body['metadata'];
    };
    const first = await apply({});
    expect(await apply({})).toEqual(first);
    expect(await apply({ selfLink: '/x' })).toMatchObject({ managedFields: [{ time: '2026-01-01T00:00:15Z' }] });
    await timed.close();
  });

  it('are neither kept nor taken from clients when the server was told so, and apply is refused', async () => {
    const bare: ApiServer = createApiServer({ seed: 1, managedFields: false });
    const forged = [{ manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }];
    const created = await call(bare, 'POST', CONFIG_MAPS, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields: forged }, data: {} },
    });
    const patched = await call(bare, 'PATCH', `${CONFIG_MAPS}/a`, { body: { metadata: { managedFields: forged } }, headers: MERGE });
    expect([created, patched].map(({ body }) => (body['metadata'] as JsonObject)['managedFields'])).toEqual([undefined, undefined]);
    const applied = await call(bare, 'PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, { body: configMap('a'), headers: APPLY });
    expect(applied.status).toBe(415);
    await bare.close();
  });

  it('say that the server itself established a definition and made the first namespaces', async () => {
    const definition = await call(server, 'GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.owned.laws.dev');
    expect(ownersOf(definition.body)['kube-apiserver Update/status']).toContain('.status.conditions[{"type":"Established"}].status');
    const namespace = await call(server, 'GET', '/api/v1/namespaces/default');
    expect(ownersOf(namespace.body)).toEqual({ 'kube-apiserver Update': '.metadata.labels .metadata.labels.kubernetes.io/metadata.name' });
  });
});
