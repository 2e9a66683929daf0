import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInFlightGate } from './in-flight-gate.js';
import { advanceLimit, startLimit, type InFlightLimit } from './in-flight-limit.js';

const rounds = (state: InFlightLimit, count: number): InFlightLimit => {
  let next = state;
  for (let i = 0; i < count; i += 1) next = advanceLimit(next, 'in-time', next.round);
  return next;
};

describe('the limit of requests on their way', () => {
  it('is halved by an overload, once for all requests that were on their way, and never below one', () => {
    const first = advanceLimit(startLimit(50), 'overloaded', 0);
    expect([first.limit, advanceLimit(first, 'overloaded', 0).limit]).toEqual([25, 25]);
    let state = first;
    for (let i = 0; i < 20; i += 1) state = advanceLimit(state, 'overloaded', state.round);
    expect(state.limit).toBe(1);
  });

  it('grows by about one per round of answers in time, up to the most', () => {
    const half = advanceLimit(startLimit(50), 'overloaded', 0);
    expect(Math.floor(rounds(half, 26).limit)).toBe(26);
    expect(rounds(half, 10_000).limit).toBe(50);
  });

  it('stays between one and the most, whatever happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.constantFrom('in-time' as const, 'overloaded' as const)), (most, signs) => {
        let state = startLimit(most);
        for (const sign of signs) {
          state = advanceLimit(state, sign, state.round);
          expect(state.limit).toBeGreaterThanOrEqual(1);
          expect(state.limit).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});

describe('the gate of a lane', () => {
  it('lets in as many as the limit, then in the order in which they came', () => {
    const gate = createInFlightGate(2);
    const [first, second] = [gate.tryEnter(), gate.tryEnter()];
    const entered: string[] = [];
    gate.queue(() => void entered.push('a'));
    const leave = gate.queue(() => void entered.push('b'));
    gate.queue(() => void entered.push('c'));
    expect([gate.tryEnter(), entered]).toEqual([undefined, []]);
    leave();
    first?.('in-time');
    second?.(undefined);
    expect(entered).toEqual(['a', 'c']);
  });

  it('lets in nobody until fewer are inside than the halved limit', () => {
    const gate = createInFlightGate(4);
    const inside = Array.from({ length: 4 }, () => gate.tryEnter());
    let entered = 0;
    gate.queue(() => (entered += 1));
    const seen = inside.map((leave, index) => {
      leave?.(index === 0 ? 'overloaded' : 'in-time');
      return entered;
    });
    expect(seen).toEqual([0, 0, 1, 1]);
  });
});
