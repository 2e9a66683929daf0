import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Essence } from '../model/object.js';
import { detectCause, type SeenState } from './detect-cause.js';

const handled: Essence = { spec: { size: 1 } };
const changed: Essence = { spec: { size: 2 } };

function seen(state: Partial<SeenState> = {}): SeenState {
  return { gone: false, deleting: false, finalizerPresent: false, stored: handled, fresh: handled, initial: false, ...state };
}

describe('detectCause', () => {
  it.each<[title: string, row: { state: Partial<SeenState>; reason: string; initial?: boolean }]>([
    ['[C-20] is gone when the object is gone', { state: { gone: true }, reason: 'gone' }],
    [
      '[C-20] is gone when it is gone, although it looks blocked',
      { state: { gone: true, deleting: true, finalizerPresent: true }, reason: 'gone' },
    ],
    ['[C-21] is free when it is deleted and ours does not block', { state: { deleting: true }, reason: 'free' }],
    ['[C-21] is free when it is deleted before it was handled', { state: { deleting: true, stored: undefined }, reason: 'free' }],
    ['[C-22] is delete when it is deleted and ours blocks', { state: { deleting: true, finalizerPresent: true }, reason: 'delete' }],
    [
      '[C-22] is delete when it is deleted unhandled',
      { state: { deleting: true, finalizerPresent: true, stored: undefined }, reason: 'delete' },
    ],
    [
      '[C-22] is delete when it is deleted at the start',
      { state: { deleting: true, finalizerPresent: true, initial: true }, reason: 'delete', initial: true },
    ],
    ['[C-23] is create when nothing is stored', { state: { stored: undefined }, reason: 'create' }],
    [
      '[C-23] is create when nothing is stored at the start',
      { state: { stored: undefined, initial: true }, reason: 'create', initial: false },
    ],
    ['[C-24] is resume when nothing changed at the start', { state: { initial: true }, reason: 'resume', initial: true }],
    ['[C-25] is noop when nothing changed', { state: {}, reason: 'noop' }],
    ['[C-25] is noop when a null came', { state: { fresh: { spec: { size: 1, x: null } } }, reason: 'noop' }],
    ['[C-26] is update when something changed', { state: { fresh: changed }, reason: 'update' }],
    ['[C-26] is update when something changed at the start', { state: { fresh: changed, initial: true }, reason: 'update', initial: true }],
  ])('%s', (_, { state, reason, initial }) => {
    const cause = detectCause(seen(state));
    expect(cause.reason).toBe(reason);
    if (initial !== undefined) expect(cause.initial).toBe(initial);
  });

  it('[K-10] [K-12] gives creation one addition at the root', () => {
    const cause = detectCause(seen({ stored: undefined, fresh: changed }));
    expect(cause).toMatchObject({ old: undefined, new: changed, diff: [{ op: 'add', field: [], old: undefined, new: changed }] });
  });

  it('[K-10] gives updates both sides, deletion usually no difference', () => {
    expect(detectCause(seen({ fresh: changed }))).toMatchObject({
      old: handled,
      new: changed,
      diff: [{ op: 'change', field: ['spec', 'size'] }],
    });
    expect(detectCause(seen({ deleting: true, finalizerPresent: true }))).toMatchObject({ old: handled, new: handled, diff: [] });
  });

  it('[C-20] [C-26] always has an answer, the same for the same state', () => {
    const state = fc.record({
      gone: fc.boolean(),
      deleting: fc.boolean(),
      finalizerPresent: fc.boolean(),
      stored: fc.constantFrom(undefined, handled, changed),
      fresh: fc.constantFrom(handled, changed),
      initial: fc.boolean(),
    });
    fc.assert(
      fc.property(state, (given) => {
        const cause = detectCause(given);
        expect(['create', 'update', 'delete', 'resume', 'noop', 'free', 'gone']).toContain(cause.reason);
        expect(detectCause(given)).toEqual(cause);
        if (cause.reason === 'noop' || cause.reason === 'resume') expect(cause.diff).toEqual([]);
        if (cause.reason === 'update') expect(cause.diff).not.toEqual([]);
      }),
    );
  });
});
