import { describe, expect, it } from 'vitest';
import { cacheEqualsServer } from './cache-equals-server.js';
import { body, found, historyBuilder, USER } from './history-builder.js';

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
});
