import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, OP, OP2 } from './history-builder.js';
import { noOverlap } from './no-overlap.js';

const seen = body(1);

describe('invocations that must not overlap', () => {
  it('[S1] is content with handlers one after another, other objects beside them, and event handlers beside changes', () => {
    const h = historyBuilder();
    const other = h.start('fn', body(2, { uid: 'u2' }));
    const event = h.start('ev', seen, { reason: 'event' });
    h.run('fn', seen);
    h.run('fn2', seen);
    h.run('tick', seen, { reason: 'timer' });
    h.run('tock', seen, { reason: 'timer' });
    h.end(event);
    h.end(other);
    expect(found(noOverlap, h)).toEqual([]);
  });

  it('[S1] ends the invocations of an instance with its death, even when the function goes on', () => {
    const h = historyBuilder();
    h.life('started');
    const first = h.start('fn', seen);
    h.life('killed');
    h.life('started', OP2);
    const second = h.start('fn', seen, { instance: OP2 });
    h.end(first);
    h.end(second);
    expect(found(noOverlap, h)).toEqual([]);
  });

  it('[S1] says nothing of an invocation without an end in an instance of which no life is known', () => {
    const h = historyBuilder();
    h.start('fn', seen);
    h.run('fn', seen, { instance: OP2 });
    expect(found(noOverlap, h)).toEqual([]);
  });

  it.each([
    { what: 'two change handlers', one: { handler: 'a', reason: 'create' }, two: { handler: 'b', reason: 'update' } },
    { what: 'two event handlers', one: { handler: 'a', reason: 'event' }, two: { handler: 'b', reason: 'event' } },
    { what: 'a timer and itself', one: { handler: 'a', reason: 'timer' }, two: { handler: 'a', reason: 'timer' } },
  ] as const)('[S1] finds $what at the same time', ({ one, two }) => {
    const h = historyBuilder();
    const first = h.start(one.handler, seen, { reason: one.reason });
    h.run(two.handler, seen, { reason: two.reason });
    h.end(first);
    expect(found(noOverlap, h)).toEqual([expect.stringMatching(new RegExp(`^1: .*'${two.handler}'.*'${one.handler}'.*started at 0`))]);
  });

  it('[S1] lets sub-handlers run while their ancestors do, but not beside each other, nor beside those of another instance', () => {
    const h = historyBuilder();
    const parent = h.start('a', seen);
    const child = h.start('a/b', seen);
    h.run('a/b/c', seen);
    h.end(child);
    h.run('a/d', seen);
    h.end(parent);
    expect(found(noOverlap, h)).toEqual([]);

    const wrong = historyBuilder();
    wrong.life('started');
    wrong.start('a', seen);
    wrong.start('a/b', seen);
    wrong.start('a/bc', seen);
    wrong.run('a/e', seen, { instance: OP2 });
    expect(found(noOverlap, wrong)).toEqual([expect.stringMatching("^3: .*'a/bc'.*'a/b' "), expect.stringMatching("^4: .*'a/e'.*'a' ")]);
  });

  it('[S1] finds an overlap across instances: a pause ends nothing', () => {
    const h = historyBuilder();
    h.life('started');
    h.start('fn', seen);
    h.life('paused');
    h.run('fn', seen, { instance: OP2 });
    expect(found(noOverlap, h)).toEqual([expect.stringMatching(`^3: .* starts in ${OP2} while 'fn' .* in ${OP}\\)`)]);
  });

  it('[S1] remembers the invocation that lasts longest, not the one that started last', () => {
    const h = historyBuilder();
    const long = h.start('long', seen);
    h.run('short', seen);
    h.run('late', seen);
    h.end(long);
    expect(found(noOverlap, h)).toEqual([expect.stringMatching("^1: .*'short'"), expect.stringMatching("^3: .*'late'.*'long'")]);
  });
});
