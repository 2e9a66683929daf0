import type { JsonObject, ObjectBody } from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, storedEssence } from './world.js';

const KEYS = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'then', '', '/', '~', '~1', '%2f', 'k'.repeat(253)];
const TEXTS = ['é', 'e\u0301', '😀𐍈', '\u202eevil', '\u0000', '\u2028', '\ufeff', 'polluted', '__proto__'];

const key = fc.constantFrom(...KEYS);
const hostile = fc.letrec<{ value: unknown; mapping: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, fc.constantFrom<unknown>(...TEXTS, 1, true, []), tie('mapping')),
  mapping: fc
    .dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true })
    // Through text: there, such a key is a key.
    .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject),
})).mapping;

const ANCESTORS = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype];
const ancestors = (): string => JSON.stringify(ANCESTORS.map((one) => Reflect.ownKeys(one).map(String)));
/** As text: no key of a value is lost in it, and no ancestor looks like a key. */
const text = (value: unknown): string => JSON.stringify(value);

describe('objects with keys that all objects inherit, and with text that is not what it looks like', () => {
  it('[N1, L-6, L-4] reach handlers as they are, change as they do, and are left alone, by list, watch and answers', async () => {
    const before = ancestors();
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (first, second) => {
        const seen: string[] = [];
        const world = await createWorld((kopf) => {
          kopf.on.event('KopfExample', { id: 'ev' }, ({ spec, event }) => void seen.push(`${event.type ?? 'listed'} ${text(spec)}`));
          kopf.on.create('KopfExample', { id: 'made' }, async ({ spec, patch }) => {
            seen.push(`made ${text(spec)}`);
            patch.status['copy'] = spec;
            return { then: 'no promise', mine: spec };
          });
          kopf.on.update('KopfExample', { id: 'changed' }, ({ old, new: fresh }) => {
            seen.push(`${text(old?.spec)} became ${text(fresh?.spec)}`);
          });
        });
        await world.create(example('a', { spec: first }));
        await world.start();
        await world.settle();
        const made = await world.get(A);
        expect(seen.slice(0, 2)).toEqual([`listed ${text(first)}`, `made ${text(first)}`]);
        expect(text(made?.spec)).toBe(text(first));
        expect(text(made?.status)).toBe(text({ copy: first, made: { then: 'no promise', mine: first } }));
        expect(text((storedEssence(made) as ObjectBody).spec)).toBe(text(first));
        seen.length = 0;
        await world.patch(A, { spec: { ...second, plain: 'changed' } });
        await world.settle();
        const merged = (await world.get(A))?.spec;
        expect(seen.filter((line) => line.includes(' became '))).toEqual([`${text(first)} became ${text(merged)}`]);
        expect(world.factsOf('fields-not-kept')).toEqual([]);
        await world.close();
      }),
      { numRuns: 15 },
    );
    expect(ancestors()).toBe(before);
    expect('polluted' in {}).toBe(false);
  });
});
