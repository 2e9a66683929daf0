import { expect, it } from 'vitest';
import type { HandlerId } from '../model/ids.js';
import type { MergePatch } from '../model/patch.js';
import { overwrittenFields } from './overwritten-field.js';

const clashes = (...patches: readonly MergePatch[]): readonly string[] =>
  overwrittenFields(new Map(patches.map((patch, nth) => [`h${String(nth)}` as HandlerId, patch]))).map(
    ({ field, of, by }) => `${field}: ${of} ${by}`,
  );

it.each([
  ['one handler alone', [{ status: { a: 1 } }], []],
  ['other fields of one mapping', [{ status: { a: 1 } }, { status: { b: 2 } }], []],
  ['the same value', [{ status: { a: [1] } }, { status: { a: [1] } }], []],
  ['another value', [{ status: { a: 1 } }, { status: { a: 2 } }], ['status.a: h0 h1']],
  ['a deletion of what was set', [{ spec: { a: { b: 1 } } }, { spec: { a: null } }], ['spec.a: h0 h1']],
  ['a mapping in the place of a value', [{ spec: { a: 1 } }, { spec: { a: { b: 1 } } }], ['spec.a: h0 h1']],
  [
    'the last of three, against both before',
    [{ spec: { a: 1 } }, { spec: { a: 2 } }, { spec: { a: 3 } }],
    ['spec.a: h0 h1', 'spec.a: h0 h2', 'spec.a: h1 h2'],
  ],
  ['a key that every object inherits', [{ status: {} }, { status: { constructor: 1 } }], []],
] as const)('[D9] %s', (_what, patches, expected) => expect(clashes(...patches)).toEqual(expected));
