import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiffBaseStore, Essence, ObjectView } from '@kopfts/core';
import { createAnnotationDiffBaseStore } from '../src/diff-base-store.js';
import type { DiffBaseStoreOptions } from '../src/diff-base-store.js';
import type { StoredPlace } from '../src/unreadable-report.js';
import { KOPF, never, objectWith, patched, placeText } from './objects.js';

const KEY = `${KOPF}/last-handled-configuration`;
const MINE = 'my-operator.example.com';
const nothing = { essence: undefined, version: undefined };

function storeWith(options: Partial<DiffBaseStoreOptions> = {}): { store: DiffBaseStore; unreadable: string[] } {
  const unreadable: string[] = [];
  const onUnreadable = (_object: ObjectView, place: StoredPlace) => unreadable.push(placeText(place));
  return { store: createAnnotationDiffBaseStore({ prefix: KOPF, v1: true, onUnreadable, ...options }), unreadable };
}

async function essenceOf(store: DiffBaseStore, object: ObjectView): Promise<Essence | undefined> {
  return (await store.load([object], never))[0]?.essence;
}

function annotationsAfter(store: DiffBaseStore, essence: Essence, object = objectWith()): Readonly<Record<string, string>> {
  return patched(object, store.plan({ object, essence }, nothing).patch).body.metadata.annotations ?? {};
}

describe('the diff base in an annotation', () => {
  it('[ST-41] is compact JSON in the order of insertion, and a newline', () => {
    const essence = { spec: { b: 1, a: [true, null] }, metadata: { labels: { x: '1' } } };
    expect(annotationsAfter(storeWith().store, essence)).toEqual({
      [KEY]: '{"spec":{"b":1,"a":[true,null]},"metadata":{"labels":{"x":"1"}}}\n',
    });
  });

  it("[ST-44] is escaped as Python's json.dumps does it", () => {
    const essence = { spec: { ключ: 'é😀\u007f\u0001\n"\\/\ud800' } };
    expect(annotationsAfter(storeWith().store, essence)[KEY]).toBe(
      '{"spec":{"\\u043a\\u043b\\u044e\\u0447":"\\u00e9\\ud83d\\ude00\\u007f\\u0001\\n\\"\\\\/\\ud800"}}\n',
    );
  });

  it('is not written again for an equal essence, whatever the order of its keys', () => {
    const { store } = storeWith();
    const seen = { essence: { spec: { a: 1, b: 2 } }, version: undefined };
    expect(store.plan({ object: objectWith(), essence: { spec: { b: 2, a: 1 } } }, seen)).toEqual({});
  });

  it('[ST-44] is read whatever the order, escapes and spaces', async () => {
    const object = objectWith({ [KEY]: ' { "spec" : {"b":2, "\\u0061": "\\u00e9" } }' });
    expect(await essenceOf(storeWith().store, object)).toEqual({ spec: { b: 2, a: 'é' } });
  });

  it.each(['', '{', '[]', '7', '"x"', 'x'.repeat(200_000)])(
    '[ST-28] counts as absent if somebody made it %.20s, and is repaired by the next write',
    async (garbage) => {
      const { store, unreadable } = storeWith();
      const object = objectWith({ [KEY]: garbage });
      expect(await essenceOf(store, object)).toBeUndefined();
      expect(unreadable).toEqual([KEY]);
      expect(annotationsAfter(store, { spec: {} }, object)[KEY]).toBe('{"spec":{}}\n');
    },
  );

  it('[ST-08] has its own key on ReplicaSets of Deployments', () => {
    const object = objectWith({}, { kind: 'ReplicaSet', metadata: { ownerReferences: [{ kind: 'Deployment' }] } });
    expect(Object.keys(annotationsAfter(storeWith().store, {}, object))).toEqual([`${KEY}-ofDRS`]);
  });

  it('[ST-07] is read from the v1 key of a longer prefix, and written to both', async () => {
    const prefix = `${'long-'.repeat(5)}name.example.com`;
    const { store } = storeWith({ prefix });
    const keys = Object.keys(annotationsAfter(store, {})).filter((key) => !key.endsWith('kopf-managed'));
    expect(keys).toHaveLength(2);
    expect(await essenceOf(store, objectWith({ [keys[1] ?? '']: '{"spec":1}' }))).toEqual({ spec: 1 });
    expect(keys.every((key) => store.ownsAnnotation(key))).toBe(true);
  });

  it('[ST-09] comes with the mark of managed objects under a prefix of its own, but not under one of Kopf', () => {
    expect(annotationsAfter(storeWith({ prefix: MINE }).store, {})[`${MINE}/kopf-managed`]).toBe('yes');
    expect(Object.keys(annotationsAfter(storeWith({ prefix: 'kopf.dev' }).store, {}))).toEqual(['kopf.dev/last-handled-configuration']);
  });

  it('[C-02] owns its keys and the mark, nothing of others', () => {
    const { store } = storeWith();
    expect([KEY, `${KEY}-ofDRS`, `${KOPF}/kopf-managed`, `${KOPF}/touch-dummy`].every((key) => store.ownsAnnotation(key))).toBe(true);
    expect(store.ownsAnnotation(`${KOPF}/create_fn`)).toBe(false);
  });

  it('reads back what it wrote, for any essence', async () => {
    const essences = fc
      .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
      .map((value) => JSON.parse(JSON.stringify(value)) as Essence);
    await fc.assert(
      fc.asyncProperty(essences, async (essence) => {
        const { store } = storeWith();
        const annotations = annotationsAfter(store, essence);
        expect(annotations[KEY]).toMatch(/^[ -~]*\n$/);
        expect(await essenceOf(store, objectWith(annotations))).toEqual(essence);
      }),
      { numRuns: 100 },
    );
  });
});
