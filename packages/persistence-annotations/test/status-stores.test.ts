import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Essence, JsonObject, LoadedProgress, ObjectView } from '@kopfts/core';
import { createAnnotationDiffBaseStore } from '../src/diff-base-store.js';
import { createAnnotationProgressStore } from '../src/progress-store.js';
import { createStatusDiffBaseStore } from '../src/status-diff-base-store.js';
import { createFallbackDiffBaseStore, createFallbackProgressStore, createPrunedKinds } from '../src/status-fallback.js';
import { createStatusProgressStore } from '../src/status-progress-store.js';
import { id, instant, never, objectWith, patched, placeText, record, statusLayout } from './objects.js';

const NOW = instant('2021-01-01T00:00:00Z');
const nothing: LoadedProgress = { records: new Map(), version: undefined };
const noBase = { essence: undefined, version: undefined };

function stores() {
  const unreadable: string[] = [];
  const options = {
    layout: statusLayout(),
    now: () => NOW,
    onUnreadable: (_object: ObjectView, place: Parameters<typeof placeText>[0]) => unreadable.push(placeText(place)),
  };
  return { progress: createStatusProgressStore(options), diffBase: createStatusDiffBaseStore(options), unreadable };
}

const withStatus = (kopf: JsonObject | string) => objectWith({}, { status: { kopf } });

async function recordsOn(object: ObjectView, ...handlers: string[]) {
  const made = stores();
  const [loaded = nothing] = await made.progress.load([{ object, handlers: handlers.map(id) }], never);
  return { ...made, loaded };
}

describe('progress in the status', () => {
  it('[ST-25] is a mapping per handler under its plain id; a record loses the fields that it has no more', async () => {
    const { progress } = stores();
    const handler = 'parent/child/spec.a';
    const first = record({ delayed: NOW, message: 'wait', retries: 1 });
    const waiting = patched(
      objectWith(),
      progress.plan({ object: objectWith(), store: new Map([[id(handler), first]]), purge: [] }, nothing).patch,
    );
    expect(waiting.body['status']).toEqual({
      kopf: {
        progress: {
          [handler]: {
            started: '2020-12-31T23:59:59.123456+00:00',
            delayed: '2021-01-01T00:00:00.000000+00:00',
            purpose: 'create',
            retries: 1,
            success: false,
            failure: false,
            message: 'wait',
          },
        },
      },
    });
    const seen = (await progress.load([{ object: waiting, handlers: [id(handler)] }], never))[0] ?? nothing;
    const done = record({ stopped: NOW, retries: 2, success: true });
    const ended = patched(waiting, progress.plan({ object: waiting, store: new Map([[id(handler), done]]), purge: [] }, seen).patch);
    expect(JSON.stringify(ended.body['status'])).not.toMatch(/delayed|message/);
  });

  it('[ST-22] purges only what is there', () => {
    const { progress } = stores();
    const object = withStatus({ progress: { there: {} } });
    const change = { object, store: new Map(), purge: ['absent', 'there', 'toString', '__proto__'].map(id) };
    expect(progress.plan(change, nothing)).toEqual({ patch: { status: { kopf: { progress: { there: null } } } } });
    expect(progress.plan({ ...change, purge: [id('absent')] }, nothing)).toEqual({});
  });

  it('[ST-23] removes the touch of a Kopf operator with the next write, and never for its own sake', () => {
    const { progress, diffBase } = stores();
    const object = withStatus({ dummy: '2020-01-01T00:00:00' });
    expect(progress.plan({ object, store: new Map(), purge: [] }, nothing)).toEqual({});
    const write = progress.plan({ object, store: new Map([[id('fn'), record()]]), purge: [] }, nothing);
    expect(write.patch).toMatchObject({ status: { kopf: { dummy: null } } });
    expect(diffBase.plan({ object, essence: {} }, noBase).patch).toMatchObject({ status: { kopf: { dummy: null } } });
  });

  it('finds no records of handlers whose ids are those of inherited properties', async () => {
    const { loaded, unreadable } = await recordsOn(withStatus({ progress: {} }), 'toString', '__proto__', 'constructor');
    expect([...loaded.records]).toEqual([]);
    expect(unreadable).toEqual([]);
  });

  it.each(['text', 7, [1], true])('takes %j in the place of all records for none, and takes it away in the end', async (garbage) => {
    const object = withStatus({ progress: garbage as never });
    const { progress, loaded, unreadable } = await recordsOn(object, 'fn');
    expect(loaded.records.size).toBe(0);
    expect(unreadable).toEqual(['status.kopf.progress']);
    const written = patched(object, progress.plan({ object, store: new Map([[id('fn'), record()]]), purge: [] }, loaded).patch);
    expect((await recordsOn(written, 'fn')).loaded.records.get(id('fn'))).toEqual(record());
    expect(patched(object, progress.plan({ object, store: new Map(), purge: [id('fn')] }, loaded).patch).body['status']).toEqual({
      kopf: {},
    });
  });
});

