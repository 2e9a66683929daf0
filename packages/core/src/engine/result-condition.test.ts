import { describe, expect, it } from 'vitest';
import { refusedCondition } from './result-condition.js';

describe('the condition of refused results', () => {
  it.each(['m', '😀', 'm😀'])('[L-9] has a message of 32,768 characters at most, all of them whole, of "%s"', (unit) => {
    // Wherever the end falls.
    for (const handler of ['h', 'hh', 'hhh']) {
      const body = { status: {} as { conditions?: { message: string }[] } };
      refusedCondition({ handlers: [handler], message: unit.repeat(40_000), now: 0 })(body);
      const [{ message } = { message: '' }] = body.status.conditions ?? [];
      expect(message.length).toBeLessThanOrEqual(32_768);
      expect(message.length).toBeGreaterThan(32_766);
      expect(message).toBe(new TextDecoder().decode(new TextEncoder().encode(message)));
    }
  });

  it('[L-9] is put beside a thousand others, and changed in its place', () => {
    const others = Array.from({ length: 1000 }, (_, i) => ({ type: `T${String(i)}`, status: 'True', message: 'm'.repeat(32_768) }));
    const body = { status: { conditions: others as { type: string }[] } };
    for (const now of [0, 1000]) refusedCondition({ handlers: ['h'], message: 'no', now })(body);
    expect(body.status.conditions).toHaveLength(1001);
    expect(body.status.conditions.slice(0, 1000)).toEqual(others);
  });
});
