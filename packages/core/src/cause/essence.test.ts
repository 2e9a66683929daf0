import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../model/json.js';
import type { Essence, ObjectBody } from '../model/object.js';
import { buildEssence, cleanEssence, essencesEqual, hashEssence, type EssenceRules } from './essence.js';

const NO_RULES: EssenceRules = { extraFields: [], ownsAnnotation: () => false };

function body(metadata: JsonObject = {}, stanzas: JsonObject = {}): ObjectBody {
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: { name: 'x', uid: 'u1', resourceVersion: '1', ...metadata },
    ...stanzas,
  };
}

/** Appendix A.4 of the parity spec. */
const A4 = body(
  {
    labels: { a: '1' },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '…',
      'kopf.zalando.org/create_fn': '…',
      'other-op.example.com/kopf-managed': 'yes',
      'other-op.example.com/fn': '…',
      mine: 'x',
    },
  },
  { spec: { f: 1 }, data: { k: 'v' }, status: { s: 1 } },
);

describe('buildEssence', () => {
  it('[C-01] [C-02] [C-03] gives the bytes of the golden example', () => {
    expect(JSON.stringify(buildEssence(A4, NO_RULES))).toBe(
      '{"spec":{"f":1},"data":{"k":"v"},"metadata":{"labels":{"a":"1"},"annotations":{"mine":"x"}}}',
    );
  });

  it('[C-04] adds the fields of handlers, in the order of Kopf', () => {
    expect(JSON.stringify(buildEssence(A4, { ...NO_RULES, extraFields: [['status', 's']] }))).toBe(
      '{"spec":{"f":1},"data":{"k":"v"},"metadata":{"labels":{"a":"1"},"annotations":{"mine":"x"}},"status":{"s":1}}',
    );
  });

  it('[C-04] adds system fields on demand, but nothing for absent ones', () => {
    const extraFields = [
      ['metadata', 'generation'],
      ['status', 'none'],
    ];
    expect(buildEssence(body({ generation: 3 }), { ...NO_RULES, extraFields })).toEqual({ metadata: { generation: 3 } });
  });

  it.each([
    { when: 'there are neither labels nor annotations', metadata: {} },
    { when: 'both are empty', metadata: { labels: {}, annotations: {} } },
    { when: 'only our own annotations are left', metadata: { annotations: { 'kopf.zalando.org/x': '1' } } },
  ])('[C-05] has no metadata when $when', ({ metadata }) => {
    expect(buildEssence(body(metadata, { spec: {} }), NO_RULES)).toEqual({ spec: {} });
  });

  it('[C-05] has no status when the field asked for is empty', () => {
    expect(buildEssence(body({}, { status: {} }), { ...NO_RULES, extraFields: [['status']] })).toEqual({});
  });

  it.each([
    { key: 'kopf.zalando.org/fn', kept: false },
    { key: 'my-op.kopf.zalando.org/fn', kept: false },
    { key: 'notkopf.zalando.org/fn', kept: true },
    { key: 'kopf.zalando.org.example.com/fn', kept: true },
    { key: 'example.com/fn', kept: true },
    { key: 'kubectl.kubernetes.io/last-applied-configuration', kept: false },
    { key: 'kubectl.kubernetes.io/restartedAt', kept: true },
    { key: 'plain', kept: true },
  ])('[C-02] [C-03] keeps the annotation $key: $kept', ({ key, kept }) => {
    const essence = buildEssence(body({ annotations: { [key]: 'x' } }), NO_RULES);
    expect(essence).toEqual(kept ? { metadata: { annotations: { [key]: 'x' } } } : {});
  });

  it('[C-02] [C-06] leaves out what our stores keep, also when a handler asks for it', () => {
    const rules: EssenceRules = {
      extraFields: [['metadata', 'annotations'], ['status']],
      ownsAnnotation: (key) => key.startsWith('mine.example.com/'),
      ownsFields: [['status', 'kopf']],
    };
    const object = body({ annotations: { 'mine.example.com/fn': '{}', other: 'x' } }, { status: { kopf: { progress: {} }, s: 1 } });
    expect(buildEssence(object, rules)).toEqual({ metadata: { annotations: { other: 'x' } }, status: { s: 1 } });
  });

  it('[C-05] leaves out ignored fields with the parents they empty, and tolerates parents that are no mappings', () => {
    const ignoredFields = [
      ['spec', 'a', 'b'],
      ['data', 'k', 'deep'],
    ];
    const object = body({}, { spec: { a: { b: 1 } }, data: { k: 'v' } });
    expect(buildEssence(object, { ...NO_RULES, ignoredFields })).toEqual({ data: { k: 'v' } });
  });

  it('does not touch the body', () => {
    const before = JSON.stringify(A4);
    buildEssence(A4, { ...NO_RULES, ownsAnnotation: () => true, ignoredFields: [['spec', 'f']] });
    expect(JSON.stringify(A4)).toBe(before);
  });

  it('is not changed by cleaning', () => {
    const rules: EssenceRules = { extraFields: [['status']], ownsAnnotation: (key) => key === 'a', ownsFields: [['status', 'b']] };
    const words = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(words, words, (annotations, status) => {
        const essence = buildEssence(body({ annotations }, { status }), rules);
        expect(cleanEssence(essence, rules)).toEqual(essence);
      }),
    );
  });
});

describe('cleanEssence', () => {
  it('[C-06] takes our own records out of a stored essence', () => {
    const stored = { spec: { f: 1 }, metadata: { annotations: { 'mine/x': '1' } }, status: { kopf: { progress: { fn: {} } } } };
    const rules = { ...NO_RULES, ownsAnnotation: (key: string) => key.startsWith('mine/'), ownsFields: [['status', 'kopf']] };
    expect(cleanEssence(stored, rules)).toEqual({ spec: { f: 1 } });
  });
});

describe('comparing essences', () => {
  it.each<{ when: string; a: Essence; b: Essence; equal: boolean }>([
    { when: 'the order of keys differs', a: { x: 1, y: { p: 1, q: 2 } }, b: { y: { q: 2, p: 1 }, x: 1 }, equal: true },
    { when: 'one has an explicit null', a: { x: 1, y: null }, b: { x: 1 }, equal: true },
    { when: 'a null is in a list', a: { x: [{ y: null }] }, b: { x: [{}] }, equal: false },
    { when: 'a value differs', a: { x: 1 }, b: { x: 2 }, equal: false },
    { when: 'a type differs', a: { x: 1 }, b: { x: '1' }, equal: false },
    { when: 'a boundary moves', a: { x: ['a', 'b'] }, b: { x: ['a,b'] }, equal: false },
  ])('[C-07] says equal=$equal when $when, and so do the hashes', ({ a, b, equal }) => {
    expect(essencesEqual(a, b)).toBe(equal);
    expect(hashEssence(a) === hashEssence(b)).toBe(equal);
  });

  it('hashes to 16 hexadecimal digits that follow equality', () => {
    const essence = fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>);
    fc.assert(
      fc.property(essence, essence, (a, b) => {
        expect(hashEssence(a)).toMatch(/^[0-9a-f]{16}$/);
        expect(hashEssence(a) === hashEssence(b)).toBe(essencesEqual(a, b));
      }),
    );
  });
});
