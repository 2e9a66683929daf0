import type { KubernetesEvent } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { admitEvent, isForgettable, type ObjectEvents } from './event-correlation.js';

const event = (message: string, reason = 'Reason', type = 'Normal'): KubernetesEvent => ({
  about: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', namespace: 'default', uid: 'uid-a' },
  type,
  reason,
  message,
  reporter: { component: 'op', instance: 'dev', namePrefix: 'e-' },
  retryDelaysMs: [],
});

/** What is said at these moments, in minutes, and what becomes of it. */
function say(...said: readonly (readonly [minutes: number, event: KubernetesEvent])[]) {
  let memory: ObjectEvents | undefined;
  const messages = said.map(([minutes, one]) => {
    const { admission, after } = admitEvent(memory, one, minutes * 60_000);
    memory = after;
    return admission.kind === 'admitted' ? admission.event.message : admission.kind;
  });
  return { messages, memory };
}

describe('admitEvent', () => {
  it('[M12] lets an object say 25 things at once, then one every five minutes', () => {
    const burst = Array.from({ length: 30 }, () => [0, event('same')] as const);
    const { messages } = say(
      ...burst,
      [4.9, event('same')],
      [5, event('same')],
      [5, event('same')],
      [14.9, event('same')],
      [15, event('same')],
    );
    expect(messages.slice(0, 30).filter((said) => said === 'same')).toHaveLength(25);
    expect(messages.slice(30)).toEqual(['too-many', 'same', 'too-many', 'same', 'same']);
  });

  it('never saves up more than 25', () => {
    const { messages } = say([0, event('first')], ...Array.from({ length: 30 }, () => [10_000, event('same')] as const));
    expect(messages.filter((said) => said === 'same')).toHaveLength(25);
  });

  it('[M12] makes one of more than ten messages of one type and reason within ten minutes', () => {
    const { messages } = say(
      ...Array.from({ length: 12 }, (_, n) => [0, event(`m${String(n)}`)] as const),
      [0, event('m0')],
      [0, event('other', 'Other')],
      [0, event('warning', 'Reason', 'Warning')],
      [10, event('m12')],
    );
    expect(messages.slice(9)).toEqual([
      'm9',
      '(combined from similar events): m10',
      '(combined from similar events): m11',
      'm0',
      'other',
      'warning',
      'm12',
    ]);
  });

  it('gives repetitions one key, and combined ones another', () => {
    const keyOf = (memory: ObjectEvents | undefined, one: KubernetesEvent) => {
      const { admission } = admitEvent(memory, one, 0);
      return admission.kind === 'admitted' ? admission.key : undefined;
    };
    const { memory } = say(...Array.from({ length: 10 }, (_, n) => [0, event(`m${String(n)}`)] as const));
    expect(keyOf(undefined, event('a'))).toBe(keyOf(memory, event('a', 'Other'))?.replace('Other', 'Reason'));
    expect(keyOf(memory, event('x'))).toBe(keyOf(memory, event('y')));
    expect(keyOf(undefined, event('x'))).not.toBe(keyOf(undefined, event('y')));
  });

  it('is forgotten when it would decide as if nothing had been said', () => {
    const { memory } = say([0, event('a')], [0, event('b')]);
    expect([5, 9.9, 10].map((minutes) => memory && isForgettable(memory, minutes * 60_000))).toEqual([false, false, true]);
  });
});
