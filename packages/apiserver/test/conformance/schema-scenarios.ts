// What structural schemas demand of objects, and what they demand of a change of an object that was invalid before.

import type { Json } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get, merge, post } from './scenario.js';

type JsonMap = { readonly [key: string]: Json };

const OLD = '/apis/strict.{group}/v1/namespaces/{ns}/forms';
const STRICT = '/apis/strict.{group}/v2/namespaces/{ns}/forms';

const form = (version: string, spec: JsonMap, rest: JsonMap = {}): Json => ({
  apiVersion: `strict.{group}/${version}`,
  kind: 'Form',
  metadata: { name: 'a' },
  spec,
  ...rest,
});
const tried = (spec: JsonMap): ScenarioStep => post(`${STRICT}?dryRun=All`, form('v2', spec));
const each = (name: string, specs: readonly JsonMap[]): Scenario => ({ name, isIndependent: true, steps: specs.map(tried) });
const values = (field: string, list: readonly Json[]): readonly JsonMap[] => list.map((value) => ({ [field]: value }));
const formats = (format: string, list: readonly Json[]): readonly JsonMap[] => list.map((value) => ({ formats: { [format]: value } }));
/** An object that the strict version would refuse, and changes of it through that version. */
const changed = (name: string, spec: JsonMap, changes: readonly JsonMap[]): Scenario => ({
  name,
  steps: [post(OLD, form('v1', spec)), ...changes.map((change) => merge(`${STRICT}/a`, change)), get(`${OLD}/a`)],
});

