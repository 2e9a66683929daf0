import { expect, it } from 'vitest';
import { textOf } from './text-of.js';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

it.each([
  ['text', 'text'],
  [undefined, ''],
  [null, ''],
  [7, '7'],
  [10n, '10'],
  [Symbol('s'), 'Symbol(s)'],
  [new TypeError('boom'), 'boom'],
  [{ a: [1] }, '{"a":[1]}'],
  [Object.create(null), '{}'],
  [{ toJSON: () => undefined }, ''],
  [circular, '[object]'],
  [{ size: 10n }, '[object]'],
])('%# gives a text of anything', (value, text) => {
  expect(textOf(value)).toBe(text);
});

it('gives a text of what cannot even be looked at', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(textOf(proxy)).toBe('[object]');
});
