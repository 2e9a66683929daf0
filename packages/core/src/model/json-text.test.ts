import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEssence, essencesEqual, hashEssence } from '../cause/essence.js';
import { diffJson } from '../cause/diff.js';
import { keepDigits } from '../patch/keep-digits.js';
import { mergePatchToOperations } from '../patch/json-patch.js';
import { applyMergePatch, mergePatchEffect } from '../patch/merge-patch.js';
import { toJson } from '../patch/json-value.js';
import { transformBody } from '../patch/transform.js';
import { isExactNumber, numberOf } from './exact-number.js';
import { hasLongNumber, parseJson, stringifyJson } from './json-text.js';
import { deepFreeze, exactFields, holdsExactNumbers, isJsonObject, jsonEqual, plainOf, type Json, type JsonObject } from './json.js';
import type { ObjectBody } from './object.js';

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/restrict-plus-operands -- bodies of untyped kinds are any-valued on purpose */

const BIG = '9007199254740993';
const FINE = '1.00000000000000001';
const parse = (text: string): JsonObject => parseJson(text) as JsonObject;

describe('parseJson and stringifyJson', () => {
  it.each([
    BIG,
    `-${BIG}`,
    FINE,
    '12345678901234567890',
    '0.1000000000000000000055511151231257827',
    '1.7976931348623157e+999',
    '1e400'.padEnd(20, '0'),
  ])('[ST-46] keep the digits of %s', (digits) => {
    const text = `{"a":[${digits},{"b":${digits}}],"c":1}`;
    expect(stringifyJson(parseJson(text))).toBe(text);
    expect(stringifyJson(deepFreeze(parseJson(text)))).toBe(text);
  });

  it.each(['0.12345678901234568', '1234567890123456', '9007199254740991', '12345678901234567000'])(
    'see a number like any other in %s',
    (text) => {
      expect(parseJson(`[${text}]`)).toEqual([Number(text)]);
      expect(stringifyJson(parseJson(`[${text}]`))).toBe(`[${text}]`);
    },
  );

  it('look into no string, whatever it looks like', () => {
    const value = { a: `x":${BIG}`, b: `#${BIG}`, c: `##${BIG}`, d: `\\"${BIG}`, [BIG]: [BIG, Number(BIG)] };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
    expect(parseJson(`{"a":"\\u0023${BIG}","b":${BIG}}`)).toMatchObject({ a: `#${BIG}` });
    expect(parseJson(`{"a":"#\\u0030#${BIG}","b":"#1#${BIG}","c":${BIG}}`)).toMatchObject({ a: `#0#${BIG}`, b: `#1#${BIG}` });
  });

  it('[L-7] take no more memory for what a stranger writes than for anything else of its size', () => {
    // As large as objects may be, and made of what stands before numbers and of numbers.
    const text = `{"s":"${'#'.repeat(700_000)}","n":[${Array.from({ length: 40_000 }, () => BIG).join(',')}]}`;
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('refuse what is no JSON', () => {
    for (const text of [`{"a":${BIG}`, `[0${BIG}]`, `[${BIG}x]`, `{${BIG} 1}`, `"${BIG}`])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('keep keys such as __proto__', () => {
    const text = `{"__proto__":{"a":${BIG}}}`;
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('are JSON.parse and JSON.stringify for everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(stringifyJson(JSON.parse(text) as Json)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('find every run of sixteen digits, wherever it stands', () => {
    const around = fc.string({ unit: fc.constantFrom('a', '"', ':', '-', ' '), maxLength: 40 });
    fc.assert(
      fc.property(around, fc.bigInt(10n ** 15n, 10n ** 30n), around, (before, digits, after) => {
        expect(hasLongNumber(`${before}${digits}${after}`)).toBe(true);
        expect(hasLongNumber(`${before}${String(digits).slice(0, 15)}${after}`)).toBe(false);
      }),
    );
  });

  it('keep all whole numbers apart', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 70n), 2n ** 70n), (number) => {
        const [one, next] = [parseJson(`[${number}]`), parseJson(`[${number + 1n}]`)];
        expect(stringifyJson(one)).toBe(`[${number}]`);
        expect(jsonEqual(one, parseJson(`[${number}]`))).toBe(true);
        expect(jsonEqual(one, next)).toBe(false);
      }),
    );
  });
});