export const SCHEMA_SCENARIOS: readonly Scenario[] = [
  each('holds a value of the wrong type to the rest of its schema all the same', [
    ...values('mode', [true, 1, null, ['slow'], { a: 1 }, 'slow', 'other']),
    ...values('ratio', ['1', 1.5, 2, 3, true]),
    ...values('bounded', ['x', 7, 7.5, -1.5, true, null]),
    ...values('short', ['abc', ['abc'], ['a', 'b', 'c'], [], [1, 'abc', null], { a: 1 }]),
    ...values('needs', ['x', [], { y: 1 }, null]),
    ...values('parts', [{ id: 1 }, [{ weight: 7 }], ['x'], [null], [{ id: 'a' }, 1]]),
  ]),
  each('tells which branches of a schema refuse a value, and of several the closest', [
    ...values('any', ['abc', 'bcd', 'bcdefghijk', 'bcdef', 1]),
    ...values('anyObject', [{}, { a: 'x' }, { b: {} }, { b: { c: 1 } }, { b: { c: 3 } }, { a: 1 }, 'x']),
    ...values('one', [1, 4, 6, 140, 'x', 4.5]),
    ...values('all', ['abc', 'b', 'bad', 'bcd', 'a', 1]),
  ]),
  each('tells each repetition in a list once, wherever the list is', [
    ...values('tags', [
      ['a', 'a'],
      ['a', 'a', 'a', 'b', 'b'],
      ['a', 1, 1, null, null],
    ]),
    ...values('parts', [
      [{ id: 'a' }, { id: 'a' }, { id: 'a' }],
      [{}, {}],
      [{ id: null }, {}],
    ]),
    ...values('sets', [{ k: ['a', 'a'] }]),
  ]),
  each('knows the formats of texts', [
    ...formats('bsonobjectid', ['507f1f77bcf86cd799439011', '507f1f77bcf86cd79943901', 'x']),
    ...formats('byte', ['YQ==', 'YQ=', 'a', '', '!']),
    ...formats('cidr', ['10.0.0.0/8', '10.0.0.1/33', 'fd00::/8', '10.0.0.1', '']),
    ...formats('creditcard', ['4111111111111111', '4111-1111-1111-1111', '4111111111111112', 'x']),
    ...formats('date', ['2026-02-28', '2026-02-30', '2026-2-3', 'x']),
    ...formats('date-time', [
      '2026-01-01T00:00:00Z',
      '2026-01-01',
      '2026-01-01 00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T00:00:00+01:00',
    ]),
    ...formats('datetime', ['2026-01-01T00:00:00Z', '2026-01-01', 'soon', '2026-01-01T00:00:00.123']),
    ...formats('duration', ['1h', '22 ns', '3 weeks', '1.5h', '1h30m', '5', '', 'x', '10 days', '-1s']),
    ...formats('email', ['a@b.c', 'a', 'A <a@b.c>', 'a@b']),
    ...formats('hexcolor', ['#fff', 'ffffff', '#ffff', 'x']),
    ...formats('hostname', ['example.com', 'a', '-a', 'a_b', 'a..b', '1.2.3.4', '']),
    ...formats('ipv4', ['10.0.0.1', '10.0.0.01', '10.0.0.256', '::1', 'x']),
    ...formats('ipv6', ['::1', '10.0.0.1', 'fe80::1%eth0', '::ffff:10.0.0.1', 'x']),
    ...formats('isbn', ['0321751043', '978 3401013190', '978-0321751041', 'x']),
    ...formats('isbn10', ['0321751043', '032175104X', 'x']),
    ...formats('isbn13', ['9780321751041', '978 3401013190', '9780321751042']),
    ...formats('k8s-long-name', ['a.b', 'A', '', 'x'.repeat(254), 'a..b']),
    ...formats('k8s-short-name', ['a-b', 'a.b', 'A', '', 'x'.repeat(64), '1a']),
    ...formats('mac', ['01:23:45:67:89:ab', '0123.4567.89ab', '01-23-45-67-89-AB', 'x']),
    ...formats('password', ['', 'x']),
    ...formats('rgbcolor', ['rgb(0,0,0)', 'rgb(256,0,0)', 'x']),
    ...formats('ssn', ['111-11-1111', '111 11 1111', '11-11-1111']),
    ...formats('uri', ['http://a/b', 'a', '/a', 'a b', '', '//a']),
    ...formats('uuid', [
      '11111111-2222-4333-8444-555555555555',
      '11111111222243338444555555555555',
      '11111111-2222-4333-8444-55555555555',
      'x',
    ]),
    ...formats('uuid3', ['11111111-2222-3333-8444-555555555555', '11111111-2222-4333-8444-555555555555']),
    ...formats('uuid4', ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-7444-555555555555']),
    ...formats('uuid5', ['11111111-2222-5333-8444-555555555555', '11111111-2222-4333-8444-555555555555']),
    ...formats('unheard-of', ['x']),
    ...formats('date', [1, true, ['a'], { a: 1 }]),
  ]),
  changed('refuses a change of an object that lacks what its schema requires, unless the change is elsewhere', { needs: { y: 'a' } }, [
    { metadata: { labels: { a: 'b' } } },
    { spec: { mode: 'slow' } },
    { spec: { needs: { y: 'b' } } },
    { spec: { needs: { y: 'a' } } },
    { spec: { needs: { x: 'a' } } },
  ]),
  changed('lets a list be too long only as it is', { short: ['abc', 'b', 'c'], bounded: 9 }, [
    { spec: { mode: 'slow' } },
    { spec: { short: ['abc', 'b', 'd'] } },
    { spec: { short: ['abc'] } },
    { spec: { bounded: 8 } },
    { spec: { short: ['a'], bounded: 9 } },
  ]),
  changed(
    'finds the members of lists with keys again, in whatever order',
    {
      parts: [
        { id: 'a', weight: 9 },
        { id: 'b', weight: 8 },
      ],
    },
    [
      {
        spec: {
          parts: [
            { id: 'b', weight: 8 },
            { id: 'a', weight: 9 },
          ],
        },
      },
      {
        spec: {
          parts: [
            { id: 'b', weight: 8 },
            { id: 'c', weight: 1 },
          ],
        },
      },
      { spec: { parts: [{ id: 'b', weight: 7 }] } },
      { spec: { parts: [{ id: 'd', weight: 8 }] } },
    ],
  ),
  changed('leaves a list with repetitions to whoever met it', { tags: ['a', 'a'] }, [
    { spec: { tags: ['a', 'a', 'b', 'b'] } },
    { spec: { tags: ['a'] } },
    { spec: { tags: ['a', 'a'] } },
  ]),
  changed('compares what is inside the branches of a schema', { anyObject: { b: { c: 1 } }, any: 'x' }, [
    { spec: { mode: 'slow' } },
    { spec: { anyObject: { b: { c: 2 } } } },
    { spec: { anyObject: { a: null, b: { c: 1 } } } },
    { spec: { any: 'y' } },
  ]),
  changed('looks at embedded objects in every change', { embedded: { kind: 'X' } }, [
    { metadata: { labels: { a: 'b' } } },
    { spec: { mode: 'slow' } },
  ]),
  {
    name: 'holds the status alone to its schema',
    steps: [
      post(OLD, form('v1', { needs: {} })),
      merge(`${OLD}/a/status`, { status: { y: 'a' } }),
      merge(`${STRICT}/a/status`, { metadata: { labels: { a: 'b' } } }),
      merge(`${STRICT}/a/status`, { status: { y: 'b' } }),
      merge(`${STRICT}/a/status`, { status: { x: 'b' } }),
      merge(`${STRICT}/a/status`, { status: { x: 1 } }),
      get(`${OLD}/a`),
    ],
  },
];