it.each([
  { status: { kopf: 'text' }, place: 'status.kopf' },
  { status: { kopf: [] }, place: 'status.kopf' },
  { status: 'text', place: 'status' },
])('a $place that is no mapping is reported, and replaced by both stores', async ({ status, place }) => {
  const object = objectWith({}, { status });
  const { progress, diffBase, loaded, unreadable } = await recordsOn(object, 'fn');
  await diffBase.load([object], never);
  expect(unreadable).toEqual([place, place]);
  const written = patched(object, progress.plan({ object, store: new Map([[id('fn'), record()]]), purge: [] }, loaded).patch);
  expect((await recordsOn(written, 'fn')).loaded.records.get(id('fn'))).toEqual(record());
  const based = patched(object, diffBase.plan({ object, essence: { spec: {} } }, noBase).patch);
  expect((await diffBase.load([based], never))[0]?.essence).toEqual({ spec: {} });
});

it('reads back what it wrote, for any id, record and essence', async () => {
  const anyId = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'then', 'a/b/c', 'ключ', ''),
    fc.string({ maxLength: 80 }),
  );
  const anyRecord = fc.record({
    retries: fc.nat(),
    success: fc.boolean(),
    message: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  });
  const anyEssence = fc
    .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
    .map((value) => JSON.parse(JSON.stringify(value)) as Essence);
  await fc.assert(
    fc.asyncProperty(anyId, anyRecord, anyEssence, async (handler, fields, essence) => {
      const { progress, diffBase } = stores();
      const object = objectWith();
      const value = record(fields);
      const first = patched(object, progress.plan({ object, store: new Map([[id(handler), value]]), purge: [] }, nothing).patch);
      const second = patched(first, diffBase.plan({ object: first, essence }, noBase).patch);
      const { loaded } = await recordsOn(second, handler);
      expect([...loaded.records]).toEqual([[handler, value]]);
      expect((await diffBase.load([second], never))[0]?.essence).toEqual(essence);
      expect(progress.plan({ object: second, store: loaded.records, purge: [] }, loaded)).toEqual({});
      const purged = patched(second, progress.plan({ object: second, store: new Map(), purge: [id(handler)] }, loaded).patch);
      expect((await recordsOn(purged, handler)).loaded.records.size).toBe(0);
    }),
    { numRuns: 100 },
  );
});

describe('the diff base in the status', () => {
  it('[ST-42] is one text of compact JSON, without a newline, escaped as in Python', () => {
    const plan = stores().diffBase.plan({ object: objectWith(), essence: { spec: { b: 'é', a: [null] } } }, noBase);
    expect(plan).toEqual({ patch: { status: { kopf: { 'last-handled-configuration': '{"spec":{"b":"\\u00e9","a":[null]}}' } } } });
  });

  it('[ST-42] is read whatever the order, escapes and spaces, and not written again for an equal essence', async () => {
    const { diffBase } = stores();
    const object = withStatus({ 'last-handled-configuration': ' {"spec": {"b": 2, "\\u0061": 1}}\n' });
    const [seen = noBase] = await diffBase.load([object], never);
    expect(seen.essence).toEqual({ spec: { a: 1, b: 2 } });
    expect(diffBase.plan({ object, essence: { spec: { a: 1, b: 2 } } }, seen)).toEqual({});
  });

  it.each([{ spec: {} }, 7, '{', '[]', ['{}'], '"x"'])('counts as absent if somebody made it %j, and says so', async (garbage) => {
    const { diffBase, unreadable } = stores();
    const object = withStatus({ 'last-handled-configuration': garbage as never });
    expect((await diffBase.load([object], never))[0]?.essence).toBeUndefined();
    expect(unreadable).toEqual(['status.kopf.last-handled-configuration']);
    const repaired = patched(object, diffBase.plan({ object, essence: { spec: { a: 1 } } }, noBase).patch);
    expect((await diffBase.load([repaired], never))[0]?.essence).toEqual({ spec: { a: 1 } });
  });
});

