import { expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../model/json-text.js';
import { wireForm } from './wire-form.js';

class Rule {
  _from: unknown;
  ports: unknown;
  static getAttributeTypeMap() {
    return [
      { name: '_from', baseName: 'from', type: 'Array<V1NetworkPolicyPeer>', format: '' },
      { name: 'ports', baseName: 'ports', type: 'Array<V1NetworkPolicyPort>', format: '' },
    ];
  }
}

it('plain objects are sent as they are, without what is undefined; dates as text', () => {
  const time = new Date(0);
  expect(wireForm({ metadata: { name: 'a', labels: undefined }, spec: { _from: 1, list: [1, undefined, null], time } })).toEqual({
    metadata: { name: 'a' },
    spec: { _from: 1, list: [1, null, null], time: '1970-01-01T00:00:00.000Z' },
  });
});

it('fields of the classes of clients have their names on the wire, wherever they are', () => {
  const rule = Object.assign(new Rule(), { _from: [{ podSelector: {} }] });
  expect(wireForm({ spec: { ingress: [rule] } })).toEqual({ spec: { ingress: [{ from: [{ podSelector: {} }] }] } });
});

it('numbers keep their digits, and keys their names', () => {
  const text = '{"big":12345678901234567890,"__proto__":{"x":1}}';
  const sent = wireForm(parseJson(text) as object);
  expect(stringifyJson(sent)).toBe(text);
  expect(Object.getPrototypeOf(sent)).toBe(Object.prototype);
});

const cyclic: Record<string, unknown> = {};
cyclic['again'] = { list: [cyclic] };

it('what is there twice is no cycle', () => {
  const labels = { a: 'b' };
  expect(wireForm({ x: labels, y: [labels, labels] })).toEqual({ x: labels, y: [labels, labels] });
});

it.each([
  ['a function', { spec: { call: () => 1 } }, 'The child.spec.call'],
  ['a map', { data: new Map([['k', 'v']]) }, 'The child.data'],
  ['a set', { list: [new Set(['v'])] }, 'The child.list[0]'],
  ['a promise', { spec: Promise.resolve() }, 'The child.spec'],
  ['what contains itself', { spec: cyclic }, 'The child.spec.again.list[0]'],
  ['no number', { list: [Number.NaN] }, 'The child.list[0]'],
])('%s is refused with its path', (_, child, path) => {
  expect(() => wireForm(child)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION', message: expect.stringContaining(path) }));
});
