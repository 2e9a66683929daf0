import type { Fact, ObjectRef } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createLogSink } from './log-sink.js';

const object = (uid: string) => ({ resource: { plural: 'x' }, namespace: 'default', name: uid, uid }) as unknown as ObjectRef;
const failed = (uid: string, message = 'forbidden'): Fact => ({
  kind: 'object-failed',
  at: 0,
  object: object(uid),
  error: { code: 'KOPF_FORBIDDEN', message, remedy: undefined, error: undefined },
  retryInMs: 1000,
});
const committed = (uid: string): Fact => ({ kind: 'write-ended', at: 0, object: object(uid), endpoint: 'main', outcome: 'committed' });

function linesOf(facts: readonly Fact[]): string[] {
  const lines: string[] = [];
  const sink = createLogSink((text) => lines.push(text.trim()), { level: 'info', format: 'plain', showChanges: false } as Parameters<
    typeof createLogSink
  >[1]);
  for (const fact of facts) sink.accept(fact);
  return lines;
}

describe('a failure that repeats itself', () => {
  it('is said once per object, until something else happens to it', () => {
    expect(linesOf([failed('a'), failed('a'), failed('b'), failed('a')])).toHaveLength(2);
    expect(linesOf([failed('a'), failed('a', 'another'), failed('a', 'another')])).toHaveLength(2);
    expect(linesOf([failed('a'), committed('a'), failed('a')])).toHaveLength(2);
  });
});
