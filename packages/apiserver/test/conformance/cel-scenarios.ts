import type { Json } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get, merge, post, put } from './scenario.js';

const RULED = '/apis/ruled.{group}/v1/namespaces/{ns}/ruleds';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const LENIENT = '/apis/ruled.{group}/v2/namespaces/{ns}/ruleds';

interface Fields {
  readonly [key: string]: Json;
}
const ruled = (name: string, rest: Fields): Json => ({ apiVersion: 'ruled.{group}/v1', kind: 'Ruled', metadata: { name }, ...rest });
const lenient = (name: string, rest: Fields): Json => ({ apiVersion: 'ruled.{group}/v2', kind: 'Ruled', metadata: { name }, ...rest });
const told = (name: string, fields: Fields): ScenarioStep => post(RULED, ruled(name, { told: fields }));
const nested = (name: string, fields: Fields): ScenarioStep => post(RULED, ruled(name, { nested: fields }));
const called = (fields: Fields): readonly ScenarioStep[] =>
  Object.entries(fields).map(([key, value]) => post(`${RULED}?dryRun=All`, ruled(key, { called: { [key]: value } })));

/** Lists of so many items. */
const costing = (counts: Readonly<Record<string, number>>): ScenarioStep => {
  const lists = Object.entries(counts).map(([key, count]) => [key, Array<Json>(count).fill(9)]);
  const only = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
  return post(`${RULED}?dryRun=All`, ruled('a', { costs: Object.fromEntries(lists) as Fields }), only);
};

const definition = (schema: Fields): ScenarioStep =>
  post(DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.{ns}.{group}' },
    spec: {
      group: '{ns}.{group}',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } } },
      ],
    },
  });
const rules = (...list: readonly Fields[]): Json => list;
const withRule = (rule: Fields, more: Fields = {}): ScenarioStep =>
  definition({
    type: 'object',
    properties: { a: { type: 'integer' }, s: { type: 'string', maxLength: 9 } },
    'x-kubernetes-validations': rules(rule),
    ...more,
  });

const TRUE_TEXTS: Fields = {
  matches: 'abc',
  find: 'a12b',
  findall: '1x2',
  replace: 'aca',
  split: 'a,b',
  chars: 'abcb',
  cases: 'aBc',
  url: 'https://h:80/p?q=1',
  quantity: '1.5',
  ip: '10.1.2.3',
  six: '::1',
  cidr: '10.1.2.3/16',
  format: 'a-b',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  semver: '1.2.3',
  duration: '90s',
  time: '2025-02-03T04:05:06Z',
  typed: '2025-02-03T04:05:06Z',
  lasting: '30m',
  bytes: 'YWJj',
  lists: [1, 2, 3],
  sets: ['a', 'b'],
  macros: [1, 2, 3],
  two: [1, 2],
  real: 1.5,
  flag: true,
};
const FALSE_TEXTS: Fields = {
  matches: 'ABC',
  find: 'b',
  replace: 'x',
  url: 'https://other/',
  quantity: '2',
  ip: '127.0.0.1',
  cidr: '11.1.2.3/16',
  format: 'A_b',
  uuid: 'x',
  semver: '1.1.0',
  duration: '1s',
  time: '2023-02-03T04:05:06Z',
  typed: '2023-02-03T04:05:06Z',
  lasting: '2h',
  bytes: 'eHl6',
  lists: [3, 2, 1],
  sets: ['c'],
  macros: [2, 2],
  two: [2],
  real: 3,
  flag: false,
};

