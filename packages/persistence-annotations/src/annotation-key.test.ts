import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationKeys, hashSuffix, hasValidName, keyV1, keyV2, safeForm } from './annotation-key.js';

const KOPF = 'kopf.zalando.org';
const MINE = 'my-operator.example.com';
const x = (count: number) => 'x'.repeat(count);

describe('names of annotations', () => {
  it('[ST-04] makes the suffix from BLAKE2b parametrised to four bytes', () => {
    expect(hashSuffix('abc')).toBe('-Y5BiSA');
  });

  it('[ST-02] replaces slashes and angle brackets, and nothing else', () => {
    expect(safeForm('Outer.<locals>/ключ $a')).toBe('Outer._locals_.ключ $a');
  });

  it.each([
    { id: 'create_fn', prefix: KOPF, v2: 'create_fn', v1: 'create_fn' },
    { id: 'create_fn', prefix: MINE, v2: 'create_fn', v1: 'create_fn' },
    { id: 'create_fn/spec.field', prefix: KOPF, v2: 'create_fn.spec.field', v1: 'create_fn.spec.field' },
    { id: 'a_b.c-d/e', prefix: KOPF, v2: 'a_b.c-d.e', v1: 'a_b.c-d.e' },
    { id: 'outer.<locals>.inner', prefix: MINE, v2: 'outer._locals_.inner', v1: 'outer._locals_.inner' },
    { id: x(39), prefix: MINE, v2: x(39), v1: x(39) },
    { id: x(40), prefix: MINE, v2: x(40), v1: `${x(32)}-tEokcg` },
    { id: x(46), prefix: KOPF, v2: x(46), v1: x(46) },
    { id: x(46), prefix: MINE, v2: x(46), v1: `${x(32)}-.IBOiA` },
    { id: x(63), prefix: KOPF, v2: x(63), v1: `${x(39)}-GINbRg` },
    { id: x(64), prefix: KOPF, v2: `${x(56)}-SItAqA`, v1: `${x(39)}-SItAqA` },
    { id: x(64), prefix: MINE, v2: `${x(56)}-SItAqA`, v1: `${x(32)}-SItAqA` },
    { id: x(70), prefix: KOPF, v2: `${x(56)}-j8bZbQ`, v1: `${x(39)}-j8bZbQ` },
    { id: `handler/${'y'.repeat(60)}`, prefix: KOPF, v2: `handler.${'y'.repeat(48)}-i6DIOA`, v1: `handler.${'y'.repeat(31)}-VnVQOA` },
    { id: 'fn'.repeat(323), prefix: MINE, v2: `${'fn'.repeat(28)}-Az-r.g`, v1: `${'fn'.repeat(16)}-Az-r.g` },
    { id: 'ключ'.repeat(20), prefix: KOPF, v2: `${'ключ'.repeat(14)}-SsQVUQ`, v1: `${'ключ'.repeat(9)}клю-SsQVUQ` },
  ])('[ST-05] [ST-06] of $id under $prefix', ({ id, prefix, v2, v1 }) => {
    expect(keyV2(prefix, id)).toBe(`${prefix}/${v2}`);
    expect(keyV1(prefix, id)).toBe(`${prefix}/${v1}`);
  });

  it('[ST-07] reads v2 before v1, and has one key where they are the same', () => {
    expect(annotationKeys(MINE, x(40), true)).toEqual([`${MINE}/${x(40)}`, `${MINE}/${x(32)}-tEokcg`]);
    expect(annotationKeys(MINE, x(39), true)).toEqual([`${MINE}/${x(39)}`]);
    expect(annotationKeys(MINE, x(40), false)).toEqual([`${MINE}/${x(40)}`]);
  });

  it('leaves out v1 keys that Kubernetes would refuse because a long prefix left no room', () => {
    const long = `${'p'.repeat(63)}.example.com`;
    expect(annotationKeys(long, x(15), true)).toEqual([`${long}/${x(15)}`]);
  });

  it.each(['_create', '$create', 'on create', '__proto__', 'ключ', '-', `_${x(80)}`])(
    'keeps %j apart from others under a name that Kubernetes accepts',
    (id) => {
      const [key = ''] = annotationKeys(KOPF, id, true);
      expect(hasValidName(key)).toBe(true);
      expect(key).not.toBe(annotationKeys(KOPF, `${id}!`, true)[0]);
    },
  );

  it('gives every id valid names, the same for the same id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), fc.boolean(), (id, v1) => {
        const keys = annotationKeys(KOPF, id, v1);
        expect(keys.every(hasValidName)).toBe(true);
        expect(annotationKeys(KOPF, id, v1)).toEqual(keys);
      }),
    );
  });
});
