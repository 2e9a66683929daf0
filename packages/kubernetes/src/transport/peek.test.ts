import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '@kopfts/core';
import { identityOf, peekIdentity } from './peek.js';

const peek = (text: string) => {
  const bytes = Buffer.from(text);
  return peekIdentity(bytes, 0, bytes.length);
};
const identity = { uid: 'u-1', name: 'n', namespace: 'd', resourceVersion: '7', deleting: false };

/** Text that looks like JSON, like keys that matter, or is simply odd. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', '"metadata":{"uid":"x"}', '{', '}', '}}', '[', 'metadata', 'uid', '\u2028', '\\u0022', '__proto__', ''),
);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    nasty,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(nasty, fc.constantFrom('metadata', 'uid', 'name', 'type')), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const metadata = fc.record(
  {
    name: fc.oneof(nasty, value),
    namespace: fc.oneof(nasty, value),
    uid: fc.oneof(nasty, value),
    resourceVersion: fc.oneof(nasty, value),
    deletionTimestamp: fc.oneof(nasty, fc.constant(null), value),
    annotations: fc.dictionary(nasty, nasty),
    labels: value,
    managedFields: value,
  },
  { requiredKeys: [] },
);
const object = fc.tuple(
  fc.array(fc.tuple(nasty, value), { maxLength: 3 }),
  fc.oneof({ weight: 5, arbitrary: metadata }, { weight: 1, arbitrary: value }),
  fc.array(fc.tuple(nasty, value), { maxLength: 3 }),
);

describe('peekIdentity', () => {
  it('sees nothing but what a full parse sees, in any object', () => {
    fc.assert(
      fc.property(object, ([before, meta, after]) => {
        const parsed = Object.fromEntries([
          ...before.filter(([key]) => key !== 'metadata'),
          ['metadata', meta],
          ...after.filter(([key]) => key !== 'metadata'),
        ]);
        const text = JSON.stringify(parsed);
        const peeked = peek(text);
        if (peeked !== undefined) expect(peeked).toEqual(identityOf(JSON.parse(Buffer.from(text).toString()) as Json));
      }),
      { numRuns: Math.max(1000, fc.readConfigureGlobal().numRuns ?? 0) },
    );
  });

  it('sees every ordinary object, without a full parse', () => {
    const ordinary = fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('Pod'),
      metadata: fc.record({
        annotations: fc.dictionary(fc.stringMatching(/^[a-z]+$/), nasty),
        name: fc.constant('n'),
        namespace: fc.constant('d'),
        resourceVersion: fc.constant('7'),
        uid: fc.constant('u-1'),
      }),
      spec: value,
    });
    fc.assert(
      fc.property(ordinary, (one) => {
        expect(peek(JSON.stringify(one))).toEqual(identity);
      }),
    );
  });

  it.each([
    {
      when: 'the object is cluster-scoped',
      text: '{"metadata":{"name":"n","uid":"u-1","resourceVersion":"7"}}',
      seen: { ...identity, namespace: undefined },
    },
    {
      when: 'it is being deleted',
      text: '{"metadata":{"deletionTimestamp":"2024-01-01T00:00:00Z","name":"n","namespace":"d","uid":"u-1","resourceVersion":"7"}}',
      seen: { ...identity, deleting: true },
    },
    {
      when: 'a template holds metadata, too',
      text: '{"metadata":{"name":"n","namespace":"d","uid":"u-1","resourceVersion":"7"},"spec":{"template":{"metadata":{"name":"x"}}}}',
      seen: identity,
    },
    {
      when: 'metadata comes last',
      text: '{"spec":{"metadata":{"uid":"x"}},"metadata":{"name":"n","namespace":"d","uid":"u-1","resourceVersion":"7"}}',
      seen: identity,
    },
  ])('sees the identity when $when', ({ text, seen }) => expect(peek(text)).toEqual(seen));

  it.each([
    {
      when: 'metadata is there twice',
      text: '{"metadata":{"name":"n","uid":"u","resourceVersion":"7"},"metadata":{"name":"n","uid":"v","resourceVersion":"7"}}',
    },
    { when: 'a key is written with an escape', text: '{"metadata":{"name":"n","uid":"u","resourceVersion":"7","\\u0075id":"v"}}' },
    { when: 'there is white space', text: '{ "metadata":{"name":"n","uid":"u","resourceVersion":"7"}}' },
    { when: 'the version is a number', text: '{"metadata":{"name":"n","uid":"u","resourceVersion":7}}' },
    { when: 'the uid is missing', text: '{"metadata":{"name":"n","resourceVersion":"7"}}' },
    {
      when: 'the text is cut after a template',
      text: '{"metadata":{"name":"n","uid":"u","resourceVersion":"7"},"spec":{"metadata":{"a":1',
    },
    { when: 'a value has an escape', text: '{"metadata":{"name":"\\u006e","uid":"u","resourceVersion":"7"}}' },
    { when: 'it is empty', text: '{}' },
  ])('is unsure when $when', ({ text }) => expect(peek(text)).toBeUndefined());
});