/** Rules in the Common Expression Language. */
export const CEL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'tells what a rule refuses, in its words and at its place',
    isIndependent: true,
    steps: [
      ...['plain', 'message', 'expression', 'failing', 'blank', 'forbidden', 'required', 'duplicate', 'both'].map((key) =>
        told(key, { [key]: 1 }),
      ),
      told('range', { range: { low: 2, high: 1 } }),
      told('missing', { missing: {} }),
      told('zero', { zero: 0 }),
      told('index', { index: [1] }),
      told('overflow', { overflow: 1 }),
      told('several', { plain: 0, message: 0, range: { low: 2, high: 1 } }),
      told('fine', {
        plain: 2,
        message: 2,
        expression: 3,
        both: 4,
        range: { low: 1 },
        missing: { a: 1 },
        zero: 5,
        index: [1, 2],
        overflow: 0,
      }),
      post(RULED, ruled('forbidden', {})),
      post(RULED, ruled('blocked', { strict: { n: 'text', values: { a: 0 } } })),
      post(RULED, ruled('unblocked', { strict: { n: 9, values: { a: 0 } } })),
    ],
  },
  {
    name: 'evaluates rules wherever a schema may be',
    isIndependent: true,
    steps: [
      nested('items', { items: [{ n: 1 }, { n: 0 }, { n: -1 }] }),
      nested('map', { map: { a: 1, b: 0 } }),
      nested('entries', { entries: { a: 1, b: 1 } }),
      nested('names', { names: { 'a-b': 0 } }),
      nested('namesb', { names: { namespace: 0 } }),
      nested('namesc', { names: { 'x.y/z': 0 } }),
      nested('either', { either: 0 }),
      nested('eitherb', { either: '5' }),
      nested('eitherc', { either: '5%' }),
      nested('unguarded', { unguarded: 'x' }),
      nested('maybe', { maybe: null }),
      nested('maybeb', { maybe: 'no' }),
      nested('free', { free: { a: 0, b: 1 } }),
      nested('embedded', { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } } }),
      nested('embeddedb', { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } } }),
    ],
  },
  { name: 'knows what rules call, where they are true', isIndependent: true, steps: called(TRUE_TEXTS) },
  { name: 'knows what rules call, where they are false', isIndependent: true, steps: called(FALSE_TEXTS) },
  {
    name: 'compares with the old value',
    steps: [
      post(RULED, ruled('a', { changes: { fixed: 'x', grows: 2, keyed: [{ id: 'p', n: 2 }], values: { k: 1 }, sum: [1, 2] } })),
      merge(`${RULED}/a`, { changes: { fixed: 'y' } }),
      merge(`${RULED}/a`, { changes: { grows: 1 } }),
      merge(`${RULED}/a`, { changes: { grows: 3 } }),
      merge(`${RULED}/a`, { changes: { once: 1 } }),
      merge(`${RULED}/a`, { changes: { once: 2 } }),
      merge(`${RULED}/a`, { changes: { never: 2 } }),
      merge(`${RULED}/a`, {
        changes: {
          keyed: [
            { id: 'q', n: 0 },
            { id: 'p', n: 1 },
          ],
        },
      }),
      merge(`${RULED}/a`, {
        changes: {
          keyed: [
            { id: 'q', n: 0 },
            { id: 'p', n: 3 },
          ],
        },
      }),
      merge(`${RULED}/a`, { changes: { values: { k: 2, l: 5 } } }),
      merge(`${RULED}/a`, { changes: { values: { l: 5 } } }),
      merge(`${RULED}/a`, { changes: { sum: [1] } }),
      merge(`${RULED}/a`, { changes: { fixed: null } }),
      merge(`${RULED}/a`, { changes: { fixed: 'z' } }),
      merge(`${RULED}/a/status`, { status: { n: 0 } }),
      merge(`${RULED}/a/status`, { status: { n: 1 } }),
      put(`${RULED}/a`, ruled('a', { told: { plain: 0 } })),
      get(`${RULED}/a`),
    ],
  },
  {
    name: 'refuses rules that do not compile',
    isIndependent: true,
    steps: [
      withRule({ rule: 'self.nope > 1' }),
      withRule({ rule: 'has(self.nope)' }),
      withRule({ rule: 'other > 1' }),
      withRule({ rule: 'self.a == "x"' }),
      withRule({ rule: 'self.a + self.s == 1' }),
      withRule({ rule: 'self.s.nope(1)' }),
      withRule({ rule: 'nope(self.a)' }),
      withRule({ rule: 'self.a' }),
      withRule({ rule: '' }),
      withRule({ rule: 'self.a > 1\n&& self.a < 5' }),
      withRule({ rule: 'self.a > 1', message: ' ' }),
      withRule({ rule: 'self.a > 1', message: 'a\nb' }),
      withRule({ rule: 'self.a > 1', messageExpression: ' ' }),
      withRule({ rule: 'self.a > 1', messageExpression: 'self.a' }),
      withRule({ rule: 'self.a > 1', messageExpression: 'self.nope' }),
      withRule({ rule: 'self.a > 1', reason: 'Odd' }),
      withRule({ rule: 'self.a > 1', fieldPath: '.nope' }),
      withRule({ rule: 'self.a > 1', fieldPath: 'a' }),
      withRule({ rule: 'self.a > 1', fieldPath: ' ' }),
      withRule({ rule: 'self.a > 1', optionalOldSelf: true }),
      withRule({ rule: 'self.a >' }),
      definition({
        type: 'array',
        maxItems: 4,
        items: { type: 'integer', 'x-kubernetes-validations': rules({ rule: 'self == oldSelf' }) },
      }),
      definition({ type: 'string', maxLength: 4, 'x-kubernetes-validations': rules({ rule: 'self.matches("[")' }) }),
    ],
  },
  {
    name: 'evaluates optional items, compares optional values, and formats values of several types',
    isIndependent: true,
    steps: [
      ...called({ optional: { a: 'x', n: 1 }, mixed: ['a', 'b'] }),
      ...called({ optional: { a: 'x', b: 'y', n: 2 }, mixed: ['b', 'a'] }),
      ...called({ optional: { a: 'x' } }),
    ],
  },
  {
    name: 'ends evaluations that cost too much, and all of an object that do so together',
    steps: [
      ...['one', 'message'].flatMap((key) => [3, 999, 1000].map((count) => costing({ [key]: count }))),
      ...['all', 'last', 'spent'].flatMap((key) => [3, 999].map((count) => costing({ [key]: count }))),
      costing({ last: 1000 }),
    ],
  },
  {
    name: 'lets be what rules refuse when it was there before and does not change',
    steps: [
      post(LENIENT, lenient('a', { told: { plain: 0, message: 0, range: { low: 2, high: 1 } } })),
      merge(`${RULED}/a`, { metadata: { labels: { x: 'y' } } }),
      merge(`${RULED}/a`, { strict: { s: 'new' } }),
      merge(`${RULED}/a`, { told: { plain: 1 } }),
      merge(`${RULED}/a`, { told: { range: { high: 0 } } }),
      merge(`${RULED}/a`, { told: { both: 4 } }),
      merge(`${RULED}/a`, { told: { plain: 5 } }),
      post(LENIENT, lenient('forbidden', {})),
      merge(`${RULED}/forbidden`, { metadata: { labels: { x: 'y' } } }),
      merge(`${RULED}/forbidden`, { strict: { s: 'new' } }),
      post(LENIENT, lenient('b', { nested: { items: [{ n: 0 }, { n: 1 }], map: { a: 0, b: 1 } }, called: { lists: [3, 1], sets: ['z'] } })),
      merge(`${RULED}/b`, { nested: { map: { b: 2 } } }),
      merge(`${RULED}/b`, { nested: { items: [{ n: 0 }, { n: 2 }] } }),
      merge(`${RULED}/b`, { called: { lists: [3, 2] } }),
      merge(`${RULED}/b`, { called: { lists: [1, 2, 3] } }),
      merge(`${RULED}/b/status`, { status: { n: 2 } }),
    ],
  },
];
