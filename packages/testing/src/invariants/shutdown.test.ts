import { describe, expect, it } from 'vitest';
import { found, historyBuilder, model } from './history-builder.js';
import { shutdown } from './shutdown.js';

describe('an operator that is asked to end', () => {
  it('[L7] has its grace and a second', () => {
    const h = historyBuilder();
    h.life('started');
    h.wait(60_000);
    h.life('stopping');
    h.wait(3000);
    h.life('stopped');
    expect(found(shutdown, h)).toEqual([]);
    expect(found(shutdown, h, model([], { graceMs: 1000 }))).toEqual([
      '2: operator#1 ended 3000 ms after it was asked to end, of 1000 ms and a second',
    ]);
  });

  it('[L7] must not be running still when its time is over', () => {
    const h = historyBuilder();
    h.life('stopping');
    h.wait(3001);
    h.phase('quiet');
    expect(found(shutdown, h)).toEqual(['1: operator#1 has not ended 3001 ms after it was asked to end, of 2000 ms and a second']);
  });

  it('[L7] is not asked when it died, stood still, or when the history ends before', () => {
    const h = historyBuilder();
    h.life('stopping');
    h.life('paused');
    h.wait(9000);
    h.life('stopped');
    h.life('stopping', 'operator#2');
    h.wait(2999);
    h.phase('quiet');
    expect(found(shutdown, h)).toEqual([]);
  });
});
