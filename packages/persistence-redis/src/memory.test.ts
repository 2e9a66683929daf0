import { describe, expect, it } from 'vitest';
import { EMPTY, essenceText } from './entry.js';
import { isAsHandled, learn } from './memory.js';
import { nextVersion } from './version.js';

const essence = { spec: { size: 1 } };
const text = essenceText(essence);

describe('what is remembered of an entry', () => {
  it.each([
    { of: 'what an operator has written', essenceVersion: nextVersion(3, 'writer', text) },
    { of: 'what was moved there, which has no count', essenceVersion: '0' },
    { of: 'what has a version that nobody of ours makes', essenceVersion: '7' },
  ])('tells whether the object is as it was handled: $of', ({ essenceVersion }) => {
    const known = learn(undefined, { ...EMPTY, essenceVersion, essence: text }, 'things|default');
    expect(isAsHandled(known, essence)).toBe(true);
    expect(isAsHandled(known, { spec: { size: 2 } })).toBe(false);
  });

  it('is that there is no essence, whatever its version says', () => {
    expect(learn(undefined, { ...EMPTY, essenceVersion: nextVersion(3, 'writer', '') }, 'things|default').essenceHash).toBeUndefined();
  });
});
