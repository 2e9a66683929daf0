import { describe, expect, it } from 'vitest';
import { finalizerFirst } from './finalizer-first.js';
import { body, FINALIZER, found, historyBuilder, model } from './history-builder.js';
import type { ModelHandler } from './invariant.js';

const drop: ModelHandler = { id: 'drop', reasons: ['delete'] };

describe('our finalizer and the first side effect', () => {
  it('[S6] lets event handlers and timers run before it, and changes after it', () => {
    const h = historyBuilder();
    h.run('ev', body(1), { reason: 'event' });
    h.run('tick', body(1), { reason: 'timer' });
    h.run('fn', body(2, { finalizers: ['other', FINALIZER] }));
    expect(found(finalizerFirst, h, model([drop]))).toEqual([]);
  });

  it('[S6] needs none where no delete handler matches or blocks, or where a handler of the same pass made it match', () => {
    const h = historyBuilder();
    h.run('fn', body(1));
    h.run('fn2', body(1, { labels: { now: 'yes' } }));
    expect(found(finalizerFirst, h, model([{ ...drop, blocksDeletion: false }]))).toEqual([]);
    expect(found(finalizerFirst, h, model([{ ...drop, matches: ({ body: { metadata } }) => metadata.labels !== undefined }]))).toEqual([]);
  });

  it.each(['create', 'update', 'resume'] as const)('[S6] finds a handler (%s) that runs without it', (reason) => {
    const h = historyBuilder();
    h.run('fn', body(1, { finalizers: ['other'] }), { reason });
    expect(found(finalizerFirst, h, model([drop]))).toEqual([expect.stringMatching(`^0: ${reason} handler 'fn' .*'drop' needs it`)]);
  });
});
