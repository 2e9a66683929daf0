import { describe, expect, it } from 'vitest';
import { bounds } from './bounds.js';
import { found, historyBuilder, model, OP2 } from './history-builder.js';

const tight = model([], { bounds: { longestQueue: 2, requestsInFlight: 1, streams: 1 } });

describe('what an operator may hold at once', () => {
  it('[S19] counts calls per instance, until they return or their instance ends', () => {
    const h = historyBuilder();
    h.lose(h.call('u1'));
    h.call('u1');
    h.call('u1', { instance: OP2 });
    h.life('killed');
    h.call('u1');
    h.holding({ longestQueue: 2, requestsInFlight: 1, streams: 1 });
    expect(found(bounds, h, tight)).toEqual([]);
  });

  it('[S19] allows 128 events, 200 requests and 50 streams by default', () => {
    const h = historyBuilder();
    h.holding({ longestQueue: 128, requestsInFlight: 200, streams: 50 });
    h.holding({ longestQueue: 129, requestsInFlight: 201, streams: 51 });
    expect(found(bounds, h)).toEqual([
      '1: operator#1 has 129 events in one queue, more than 128',
      '1: operator#1 has 201 requests in flight, more than 200',
      '1: operator#1 has 51 open streams, more than 50',
    ]);
  });

  it('[S19] finds calls beyond the bound also between two looks', () => {
    const h = historyBuilder();
    const first = h.call('u1');
    const second = h.call('u2');
    h.answer(first);
    h.answer(second);
    h.holding();
    expect(found(bounds, h, tight)).toEqual(['1: operator#1 has 2 requests in flight, more than 1']);
  });
});
