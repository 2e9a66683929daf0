import { describe, expect, it } from 'vitest';
import type { WatchChange } from '@kopfts/core';
import { example, EXAMPLES } from '../../test/support/sample-objects.js';
import { identityOf } from '../transport/peek.js';
import { createKnownObjects, type KnownObjects } from './known-objects.js';
import { parsedObject } from './watch-line.js';

function seen(name: string, version: number | string, uid?: string) {
  const body = example(name, version, uid);
  const identity = identityOf(body);
  if (identity === undefined) throw new Error('an object without identity');
  return parsedObject(identity, body);
}

const told = (changes: readonly WatchChange[]) =>
  changes.map(({ type, object, inferred }) => `${type} ${object.uid}@${object.resourceVersion}${inferred ? ' inferred' : ''}`);

/** Known: a@1, b@2. */
function known(): KnownObjects {
  const objects = createKnownObjects(EXAMPLES);
  for (const object of [seen('a', 1), seen('b', 2)]) for (const change of objects.decideListed(object, '2')) objects.commit(change);
  objects.decideMissing('2');
  return objects;
}

describe('known objects', () => {
  it.each([
    { when: 'nothing changed', list: [seen('a', 1), seen('b', 2)], says: [] },
    { when: 'one changed', list: [seen('a', 1), seen('b', 5)], says: ['listed uid-b@5'] },
    { when: 'one is new', list: [seen('a', 1), seen('b', 2), seen('c', 6)], says: ['listed uid-c@6'] },
    { when: '[B9] one is missing', list: [seen('a', 1)], says: ['deleted uid-b@9 inferred'] },
    {
      when: '[B10] one was created anew',
      list: [seen('a', 1), seen('b', 7, 'other')],
      says: ['deleted uid-b@7 inferred', 'listed other@7'],
    },
    { when: '[B16] one is older than known', list: [seen('a', 1), seen('b', 1)], says: [] },
    { when: 'all are missing', list: [], says: ['deleted uid-a@9 inferred', 'deleted uid-b@9 inferred'] },
  ])('$when: the new list says $says', ({ list, says }) => {
    const objects = known();
    objects.beginList(false);
    const changes: WatchChange[] = [];
    for (const object of list) {
      for (const change of objects.decideListed(object, '9')) {
        changes.push(change);
        objects.commit(change);
      }
    }
    changes.push(...objects.decideMissing('9'));
    expect(told(changes)).toEqual(says);
  });

  it('[B26] says everything anew in a new epoch', () => {
    const objects = known();
    objects.beginList(true);
    expect(told([...objects.decideListed(seen('a', 1), '1'), ...objects.decideListed(seen('b', 1), '1')])).toEqual([
      'listed uid-a@1',
      'listed uid-b@1',
    ]);
  });

  it.each([
    { event: 'a newer state', type: 'modified', object: seen('a', 3), says: ['modified uid-a@3'] },
    { event: '[B16] the same state again', type: 'modified', object: seen('a', 1), says: [] },
    { event: '[B16] an older state', type: 'modified', object: seen('b', 1), says: [] },
    { event: 'a new object', type: 'added', object: seen('c', 3), says: ['added uid-c@3'] },
    { event: '[B16] an object from before the stream', type: 'added', object: seen('c', 2), says: [] },
    {
      event: '[B10] a new object under a known name',
      type: 'added',
      object: seen('a', 3, 'other'),
      says: ['deleted uid-a@3 inferred', 'added other@3'],
    },
    { event: 'a deletion', type: 'deleted', object: seen('a', 3), says: ['deleted uid-a@3'] },
    { event: 'a deletion at the last version', type: 'deleted', object: seen('a', 1), says: ['deleted uid-a@1'] },
    { event: '[B16] a deletion of what is not known', type: 'deleted', object: seen('z', 3), says: [] },
    { event: 'a version that cannot be ordered', type: 'modified', object: seen('a', 'x'), says: ['modified uid-a@x'] },
  ] as const)('$event: it says $says', ({ type, object, says }) => {
    expect(told(known().decideEvent(type, object, '2'))).toEqual(says);
  });

  it('keeps nothing of objects that are gone', () => {
    const objects = known();
    for (let round = 3; round < 100; round += 2) {
      for (const change of objects.decideEvent('added', seen('x', round, `x${String(round)}`), '2')) objects.commit(change);
      for (const change of objects.decideEvent('deleted', seen('x', round + 1, `x${String(round)}`), '2')) objects.commit(change);
    }
    expect(objects.size).toBe(2);
  });

  it('infers a deletion with the identity of the object and nothing else', () => {
    const objects = known();
    objects.beginList(false);
    expect(objects.decideMissing('9')[0]?.object.body()).toEqual({
      apiVersion: 'kopf.dev/v1',
      kind: 'KopfExample',
      metadata: { name: 'a', namespace: 'default', uid: 'uid-a', resourceVersion: '9' },
    });
  });
});
