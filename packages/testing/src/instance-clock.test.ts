import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createInstanceClock } from './instance-clock.js';
import { createLife } from './life.js';
import { createScheduler } from './scheduler.js';

describe('A sleep', () => {
  it('leaves nothing at its signal when it ends, is aborted, or its sleeper dies', async () => {
    const scheduler = createScheduler();
    const life = createLife();
    const clock = createInstanceClock(scheduler, life);
    const [ends, aborted, dies] = [new AbortController(), new AbortController(), new AbortController()];
    const outcomes: string[] = [];
    const note = (sleep: Promise<void>, name: string): unknown =>
      sleep.then(
        () => outcomes.push(name),
        () => outcomes.push(`no ${name}`),
      );
    note(clock.sleep(1000, ends.signal), 'ends');
    note(clock.sleep(5000, aborted.signal), 'aborted');
    note(clock.sleep(5000, dies.signal), 'dies');
    await scheduler.advance(1000);
    aborted.abort();
    life.end();
    dies.abort();
    await scheduler.advance(9000);
    expect(outcomes).toEqual(['ends', 'no aborted']);
    for (const { signal } of [ends, aborted, dies]) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
