import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isNewer } from './versions.js';

const decimal = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
  fc.tuple(fc.constantFrom('0', '00'), fc.nat(20)).map(([zeros, n]) => `${zeros}${n}`),
);

describe('compareVersions', () => {
  it.each([
    { a: '9', b: '10', order: -1 },
    { a: '10', b: '9', order: 1 },
    { a: '9007199254740993', b: '9007199254740992', order: 1 },
    { a: '007', b: '7', order: 0 },
    { a: 'abc', b: 'abc', order: 0 },
    { a: 'abc', b: 'abd', order: undefined },
    { a: '5', b: 'x5', order: undefined },
    { a: '', b: '5', order: undefined },
    { a: '-5', b: '5', order: undefined },
  ])('says $order for $a and $b', ({ a, b, order }) => {
    expect(compareVersions(a, b)).toBe(order);
  });

  it('orders decimals as numbers of any size', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        expect(compareVersions(a, b)).toBe(x === y ? 0 : x < y ? -1 : 1);
      }),
    );
  });
});

describe('isNewer', () => {
  it.each([
    { candidate: '2', known: undefined, verdict: 'newer' },
    { candidate: '2', known: '1', verdict: 'newer' },
    { candidate: '1', known: '2', verdict: 'older' },
    { candidate: '2', known: '2', verdict: 'same' },
    { candidate: 'b', known: 'a', verdict: 'unknown' },
  ])('says $verdict for $candidate after $known', ({ candidate, known, verdict }) => {
    expect(isNewer(candidate, known)).toBe(verdict);
  });
});
