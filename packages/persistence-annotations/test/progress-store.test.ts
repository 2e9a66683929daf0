import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadedProgress, ObjectView, ProgressRecord, ProgressStore } from '@kopfts/core';
import { createAnnotationProgressStore } from '../src/progress-store.js';
import type { ProgressStoreOptions } from '../src/progress-store.js';
import { KOPF, id, instant, never, objectWith, patched, placeText, record } from './objects.js';

const NOW = instant('2021-01-01T00:00:00Z');
const MINE = 'my-operator.example.com';

function storeWith(options: Partial<ProgressStoreOptions> = {}): { store: ProgressStore; unreadable: string[] } {
  const unreadable: string[] = [];
  const store = createAnnotationProgressStore({
    prefix: KOPF,
    v1: true,
    verbose: false,
    now: () => NOW,
    onUnreadable: (_object, place, fields = []) => unreadable.push([placeText(place), ...fields].join(' ')),
    ...options,
  });
  return { store, unreadable };
}

async function loadOne(store: ProgressStore, object: ObjectView, handlers: readonly string[]): Promise<LoadedProgress> {
  const [loaded] = await store.load([{ object, handlers: handlers.map(id) }], never);
  if (loaded === undefined) throw new Error('nothing loaded');
  return loaded;
}

const nothing: LoadedProgress = { records: new Map(), version: undefined };
const write = (...entries: [string, ProgressRecord][]) => new Map(entries.map(([handler, value]) => [id(handler), value]));

