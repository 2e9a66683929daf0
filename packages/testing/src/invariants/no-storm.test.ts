import { describe, expect, it } from 'vitest';
import { found, historyBuilder, model, OP2 } from './history-builder.js';
import { noStorm } from './no-storm.js';

const judged = model([], { undisturbed: { peakRequests: 2, counts: {} } });
const times = (count: number, act: () => void): void => {
  for (let nth = 0; nth < count; nth += 1) act();
};

describe('requests of an operator', () => {
  it('[L9] may be ten times as many as usual, of each instance, in each ten seconds', () => {
    const h = historyBuilder();
    times(20, () => h.answer(h.call('u1')));
    times(20, () => h.answer(h.call('u1', { instance: OP2 })));
    h.wait(10_000);
    times(20, () => h.answer(h.call('u1')));
    expect(found(noStorm, h, judged)).toEqual([]);
  });

  it('[L9] must not be more', () => {
    const h = historyBuilder();
    times(20, () => h.answer(h.call('u1')));
    h.wait(9999);
    h.answer(h.call('u1'));
    expect(found(noStorm, h, judged)).toEqual(['40: operator#1 sends 21 requests within ten seconds, more than ten times the usual 2']);
    expect(found(noStorm, h)).toEqual([]);
  });

  it('[L9] may fail thirty times a minute at one place, and as often at another one', () => {
    const h = historyBuilder();
    times(30, () => h.lose(h.call('u1', { path: '/a?x=1' })));
    times(30, () => h.lose(h.call('u1', { path: '/b' })));
    h.wait(60_000);
    times(30, () => h.lose(h.call('u1', { path: '/a?x=2' })));
    expect(found(noStorm, h)).toEqual([]);
  });

  it('[L9] may ask once a second whether the server is ready, not more often', () => {
    const h = historyBuilder();
    const ask = (everyMs: number): void => {
      h.lose(h.call('u1', { method: 'GET', path: '/readyz' }));
      h.wait(everyMs);
    };
    times(120, () => ask(1000));
    expect(found(noStorm, h)).toEqual([]);
    times(120, () => ask(900));
    expect(found(noStorm, h)).toEqual([expect.stringContaining('fails more than 61 times within a minute at GET /readyz')]);
  });

  it('[L9] must not fail again and again without a pause; it is told once', () => {
    const h = historyBuilder();
    times(40, () => {
      h.lose(h.call('u1', { path: '/a?x=1' }));
      h.wait(1000);
    });
    expect(found(noStorm, h)).toEqual(['61: operator#1 fails more than 30 times within a minute at PATCH /a']);
  });
});
