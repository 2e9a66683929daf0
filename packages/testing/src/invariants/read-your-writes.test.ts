import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, OP2 } from './history-builder.js';
import { readYourWrites } from './read-your-writes.js';

describe('own writes', () => {
  it('[S15] are seen by the next pass, while the pass that they belong to goes on with its version', () => {
    const h = historyBuilder();
    h.run('a', body(1));
    h.answer(h.call('u1'), body(2));
    h.run('b', body(1));
    h.run('a', body(2), { reason: 'update' });
    expect(found(readYourWrites, h)).toEqual([]);
  });

  it('[S15] need not be seen when the answer was lost, by other instances, by event handlers, or when it was a read', () => {
    const h = historyBuilder();
    h.lose(h.call('u1'));
    h.answer(h.call(undefined, { method: 'GET' }), body(9));
    h.answer(h.call('u1', { instance: OP2 }), body(9), OP2);
    h.run('a', body(1));
    h.answer(h.call('u1'), body(2));
    h.run('ev', body(1), { reason: 'event' });
    expect(found(readYourWrites, h)).toEqual([]);
  });

  it('[S15] must not be missing in the next pass', () => {
    const h = historyBuilder();
    h.run('a', body(9));
    h.answer(h.call('u1'), body(10));
    h.run('a', body(9), { retry: 1 });
    expect(found(readYourWrites, h)).toEqual([expect.stringMatching('^4: .* sees version 9, older than the 10 that operator#1 wrote')]);
  });
});