describe('a status that is not kept', () => {
  const annotations = { prefix: 'status.example.com', v1: false, onUnreadable: () => expect.unreachable() };
  const spare = () => {
    const lost: string[] = [];
    const layout = statusLayout();
    const { progress, diffBase } = stores();
    const note = (field: string) => (object: ObjectView) => void lost.push(`${field} of ${object.ref.name}`);
    return {
      lost,
      progress: createFallbackProgressStore({
        status: progress,
        annotations: createAnnotationProgressStore({ ...annotations, verbose: false, now: () => NOW, legacyField: layout.progress }),
        pruned: createPrunedKinds(layout.progress, note('progress')),
      }),
      diffBase: createFallbackDiffBaseStore(layout.diffBase, {
        status: diffBase,
        annotations: createAnnotationDiffBaseStore(annotations),
        pruned: createPrunedKinds(layout.diffBase, note('diff base')),
      }),
    };
  };
  const keysOf = ({ body }: ObjectView) => [...Object.keys(body.metadata.annotations ?? {}), ...(body['status'] ? ['status'] : [])];
  const essence: Essence = { spec: { a: 1 } };

  it('[ST-29] is reported once for a kind, and what is planned from then on goes to annotations, where the next process finds it', async () => {
    const { progress, diffBase, lost } = spare();
    const object = objectWith();
    const store = new Map([[id('fn'), record({ retries: 1 })]]);
    for (let time = 0; time < 2; time += 1) {
      const planned = {
        records: { status: { kopf: { progress: { fn: {} } } } },
        base: { status: { kopf: { 'last-handled-configuration': '{}' } } },
      };
      expect(progress.notKept?.(object, planned.records)).toBe(true);
      expect(diffBase.notKept?.(object, planned.base)).toBe(true);
    }
    expect(lost).toEqual(['progress of a', 'diff base of a']);
    const kept = patched(object, progress.plan({ object, store, purge: [] }, nothing).patch);
    const handled = patched(kept, diffBase.plan({ object: kept, essence }, noBase).patch);
    expect(keysOf(handled).filter((key) => !key.endsWith('managed'))).toEqual(
      ['fn', 'last-handled-configuration'].map((key) => `status.example.com/${key}`),
    );
    const next = spare();
    const loaded = await next.progress.load([{ object: handled, handlers: [id('fn')] }], never);
    expect(loaded[0]?.records.get(id('fn'))?.retries).toBe(1);
    expect((await next.diffBase.load([handled], never))[0]?.essence).toEqual(essence);
    const purged = patched(
      handled,
      next.progress.plan({ object: handled, store: new Map(), purge: [id('fn')] }, loaded[0] ?? nothing).patch,
    );
    expect(keysOf(purged)).not.toContain('status.example.com/fn');
  });

  it('counts before the annotations as soon as it is kept again, which then go', async () => {
    const { diffBase } = spare();
    const newer = JSON.stringify({ spec: { a: 2 } });
    const object = objectWith(
      { 'status.example.com/last-handled-configuration': JSON.stringify(essence), 'example.com/other': 'x' },
      { status: { kopf: { 'last-handled-configuration': newer } } },
    );
    const [seen = noBase] = await diffBase.load([object], never);
    expect(seen.essence).toEqual({ spec: { a: 2 } });
    expect(keysOf(patched(object, diffBase.plan({ object, essence: { spec: { a: 3 } } }, seen).patch))).toEqual([
      'example.com/other',
      'status',
    ]);
  });

  it('is not suspected if nothing was put there, if it was taken away on purpose, or if it is there', () => {
    const { progress, lost } = spare();
    const put = { status: { kopf: { progress: { fn: {} } } } };
    expect(progress.notKept?.(objectWith(), { status: { other: 1 } })).toBe(false);
    expect(progress.notKept?.(objectWith(), { status: { kopf: { progress: null } } })).toBe(false);
    expect(progress.notKept?.(objectWith({}, put), put)).toBe(false);
    expect(lost).toEqual([]);
  });
});
