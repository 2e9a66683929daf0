import { describe, expect, it } from 'vitest';
import { viewOf } from '../test/support.js';
import { bucketOf, createKeyNames } from './key.js';
import { loadRequest } from './load-request.js';

const keys = createKeyNames('p');

describe('what the script that loads is given', () => {
  it('is of each object its key, and once what many share', () => {
    const objects = Array.from({ length: 500 }, (_, index) => viewOf(`u-${String(index)}`));
    const { scriptKeys, args, indexes, wheres } = loadRequest(objects, {
      keys,
      isOurs: ({ ref }) => ref.uid === 'u-7',
      isTold: (index) => index === keys.known[bucketOf('u-7')],
    });
    const buckets = [...new Set(objects.map(({ ref }) => bucketOf(ref.uid)))];
    expect(scriptKeys).toEqual([...objects.map(({ ref }) => keys.of(ref.uid).entry), ...buckets.map((bucket) => keys.known[bucket])]);
    const [told = '', about = '', ...places] = args;
    expect(Array.from(told).flatMap((digit, index) => (digit === '1' ? [indexes[index]] : []))).toEqual([keys.known[bucketOf('u-7')]]);
    expect(wheres).toEqual(objects.map(() => places[0]));
    expect(places).toHaveLength(1);
    const read = objects.map((_, index) => Array.from(about.slice(4 * index, 4 * index + 4), (digit) => digit.charCodeAt(0) - 48));
    expect(read.map(([index = -1]) => scriptKeys[objects.length + index])).toEqual(objects.map(({ ref }) => keys.of(ref.uid).known));
    expect(read.map(([, high, low]) => [high, low])).toEqual(objects.map(() => [0, 0]));
    expect(read.flatMap(([, , , isOurs], index) => (isOurs === 1 ? [index] : []))).toEqual([7]);
  });

  it('tells apart as many namespaces as there are objects', () => {
    const objects = Array.from({ length: 500 }, (_, index) => {
      const { ref, body } = viewOf(`u-${String(index)}`);
      return { ref: { ...ref, namespace: `space-${String(index)}` }, body };
    });
    const { args, wheres } = loadRequest(objects, { keys, isOurs: () => false, isTold: () => false });
    const [, about = '', ...places] = args;
    expect(wheres).toEqual(places);
    const placeAt = (index: number) => places[(about.charCodeAt(4 * index + 1) - 48) * 64 + about.charCodeAt(4 * index + 2) - 48];
    expect(objects.map((_, index) => placeAt(index)?.split('|')[1])).toEqual(objects.map(({ ref }) => ref.namespace));
  });
});
