import type { Fact, HandlerId } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { checkNoErrors } from './no-errors.js';

const logged = (level: 'info' | 'error'): Fact =>
  ({ kind: 'logged', level, message: 'x', fields: {}, object: undefined }) as unknown as Fact;

describe('a run in which nothing goes wrong', () => {
  it('may say what it does', () => {
    const facts = [
      { kind: 'operator-stopped' },
      { kind: 'handler-ended', result: 'retry', handler: 'a' as HandlerId },
      { kind: 'watch-health', state: 'retrying' },
      { kind: 'plugin', data: { level: 'warn' } },
    ] as unknown as readonly Fact[];
    expect(checkNoErrors([...facts, logged('info')])).toEqual([]);
  });

  it.each([
    { kind: 'handler-ended', result: 'failed' },
    { kind: 'activity-handler-ended', result: 'failed' },
    { kind: 'watch-health', state: 'denied' },
    { kind: 'kind-refused' },
    { kind: 'object-failed' },
    { kind: 'result-dropped' },
    { kind: 'plugin', data: { level: 'error' } },
  ])('must not say that something did: %o', (fact) => {
    expect(checkNoErrors([fact as unknown as Fact, logged('error')]).map(({ message }) => message)).toEqual([
      `nothing went wrong, and '${fact.kind}' says that something did`,
      "nothing went wrong, and 'logged' says that something did",
    ]);
  });
});
