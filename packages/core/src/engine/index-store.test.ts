import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIndexStore } from './index-store.js';

const [A, B] = ['uid-a', 'uid-b'] as const;

/** How many elements of whatever collections are looked at while this runs. */
function stepsOf(act: () => void): number {
  const iterators = [new Map(), new Set(), []].map((one) => Object.getPrototypeOf(one[Symbol.iterator]()) as { next(): unknown });
  const originals = iterators.map((iterator) => iterator.next);
  let steps = 0;
  iterators.forEach((iterator, index) => {
    iterator.next = function (this: unknown, ...given: []) {
      steps += 1;
      return originals[index]?.apply(this, given);
    };
  });
  try {
    act();
  } finally {
    iterators.forEach((iterator, index) => Object.assign(iterator, { next: originals[index] }));
  }
  return steps;
}

describe('an index', () => {
  it.each([
    [
      'a look-up',
      ({ view }: ReturnType<typeof createIndexStore>) => {
        for (const key of ['k3', 'none']) if (view.has(key)) view.get(key);
        return view.size;
      },
    ],
    ['a change of an object', ({ replace }: ReturnType<typeof createIndexStore>) => replace('u3', { k3: 2, more: 1 })],
    ['the end of an object', ({ discard }: ReturnType<typeof createIndexStore>) => discard('u3')],
  ])('[I-04] costs as much for %s where it has ten objects as where it has ten thousand', (_what, act) => {
    const [few = 0, many] = [10, 10_000].map((count) => {
      const store = createIndexStore();
      for (let index = 0; index < count; index += 1) store.replace(`u${String(index)}`, { [`k${String(index)}`]: index });
      return stepsOf(() => act(store));
    });
    expect(many).toBe(few);
  });

  it('calls who listens to a key for each change under it, until they stop, and counts keys and objects', () => {
    const { replace, discard, listen, count } = createIndexStore();
    const heard: string[] = [];
    const unlisten = listen('x', () => heard.push('x'));
    replace(A, { x: 1, y: 1 });
    replace(B, { y: 2 });
    expect(heard).toHaveLength(1);
    expect(count()).toEqual({ keys: 2, objects: 2 });
    replace(A, { y: 1 });
    expect(heard).toHaveLength(2);
    replace(A, { x: 1 });
    discard(A);
    expect(heard).toHaveLength(4);
    unlisten();
    replace(B, { x: 1 });
    expect(heard).toHaveLength(4);
    expect(count()).toEqual({ keys: 1, objects: 1 });
  });

  it('[I-03, I-05] holds one value per object and key of a mapping, duplicates included', () => {
    const { view, replace } = createIndexStore();
    replace(A, { x: 1, y: 2 });
    replace(B, { x: 1 });
    expect([view.get('x'), view.get('y'), view.get('z')]).toEqual([[1, 1], [2], []]);
    expect([view.has('x'), view.has('z'), view.size, view.keys()]).toEqual([true, false, 2, ['x', 'y']]);
    expect([...view]).toEqual([
      ['x', [1, 1]],
      ['y', [2]],
    ]);
  });

  it('[I-05] compares keys by value: lists, numbers and text are told apart', () => {
    const { view, replace } = createIndexStore();
    replace(
      A,
      new Map<unknown, string>([
        [['ns', 'a'], 'list'],
        ['["ns","a"]', 'text'],
        [1, 'number'],
        ['1', 'digit'],
        [null, 'null'],
        ['null', 'word'],
      ]),
    );
    expect([['ns', 'a'], '["ns","a"]', 1, '1', null, 'null'].map((key) => view.get(key))).toEqual(
      ['list', 'text', 'number', 'digit', 'null', 'word'].map((value) => [value]),
    );
    expect(view.keys()[0]).toEqual(['ns', 'a']);
  });

  it.each([['text'], [5], [true], [['a', 'list']], [new Set(['s'])], [new Date(0)]])('[I-06] keeps %j under the key null', (value) => {
    const { view, replace } = createIndexStore();
    replace(A, value);
    expect([view.get(null), view.size]).toEqual([[value], 1]);
  });

  it('[I-07] is left as it is when nothing is returned; null under a key is a value', () => {
    const { view, replace } = createIndexStore();
    replace(A, { x: 1 });
    replace(A, undefined);
    replace(A, null);
    expect(view.get('x')).toEqual([1]);
    replace(A, { y: null });
    expect([view.get('x'), view.get('y')]).toEqual([[], [null]]);
  });

  it('[I-03, I-08] forgets the keys that an object no longer has, and keys without objects', () => {
    const { view, replace, discard } = createIndexStore();
    replace(A, { x: 1, y: 1 });
    replace(B, { y: 2 });
    replace(A, { z: 3 });
    expect([...view]).toEqual([
      ['y', [2]],
      ['z', [3]],
    ]);
    replace(A, {});
    discard(B);
    expect([view.size, [...view]]).toEqual([0, []]);
  });

  it('[I-03] cannot be changed by readers, and what they got does not change', () => {
    const { view, replace } = createIndexStore();
    replace(A, { x: 1 });
    const got = view.get('x');
    replace(B, { x: 2 });
    expect([got, view.get('x')]).toEqual([[1], [1, 2]]);
    expect(() => (got as number[]).push(3)).toThrow(TypeError);
    expect(() => ((view as { size: number }).size = 9)).toThrow(TypeError);
  });

  it('[I-08] is after any history what it would be if only the last result of each object had been put in', () => {
    const uid = fc.constantFrom('u1', 'u2', 'u3');
    const result = fc.option(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(3)), { nil: 'discard' as const });
    fc.assert(
      fc.property(fc.array(fc.tuple(uid, result)), (history) => {
        const store = createIndexStore();
        const last = new Map<string, object>();
        for (const [object, value] of history) {
          if (value === 'discard') store.discard(object);
          else store.replace(object, value);
          last.delete(object);
          if (value !== 'discard') last.set(object, value);
        }
        const fresh = createIndexStore();
        for (const [object, value] of last) fresh.replace(object, value);
        const sorted = (view: typeof store.view) =>
          view
            .entries()
            .map(([key, values]) => [key, [...values].toSorted()])
            .toSorted();
        expect(sorted(store.view)).toEqual(sorted(fresh.view));
      }),
    );
  });
});
