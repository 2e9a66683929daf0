import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventType } from '../model/watch-event.js';
import { enqueue, type QueuedEvent } from './object-queue.js';

function event(type: EventType, version: number): QueuedEvent {
  const resourceVersion = String(version);
  const metadata = { name: 'x', uid: 'u', resourceVersion };
  const body = () => ({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata });
  return { type, inferred: false, object: { uid: 'u', name: 'x', namespace: 'ns', resourceVersion, deleting: false, body } };
}

function fill(types: readonly EventType[], limit: number): { queue: readonly QueuedEvent[]; merged: number } {
  return types.reduce<{ queue: readonly QueuedEvent[]; merged: number }>(
    (state, type, i) => {
      const next = enqueue(state.queue, event(type, i), limit);
      return { queue: next.queue, merged: state.merged + next.merged };
    },
    { queue: [], merged: 0 },
  );
}

const show = (queue: readonly QueuedEvent[]) => queue.map(({ type, object }) => `${type ?? 'null'}${object.resourceVersion}`).join(' ');

describe('enqueue', () => {
  it.each([
    { types: ['ADDED', 'MODIFIED', 'MODIFIED'], limit: 3, left: 'ADDED0 MODIFIED1 MODIFIED2', merged: 0, when: 'there is room' },
    { types: ['ADDED', 'MODIFIED', 'MODIFIED'], limit: 2, left: 'ADDED0 MODIFIED2', merged: 1, when: 'two states follow each other' },
    { types: [null, 'MODIFIED', 'MODIFIED'], limit: 1, left: 'MODIFIED2', merged: 2, when: 'a listed state is followed by newer ones' },
    {
      types: ['MODIFIED', 'MODIFIED', 'DELETED'],
      limit: 2,
      left: 'MODIFIED1 DELETED2',
      merged: 1,
      when: 'the new one cannot merge, but older ones can',
    },
    {
      types: ['ADDED', 'DELETED', 'ADDED', 'DELETED'],
      limit: 2,
      left: 'ADDED0 DELETED1 ADDED2 DELETED3',
      merged: 0,
      when: 'all came or went',
    },
    {
      types: ['MODIFIED', 'DELETED', 'MODIFIED'],
      limit: 2,
      left: 'MODIFIED0 DELETED1 MODIFIED2',
      merged: 0,
      when: 'no states are neighbours',
    },
  ] as const)('keeps "$left" when $when', ({ types, limit, left, merged }) => {
    const result = fill(types, limit);
    expect(show(result.queue)).toBe(left);
    expect(result.merged).toBe(merged);
  });

  it('keeps 128 events unless told otherwise', () => {
    const full = fill(
      Array.from({ length: 128 }, () => 'MODIFIED' as const),
      1000,
    ).queue;
    expect(enqueue(full, event('MODIFIED', 128)).queue).toHaveLength(128);
  });

  it('never drops an arrival or a departure, keeps the order, and ends with the newest', () => {
    const types = fc.array(fc.constantFrom<EventType>(null, 'ADDED', 'MODIFIED', 'DELETED'), { minLength: 1 });
    fc.assert(
      fc.property(types, fc.integer({ min: 1, max: 5 }), (given, limit) => {
        const { queue, merged } = fill(given, limit);
        const marks = (type: EventType) => type === 'ADDED' || type === 'DELETED';
        expect(queue.filter(({ type }) => marks(type))).toHaveLength(given.filter(marks).length);
        expect(queue.length + merged).toBe(given.length);
        const versions = queue.map(({ object }) => Number(object.resourceVersion));
        expect(versions).toEqual([...versions].sort((a, b) => a - b));
        expect(versions.at(-1)).toBe(given.length - 1);
      }),
    );
  });
});
