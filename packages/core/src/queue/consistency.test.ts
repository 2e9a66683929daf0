import { describe, expect, it } from 'vitest';
import { isConsistent } from './consistency.js';

describe('isConsistent', () => {
  it.each([
    { when: 'nothing is expected', seen: '5', expected: undefined, now: 0, answer: true },
    { when: 'the expected version was seen', seen: '7', expected: '7', now: 0, answer: true },
    { when: 'a later version was seen', seen: '10', expected: '9', now: 0, answer: true },
    { when: 'only an earlier version was seen', seen: '9', expected: '10', now: 0, answer: false },
    { when: 'versions cannot be ordered and differ', seen: 'b', expected: 'a', now: 0, answer: false },
    { when: 'versions cannot be ordered but are equal', seen: 'a', expected: 'a', now: 0, answer: true },
    { when: 'the deadline has passed', seen: '9', expected: '10', now: 5000, answer: true },
    { when: 'the deadline is near', seen: '9', expected: '10', now: 4999, answer: false },
  ])('[Q-11] [Q-12] is $answer when $when', ({ seen, expected, now, answer }) => {
    const expectation = expected === undefined ? undefined : { version: expected, deadlineMs: 5000 };
    expect(isConsistent(seen, expectation, now)).toBe(answer);
  });
});
