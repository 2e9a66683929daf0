// Odd metadata and broken bodies.

import type { Json } from '../conformance/case.js';
import type { Dice } from './dice.js';
import type { JsonMap } from './request.js';
import { isMap } from './symbols.js';

const LONG = 'x'.repeat(64);

const ODD_META: Readonly<Record<string, readonly Json[]>> = {
  labels: [
    { a: 'b' },
    { tier: 'gold' },
    { tier: 'lead' },
    { 'bad key': 'v' },
    { a: 'bad value!' },
    { [LONG]: 'v' },
    { a: LONG },
    { 'x.y/z': '' },
    { '/a': 'b' },
    null,
    [],
    { a: 1 },
  ],
  annotations: [{ a: 'b' }, { 'Bad Key': 'v' }, { 'x.y/z': 'any text: é' }, { a: null }, {}],
  finalizers: [['x.y/z'], ['orphan'], ['foregroundDeletion'], ['bad'], ['x.y/z', 'x.y/w'], [], ['x.y/z', 'x.y/z'], ['bad value/x'], [1]],
  ownerReferences: [
    [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '11111111-2222-4333-8444-555555555555' }],
    [{ apiVersion: '', kind: '', name: '', uid: '' }],
    [
      { apiVersion: 'v1', kind: 'A', name: 'o', uid: 'u1', controller: true },
      { apiVersion: 'v1', kind: 'B', name: 'p', uid: 'u2', controller: true },
    ],
    [{ apiVersion: 'v1', kind: 'Event', name: 'o', uid: 'u' }],
    [{ apiVersion: 'a/b/c', kind: 'X', name: 'o', uid: 'u', unknown: 1 }],
  ],
  namespace: ['other', '', 5],
  generation: [7, 'x'],
  uid: ['«uid:PLURAL/NAME»', '11111111-2222-4333-8444-555555555555', ''],
  resourceVersion: ['«rv:PLURAL/NAME»', '«old:PLURAL/NAME»', '1', '0', 'abc', '-1', 3],
  deletionTimestamp: ['2020-01-01T00:00:00Z', null, 'never'],
  deletionGracePeriodSeconds: [0, 7, null],
  creationTimestamp: ['2020-01-01T00:00:00Z', null, 1],
  selfLink: ['/x'],
  odd: [1],
};

export function oddMetadata(dice: Dice, of: { readonly plural: string; readonly name: string }): JsonMap {
  const key = dice.pick(Object.keys(ODD_META));
  return withNames({ [key]: dice.pick(ODD_META[key] ?? []) }, of);
}

export function withNames<T extends Json>(value: T, of: { readonly plural: string; readonly name: string }): T {
  return JSON.parse(JSON.stringify(value).replaceAll('PLURAL', of.plural).replaceAll('NAME', of.name)) as T;
}

const ODD_VALUES: readonly Json[] = [null, true, 0, -1, 1.5, 9007199254740993, '', 'text', [], {}, [null], { a: 1 }];

/** Changes something somewhere: removes a field, adds one, or gives one another type. */
export function corrupted(dice: Dice, value: Json): Json {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.length === 0 || dice.chance(0.2)) return dice.pick(ODD_VALUES);
    const index = dice.below(list.length);
    return list.map((item, at) => (at === index ? corrupted(dice, item) : item));
  }
  if (!isMap(value) || dice.chance(0.1)) return dice.pick(ODD_VALUES);
  const keys = Object.keys(value);
  if (keys.length === 0 || dice.chance(0.15))
    return { ...value, [dice.pick(['unknown', 'extra', 'spec', 'metadata'])]: dice.pick(ODD_VALUES) };
  const key = dice.pick(keys);
  if (dice.chance(0.15)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: corrupted(dice, value[key] ?? null) };
}

/** A text that is not quite the JSON of the value. */
export function brokenText(dice: Dice, text: string): string {
  return dice.weighted<string>([
    [3, text.slice(0, dice.below(text.length))],
    [2, `${text}x`],
    [1, ''],
    [1, 'null'],
    [1, '[]'],
    [1, '"text"'],
    [1, '42'],
    [2, text.replace('{', '{"metadata":{},')],
    [2, text.replace('{', '{,')],
  ]);
}
