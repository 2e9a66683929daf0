import { describe, expect, it } from 'vitest';
import { fairness } from './fairness.js';
import { body, found, historyBuilder, model, type HistoryBuilder } from './history-builder.js';

const judged = model([], { workers: 1 });

/** Each object's handler takes a second; one after another. */
function serve(h: HistoryBuilder, uids: readonly string[]): void {
  for (const uid of uids) {
    const invocation = h.start('fn', body(2, { uid }));
    h.wait(1000);
    h.end(invocation);
  }
}

describe('an object that waits for its turn', () => {
  it('[L6] may wait for all that wait with it, also for those that come later', () => {
    const h = historyBuilder();
    for (const uid of ['a', 'b', 'c']) h.deliver(body(1, { uid }));
    serve(h, ['c', 'b']);
    h.deliver(body(1, { uid: 'new' }));
    serve(h, ['new', 'a']);
    expect(found(fairness, h, judged)).toEqual([]);
  });

  it('[L6] must not wait for one that is handled again and again', () => {
    const h = historyBuilder();
    h.deliver(body(1, { uid: 'quiet' }));
    for (let turn = 0; turn < 5; turn += 1) {
      h.deliver(body(1, { uid: 'hot' }));
      serve(h, ['hot']);
    }
    serve(h, ['quiet']);
    expect(found(fairness, h, judged)).toEqual([
      "16: name-of-quiet (quiet) waits 5000 ms for 'fn' with 1 others, 1 workers and 1000 ms for each: at most 3000 ms",
    ]);
  });

  it('[L6] may let others go first as often as the model says', () => {
    const h = historyBuilder();
    h.deliver(body(1, { uid: 'a' }));
    for (let turn = 0; turn < 7; turn += 1) {
      h.deliver(body(1, { uid: 'hot' }));
      serve(h, ['hot']);
    }
    serve(h, ['a']);
    expect(found(fairness, h, model([], { workers: 1, turnsEach: 3 }))).toEqual([]);
    expect(found(fairness, h, model([], { workers: 1, turnsEach: 2 }))).toHaveLength(1);
  });

  it('[L6] must not wait for nothing', () => {
    const h = historyBuilder();
    h.deliver(body(1, { uid: 'a' }));
    h.wait(2001);
    serve(h, ['a']);
    expect(found(fairness, h, judged)).toHaveLength(1);
    expect(found(fairness, h)).toEqual([]);
  });

  it('is not asked across lives, of retries, and of what is gone', () => {
    const h = historyBuilder();
    h.deliver(body(1, { uid: 'a' }));
    h.wait(9000);
    h.life('started');
    serve(h, ['a']);
    h.deliver(body(1, { uid: 'b' }));
    h.wait(9000);
    h.run('fn', body(1, { uid: 'b' }), { retry: 1 });
    expect(found(fairness, h, judged)).toEqual([]);
  });
});
