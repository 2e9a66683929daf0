import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, OP2 } from './history-builder.js';
import { noTimeTravel } from './no-time-travel.js';

describe('what handlers see over time', () => {
  it('[S2] lets later handlers of a pass keep its version, other classes lag behind, and another instance begin anew', () => {
    const h = historyBuilder();
    h.deliver(body(9));
    h.run('a', body(9));
    h.deliver(body(10));
    h.run('b', body(9));
    h.run('ev', body(9), { reason: 'event' });
    h.run('a', body(10), { reason: 'update' });
    h.run('a', body(9), { instance: OP2 });
    h.run('a', body(5, { uid: 'u2' }));
    expect(found(noTimeTravel, h)).toEqual([]);
  });

  it('[S2] compares versions as numbers of any length', () => {
    const h = historyBuilder();
    h.run('a', body(99));
    h.run('a', body(100));
    expect(found(noTimeTravel, h)).toEqual([]);
  });

  it.each(['create', 'event', 'timer'] as const)('[S2] finds a start (%s) that sees less than the one before it', (reason) => {
    const h = historyBuilder();
    h.run('a', body(100), { reason });
    h.run('a', body(99), { reason });
    expect(found(noTimeTravel, h)).toEqual([expect.stringMatching('^2: .* sees version 99, though an earlier one saw 100')]);
  });

  it('[S2] finds a pass that begins with less than was delivered', () => {
    const h = historyBuilder();
    h.deliver(body(10));
    h.run('a', body(9));
    expect(found(noTimeTravel, h)).toEqual([expect.stringMatching('^1: .* sees version 9, though the instance knew 10')]);
  });

  it('[S2] finds a pass that begins with less than an answer said', () => {
    const h = historyBuilder();
    h.answer(h.call(undefined, { method: 'GET' }), body(10));
    h.run('a', body(9));
    expect(found(noTimeTravel, h)).toEqual([expect.stringMatching('^2: .* though the instance knew 10')]);
  });

  it('[S2] takes a handler that runs again with its version for another pass', () => {
    const h = historyBuilder();
    h.run('a', body(9), { result: 'retry' });
    h.deliver(body(10));
    h.run('a', body(9), { retry: 1 });
    expect(found(noTimeTravel, h)).toEqual([expect.stringMatching('^3: .* though the instance knew 10')]);
  });
});
