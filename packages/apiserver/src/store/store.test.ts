import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Commit } from './commit.js';
import type { JsonObject } from './json-value.js';
import { ObjectStore } from './object-store.js';

const body = (name: string, value = 0): JsonObject => ({ metadata: { name, namespace: 'ns', uid: `uid-${name}` }, spec: { value } });
const NAMES = ['a', 'b', 'c', 'd'];

/** Toggles and changes objects by random steps; returns the state after each version. */
function play(store: ObjectStore, steps: readonly number[]): Map<number, readonly string[]> {
  const states = new Map<number, readonly string[]>();
  const look = (): readonly string[] => [...store.collection('things').range('ns/')].map((object) => object.rest);
  states.set(store.version, look());
  for (const step of steps) {
    const name = NAMES[step % NAMES.length] ?? 'a';
    const current = store.get('things', 'ns', name);
    if (current === undefined) store.create('things', body(name, step));
    else if (step % 3 === 0) store.remove('things', current);
    else store.update('things', current, body(name, step));
    states.set(store.version, look());
  }
  return states;
}

describe('the object store', () => {
  it('gives every commit the next version, in every collection', () => {
    const store = new ObjectStore({ historyLimit: 10 });
    store.create('things', body('a'));
    store.create('others', body('a'));
    expect(store.create('things', body('b')).version).toBe(3);
  });

  it('reconstructs the state of every version that is not forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 40 }), (steps) => {
        const store = new ObjectStore({ historyLimit: 1000 });
        for (const [version, state] of play(store, steps)) {
          expect(
            store
              .collection('things')
              .snapshotAt(version, 'ns/')
              ?.map((object) => object.rest),
          ).toEqual(state);
        }
      }),
    );
  });

  it('[S21] replays exactly the commits after a version, or says that it cannot', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 40 }), fc.nat(40), fc.integer({ min: 1, max: 10 }), (steps, since, historyLimit) => {
        const store = new ObjectStore({ historyLimit });
        const commits: Commit[] = [];
        store.onCommit((commit) => commits.push(commit));
        play(store, steps);
        const replayed = store.collection('things').history.since(since);
        const wanted = commits.filter((commit) => commit.version > since);
        expect(replayed).toEqual(wanted.length <= historyLimit ? wanted : undefined);
      }),
    );
  });

  it('forgets everything up to now when compacted', () => {
    const store = new ObjectStore({ historyLimit: 10 });
    store.create('things', body('a'));
    store.compact();
    expect(store.collection('things').history.since(0)).toBeUndefined();
    expect(store.collection('things').history.since(1)).toEqual([]);
  });

  it('shows commits that a listener makes after the one it listened to, to everybody', () => {
    const store = new ObjectStore({ historyLimit: 10 });
    const seen: number[] = [];
    store.onCommit((commit) => {
      if (commit.version === 1) store.create('things', body('b'));
    });
    store.onCommit((commit) => seen.push(commit.version));
    store.create('things', body('a'));
    expect(seen).toEqual([1, 2]);
  });

  it('stores values that nobody can change', () => {
    const store = new ObjectStore({ historyLimit: 10 });
    const stored = store.create('things', body('a'));
    expect(() => Object.assign(stored.body['spec'] as object, { value: 1 })).toThrow(TypeError);
  });

  it('lists in the order of keys and counts what is left of a prefix', () => {
    const store = new ObjectStore({ historyLimit: 10 });
    for (const name of ['b', 'c', 'a']) store.create('things', body(name));
    store.create('things', { metadata: { name: 'x', namespace: 'ns-2' } });
    const things = store.collection('things');
    expect([...things.range('ns/')].map((object) => object.name)).toEqual(['a', 'b', 'c']);
    expect([...things.range('ns/', 'ns/b')].map((object) => object.name)).toEqual(['b', 'c']);
    expect([things.count('ns/'), things.count('ns/', 'ns/b'), things.count('')]).toEqual([3, 2, 4]);
  });
});
