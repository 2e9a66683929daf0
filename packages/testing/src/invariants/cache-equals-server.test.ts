import type { ObjectBody } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { cacheEqualsServer } from './cache-equals-server.js';
import { body, found, historyBuilder, model, USER } from './history-builder.js';

describe('what an operator holds at rest', () => {
  it('[S16] is what exists of its collection at that moment', () => {
    const h = historyBuilder();
    h.holding();
    h.commit(body(1), { actor: USER });
    h.commit(body(2, { uid: 'pod' }), { actor: USER, collection: 'pods' });
    h.holding({ objects: ['u1'], timers: ['u1', 'u1'] });
    h.gone('u1', 3, { actor: USER });
    h.commit(body(4, { uid: 'u2' }), { actor: USER });
    h.holding({ objects: ['u2'] });
    expect(found(cacheEqualsServer, h)).toEqual([]);
  });

  it('[S16] must not lack an object, keep one that is gone, or run its timer', () => {
    const h = historyBuilder();
    h.commit(body(1), { actor: USER });
    h.commit(body(2, { uid: 'young' }), { actor: USER });
    h.gone('u1', 3, { actor: USER });
    h.holding({ objects: ['u1'], timers: ['u1'] });
    expect(found(cacheEqualsServer, h)).toEqual([
      expect.stringMatching('^3: .* does not know uid young'),
      expect.stringMatching('^3: .* still holds uid u1'),
      expect.stringMatching('^3: .* runs a timer or daemon of uid u1'),
    ]);
  });

  it('[S16] need not be what the server leaves out, and must not be what left that', () => {
    const h = historyBuilder();
    const mayLack = (_: string, { metadata }: ObjectBody): boolean => metadata.labels?.['team'] !== 'a';
    h.commit(body(1, { uid: 'other' }), { actor: USER });
    h.commit(body(2, { labels: { team: 'a' } }), { actor: USER });
    h.holding({ objects: ['u1'] });
    h.commit(body(3), { actor: USER });
    h.holding({ objects: ['u1'] });
    expect(found(cacheEqualsServer, h, { ...model(), mayLack })).toEqual([expect.stringMatching('^4: .* still holds uid u1')]);
  });
});