describe('numbers that JavaScript would round', () => {
  it('are leaves, neither mappings nor lists', () => {
    expect(isExactNumber(numberOf(BIG))).toBe(true);
    expect(isJsonObject(numberOf(BIG))).toBe(false);
    expect(JSON.stringify({ a: numberOf(BIG) })).toBe('{"a":9007199254740992}');
  });

  it('are seen as real numbers by users, and everything else is the same value', () => {
    const value = deepFreeze(parse(`{"a":{"b":[${BIG},"x"]},"c":{"d":1}}`));
    const seen = plainOf(value) as { readonly c: unknown };
    expect(seen).toEqual({ a: { b: [9007199254740992, 'x'] }, c: { d: 1 } });
    expect(Object.isFrozen(seen)).toBe(true);
    expect(seen.c).toBe(value['c']);
    expect(plainOf(value)).toBe(seen);
    const ordinary = deepFreeze(parse('{"a":1}'));
    expect(plainOf(ordinary)).toBe(ordinary);
    expect([holdsExactNumbers(value), holdsExactNumbers(ordinary)]).toEqual([true, false]);
  });

  it('are named by their fields', () => {
    expect(exactFields(parseJson(`{"a":{"b":[${BIG},${FINE}]},"c":${BIG},"d":1}`))).toEqual(['a.b[]', 'a.b[]', 'c']);
  });

  it('equal numbers of those who round: whole ones never, fractions by their value', () => {
    expect(jsonEqual(numberOf(BIG), 9007199254740992)).toBe(false);
    expect(jsonEqual(numberOf(FINE), 1)).toBe(true);
    expect(jsonEqual(1, numberOf(FINE))).toBe(true);
    expect(jsonEqual(numberOf(FINE), numberOf('1.00000000000000002'))).toBe(false);
    expect(jsonEqual(numberOf(BIG), BIG)).toBe(false);
  });

  const object = (spec: string): ObjectBody =>
    deepFreeze(
      parse(`{"apiVersion":"v1","kind":"X","metadata":{"name":"x","uid":"u","resourceVersion":"1"},"spec":${spec}}`),
    ) as ObjectBody;
  const rules = { extraFields: [], ownsAnnotation: () => false };

  it('[ST-46] are told apart in essences, diffs and hashes', () => {
    const [old, fresh] = [buildEssence(object(`{"n":${BIG}}`), rules), buildEssence(object('{"n":9007199254740994}'), rules)];
    const same = buildEssence(object(`{"n":${BIG}}`), rules);
    expect(essencesEqual(old, fresh)).toBe(false);
    expect(diffJson(old, fresh)).toMatchObject([{ op: 'change', field: ['spec', 'n'] }]);
    expect(hashEssence(old)).not.toBe(hashEssence(fresh));
    expect(essencesEqual(old, same)).toBe(true);
    expect(hashEssence(old)).toBe(hashEssence(same));
  });

  it('[ST-46] are taken over from what Kopf stored: whole numbers exactly, fractions as floats', () => {
    const fresh = buildEssence(object(`{"n":${BIG},"f":${FINE},"g":0.1}`), rules);
    expect(essencesEqual(parse(`{"spec":{"n":${BIG},"f":1.0,"g":0.1}}`), fresh)).toBe(true);
    expect(hashEssence(parse(`{"spec":{"n":${BIG},"f":1.0,"g":0.1}}`))).toBe(hashEssence(fresh));
  });

  const { spec } = object(`{"n":${BIG},"list":[{"id":${BIG},"x":1},{"id":9007199254740995,"x":2}]}`) as { readonly spec?: JsonObject };

  it('are no change when users hand back what they saw', () => {
    const given = toJson(plainOf(spec), 'patch') as JsonObject;
    expect(mergePatchEffect(spec, given)).toBeUndefined();
  });

  it('keep their digits in lists that users change', () => {
    const seen = toJson(plainOf(spec), 'patch') as unknown as { list: { id: number; x: number }[] };
    const [first, second] = seen.list;
    const given = { list: [{ id: 1, x: 0 }, { ...first, x: 9 }, second] } as unknown as JsonObject;
    expect(stringifyJson(mergePatchEffect(spec, given) ?? {})).toBe(
      `{"list":[{"id":1,"x":0},{"id":${BIG},"x":9},{"id":9007199254740995,"x":2}]}`,
    );
    const inPlace = { list: [{ ...first, x: 9 }, second] } as unknown as JsonObject;
    expect(stringifyJson(keepDigits(spec, inPlace))).toBe(`{"list":[{"id":${BIG},"x":9},{"id":9007199254740995,"x":2}]}`);
  });

  it('go out with their digits when they are copied into a patch of operations', () => {
    const operations = mergePatchToOperations(object('{}'), { copy: { of: numberOf(BIG) } });
    expect(stringifyJson(operations as unknown as Json)).toContain(`"value":{"of":${BIG}}`);
    expect(stringifyJson(applyMergePatch<JsonObject>({}, { copy: { of: numberOf(BIG) } }))).toBe(`{"copy":{"of":${BIG}}}`);
  });

  it('can be written by users as bigints', () => {
    expect(stringifyJson(toJson({ n: 9007199254740993n, small: 5n }, 'patch'))).toBe(`{"n":${BIG},"small":5}`);
  });

  it('are real numbers in the copies that functions change, and keep their digits unless those do', () => {
    const result = transformBody(
      object(`{"n":${BIG},"m":${BIG},"list":[${BIG}]}`),
      new Map([
        [
          'fn',
          [
            (copy) => {
              copy.spec.m += 2;
              copy.spec.list.unshift(typeof copy.spec.n);
            },
          ],
        ],
      ]),
    );
    expect(result.ok && stringifyJson(result.body['spec'] ?? null)).toBe(`{"n":${BIG},"m":9007199254740994,"list":["number",${BIG}]}`);
  });
});
