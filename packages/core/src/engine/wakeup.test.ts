import { describe, expect, it } from 'vitest';
import { createManualClock } from '../ports/manual-clock.js';
import { createWakeup } from './wakeup.js';

describe('createWakeup', () => {
  const never = new AbortController().signal;

  it('remembers a ring that came before anyone waited, once', async () => {
    const clock = createManualClock();
    const bell = createWakeup(clock);
    bell.ring();
    await expect(bell.wait(1000, never)).resolves.toBe('rung');
    const second = bell.wait(1000, never);
    clock.advanceBy(1000);
    await expect(second).resolves.toBe('elapsed');
  });

  it('leaves no timer behind when it was rung', async () => {
    const clock = createManualClock();
    const bell = createWakeup(clock);
    const waiting = bell.wait(60_000, never);
    bell.ring();
    await waiting;
    expect(clock.pending).toBe(0);
  });

  it('rejects with the reason of its signal', async () => {
    const stop = new AbortController();
    const waiting = createWakeup(createManualClock()).wait(undefined, stop.signal);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });
});
