import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, USER } from './history-builder.js';
import { quiescence } from './quiescence.js';

describe('an operator at rest', () => {
  it('[L2] may keep its watches, and do anything before and after', () => {
    const h = historyBuilder();
    h.commit(body(1), { call: h.call('u1') });
    h.phase('converged');
    h.call(undefined, { method: 'GET', path: '/apis/kopf.dev/v1/kopfexamples?allowWatchBookmarks=true&watch=true&resourceVersion=1' });
    h.commit(body(2), { actor: USER });
    h.add({ kind: 'reject', call: 0, code: 409 });
    h.phase('quiet');
    h.commit(body(3), { call: h.call('u1') });
    expect(found(quiescence, h)).toEqual([]);
  });

  it('[L2] must not write, and must not read', () => {
    const h = historyBuilder();
    h.phase('converged');
    h.commit(body(1), { call: h.call('u1', { path: '/x?watch=true' }) });
    h.call(undefined, { method: 'GET', path: '/apis/kopf.dev/v1/kopfexamples?allowWatchBookmarks=true&limit=500&watch=false' });
    h.phase('quiet');
    expect(found(quiescence, h)).toEqual([
      '1: operator#1 sends PATCH /x?watch=true at rest',
      '2: operator#1 changes kopf.dev/kopfexamples default/name-of-u1 (u1) at rest',
      expect.stringMatching('^3: operator#1 sends GET .*limit=500'),
    ]);
  });
});