describe('progress in annotations', () => {
  it.each([
    {
      what: 'a record that waits for its first attempt',
      value: record(),
      text: '{"started":"2020-12-31T23:59:59.123456+00:00","purpose":"create","retries":0,"success":false,"failure":false}',
    },
    {
      what: 'a success',
      value: record({ stopped: instant('2020-12-31T23:59:59.223456+00:00'), retries: 1, success: true }),
      text: '{"started":"2020-12-31T23:59:59.123456+00:00","stopped":"2020-12-31T23:59:59.223456+00:00","purpose":"create","retries":1,"success":true,"failure":false}',
    },
    {
      what: 'a retry with sub-handlers',
      value: record({
        delayed: instant('2021-01-01T00:00:09.5Z'),
        retries: 1,
        message: 'wait 😀 \u007f',
        subrefs: [id('fn/a'), id('fn/b')],
      }),
      text: '{"started":"2020-12-31T23:59:59.123456+00:00","delayed":"2021-01-01T00:00:09.500000+00:00","purpose":"create","retries":1,"success":false,"failure":false,"message":"wait \\ud83d\\ude00 \\u007f","subrefs":["fn/a","fn/b"]}',
    },
  ])('[G-05] [ST-21] writes $what as Kopf does', ({ value, text }) => {
    const plan = storeWith().store.plan({ object: objectWith(), store: write(['create_fn', value]), purge: [] }, nothing);
    expect(plan).toEqual({ patch: { metadata: { annotations: { 'kopf.zalando.org/create_fn': text } } } });
  });

  it('[ST-21] keeps nulls if it is verbose', () => {
    const plan = storeWith({ verbose: true }).store.plan({ object: objectWith(), store: write(['fn', record()]), purge: [] }, nothing);
    expect(JSON.stringify(plan.patch)).toContain('\\"stopped\\":null,\\"delayed\\":null,\\"purpose\\":\\"create\\"');
  });

  it('[ST-07] writes and purges v1 and v2 keys, reads v2 first', async () => {
    const long = 'x'.repeat(64);
    const v2 = `${KOPF}/${'x'.repeat(56)}-SItAqA`;
    const v1 = `${KOPF}/${'x'.repeat(39)}-SItAqA`;
    const { store } = storeWith();
    const written = store.plan({ object: objectWith(), store: write([long, record({ retries: 2 })]), purge: [] }, nothing);
    const object = patched(objectWith(), written.patch);
    expect(Object.keys(object.body.metadata.annotations ?? {})).toEqual([v2, v1]);
    const older = objectWith({ [v1]: '{"retries":1}' });
    expect((await loadOne(store, older, [long])).records.get(id(long))?.retries).toBe(1);
    const both = objectWith({ [v1]: '{"retries":1}', [v2]: '{"retries":2}' });
    expect((await loadOne(store, both, [long])).records.get(id(long))?.retries).toBe(2);
    const purge = store.plan({ object: both, store: new Map(), purge: [id(long)] }, nothing);
    expect(purge).toEqual({ patch: { metadata: { annotations: { [v2]: null, [v1]: null } } } });
  });

  it('[ST-22] purges only what is on the object', () => {
    const object = objectWith({ [`${KOPF}/there`]: '{}' });
    const { store } = storeWith();
    expect(store.plan({ object, store: new Map(), purge: [id('absent')] }, nothing)).toEqual({});
    expect(store.plan({ object, store: new Map(), purge: [id('absent'), id('there')] }, nothing)).toEqual({
      patch: { metadata: { annotations: { [`${KOPF}/there`]: null } } },
    });
  });

  it('[G-32] writes a record that is also to be purged', () => {
    const plan = storeWith().store.plan(
      { object: objectWith({ [`${KOPF}/fn`]: '{}' }), store: write(['fn', record({ retries: 1 })]), purge: [id('fn')] },
      nothing,
    );
    expect(JSON.stringify(plan.patch)).toContain('\\"retries\\":1');
  });

  it.each(['', '{', '[1]', '"text"', '42', '{"started":', '\u0000', '['.repeat(100_000)])(
    '[ST-28] takes the garbage %j for unknown and says so',
    async (garbage) => {
      const { store, unreadable } = storeWith();
      const object = objectWith({ [`${KOPF}/fn`]: garbage });
      expect((await loadOne(store, object, ['fn'])).records.size).toBe(0);
      expect(unreadable).toEqual([`${KOPF}/fn`]);
    },
  );

  it('[ST-28] takes a JSON null for absent, without a word', async () => {
    const { store, unreadable } = storeWith();
    expect((await loadOne(store, objectWith({ [`${KOPF}/fn`]: 'null' }), ['fn'])).records.size).toBe(0);
    expect(unreadable).toEqual([]);
  });

  it.each([
    { what: 'Z', fields: { started: '2020-12-31T23:59:59.123456Z' }, expected: {} },
    { what: 'another offset', fields: { started: '2021-01-01T01:59:59.123456+02:00' }, expected: {} },
    { what: 'no offset', fields: { started: '2020-12-31T23:59:59.123456' }, expected: {} },
    { what: 'no start', fields: {}, expected: { started: NOW } },
    { what: 'an unreadable start', fields: { started: 'yesterday' }, expected: { started: NOW } },
    {
      what: 'nulls',
      fields: { started: '2020-12-31T23:59:59.123456Z', stopped: null, delayed: null, message: null, subrefs: null },
      expected: {},
    },
    { what: 'no purpose', fields: { started: '2020-12-31T23:59:59.123456Z', purpose: null }, expected: { purpose: undefined } },
    { what: 'fields nobody knows', fields: { started: '2020-12-31T23:59:59.123456Z', future: { a: 1 } }, expected: {} },
    {
      what: 'wrong types',
      fields: { started: '2020-12-31T23:59:59.123456Z', retries: 'many', success: 'yes', subrefs: ['fn/a', 1] },
      expected: { subrefs: ['fn/a'] },
    },
    { what: 'a negative count', fields: { started: '2020-12-31T23:59:59.123456Z', retries: -1 }, expected: {} },
  ])('[G-06] [G-07] [MIG-06] reads a record with $what', async ({ fields, expected }) => {
    const object = objectWith({ [`${KOPF}/fn`]: JSON.stringify({ purpose: 'create', ...fields }) });
    const loaded = await loadOne(storeWith().store, object, ['fn']);
    expect(loaded.records.get(id('fn'))).toEqual(record(expected));
  });

  it('[G-10] keeps the text of a record that is written back unchanged', async () => {
    const text = '{"future":1, "started":"2021-01-01T01:59:59.123456+02:00","purpose":"create","stopped":null}';
    const object = objectWith({ [`${KOPF}/fn`]: text });
    const { store } = storeWith();
    const seen = await loadOne(store, object, ['fn']);
    expect(store.plan({ object, store: new Map(seen.records), purge: [] }, seen)).toEqual({});
  });

  it('[ST-27] [MIG-05] reads and purges records in the status, never writes them; annotations go first', async () => {
    const { store } = storeWith();
    const status = { kopf: { progress: { 'fn/spec.a': { retries: 3 }, other: { retries: 4 }, both: { retries: 5 } } } };
    const object = objectWith({ [`${KOPF}/both`]: '{"retries":6}' }, { status });
    const seen = await loadOne(store, object, ['fn/spec.a', 'both', 'none']);
    expect([...seen.records].map(([handler, { retries }]) => [handler, retries])).toEqual([
      ['fn/spec.a', 3],
      ['both', 6],
    ]);
    const purge = store.plan({ object, store: new Map(), purge: [id('fn/spec.a'), id('none')] }, seen);
    expect(purge).toEqual({ patch: { status: { kopf: { progress: { 'fn/spec.a': null } } } } });
    const written = store.plan({ object, store: write(['other', record()]), purge: [] }, seen);
    expect(Object.keys(written.patch ?? {})).toEqual(['metadata']);
  });

  it('[ST-08] keeps the keys of ReplicaSets of Deployments apart', () => {
    const owned = { kind: 'ReplicaSet', metadata: { ownerReferences: [{ kind: 'Deployment', name: 'd' }] } };
    const free = { kind: 'ReplicaSet', metadata: { ownerReferences: [{ kind: 'Other', name: 'o' }] } };
    const keys = (more: typeof owned) => {
      const { patch } = storeWith().store.plan({ object: objectWith({}, more), store: write(['fn', record()]), purge: [] }, nothing);
      return Object.keys(patched(objectWith({}, more), patch).body.metadata.annotations ?? {});
    };
    expect(keys(owned)).toEqual([`${KOPF}/fn-ofDRS`]);
    expect(keys(free)).toEqual([`${KOPF}/fn`]);
  });

  it('[ST-09] marks objects as managed under a prefix that Kopf does not recognise, once, and not for purging', () => {
    const { store } = storeWith({ prefix: MINE });
    const change = { store: write(['fn', record()]), purge: [] };
    const first = store.plan({ object: objectWith(), ...change }, nothing);
    expect(first.patch).toMatchObject({ metadata: { annotations: { [`${MINE}/kopf-managed`]: 'yes' } } });
    const marked = objectWith({ [`${MINE}/kopf-managed`]: 'yes', [`${MINE}/gone`]: '{}' });
    expect(JSON.stringify(store.plan({ object: marked, ...change }, nothing))).not.toContain('kopf-managed');
    const purge = store.plan({ object: objectWith({ [`${MINE}/gone`]: '{}' }), store: new Map(), purge: [id('gone')] }, nothing);
    expect(JSON.stringify(purge)).not.toContain('kopf-managed');
  });

  it('[ST-23] removes the touch of a Kopf operator with the next write, and never for its own sake', () => {
    const object = objectWith({ [`${KOPF}/touch-dummy`]: '2020-01-01T00:00:00' });
    const { store } = storeWith();
    expect(store.plan({ object, store: new Map(), purge: [] }, nothing)).toEqual({});
    const plan = store.plan({ object, store: write(['fn', record()]), purge: [] }, nothing);
    expect(plan.patch).toMatchObject({ metadata: { annotations: { [`${KOPF}/touch-dummy`]: null } } });
  });

  it('[ST-24] owns what is under its prefix', () => {
    const { store } = storeWith();
    expect(store.ownsAnnotation(`${KOPF}/anything`)).toBe(true);
    expect(store.ownsAnnotation(`${KOPF}.other/anything`)).toBe(false);
    expect(store.ownsAnnotation('mine')).toBe(false);
    expect(store.ownsField).toEqual(['status', 'kopf']);
  });

  it('reads back what it wrote, for any id and record', async () => {
    const anyRecord = fc.record({
      retries: fc.nat(),
      success: fc.boolean(),
      failure: fc.boolean(),
      message: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      purpose: fc.constantFrom('create', 'update', 'delete', 'resume', undefined),
      delayed: fc.option(fc.nat({ max: 4e12 }), { nil: undefined }),
      subrefs: fc.option(
        fc.uniqueArray(fc.stringMatching(/^[a-z/]*$/), { minLength: 1 }).map((ids) => ids.sort()),
        { nil: undefined },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 100 }), anyRecord, async (handler, fields) => {
        const { store } = storeWith();
        const value = record(fields);
        const object = patched(
          objectWith(),
          store.plan({ object: objectWith(), store: write([handler, value]), purge: [] }, nothing).patch,
        );
        const seen = await loadOne(store, object, [handler]);
        expect(seen.records.get(id(handler))).toEqual(value);
        expect(store.plan({ object, store: new Map(seen.records), purge: [] }, seen)).toEqual({});
        const purged = patched(object, store.plan({ object, store: new Map(), purge: [id(handler)] }, seen).patch);
        expect(purged.body.metadata.annotations).toEqual({});
      }),
      { numRuns: 100 },
    );
  });
});
