import { describe, expect, it } from 'vitest';
import { openPart } from './open-part.js';

describe('what is open after a write of which nobody knows whether it was done', () => {
  const basis = { status: { phase: 'old', list: [1] }, other: 'x' };
  it.each([
    { when: 'nothing has changed', newest: basis, open: { status: { phase: 'ours', at: { a: 1 } } } },
    { when: 'it was done', newest: { status: { phase: 'ours', at: { a: 1 } } }, open: {} },
    { when: 'somebody else changed a field after it', newest: { status: { phase: 'theirs', at: { a: 1 } } }, open: {} },
    {
      when: 'somebody else changed one of its fields',
      newest: { status: { phase: 'theirs' } },
      open: { status: { at: { a: 1 } } },
    },
    { when: 'somebody took a field away after it', newest: { status: {} }, open: { status: { at: { a: 1 } } } },
    { when: 'somebody put a text in the place of the mapping', newest: { status: 'theirs' }, open: {} },
    { when: 'a part of a mapping is there', newest: { status: { phase: 'old', at: { a: 2 } } }, open: { status: { phase: 'ours' } } },
  ])('is what is as it was: $when', ({ newest, open }) => {
    expect(openPart({ status: { phase: 'ours', at: { a: 1 } } }, { basis, newest })).toEqual(open);
  });

  it('knows deletions, and what was empty', () => {
    expect(openPart({ other: null, none: null }, { basis, newest: basis })).toEqual({ other: null, none: null });
    expect(openPart({ other: null }, { basis, newest: { other: 'y' } })).toEqual({});
    expect(openPart({ other: null, made: {} }, { basis, newest: { made: {} } })).toEqual({});
  });
});
