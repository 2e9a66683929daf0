import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../ports/manual-clock.js';
import { createStopSwitch } from './stop-flag.js';

function openFlag(clock: Parameters<typeof createStopSwitch>[0]) {
  const stop = createStopSwitch(clock);
  return { flag: stop.flag, raise: (reason: Parameters<typeof stop.raise>[0]) => stop.raise(reason) };
}

describe('a stop flag', () => {
  it('[DM-20, DM-22] keeps its first reason and all of them, and is never lowered', () => {
    const { flag, raise } = openFlag(createManualClock());
    expect([flag.isSet(), flag.reason, flag.reasons]).toEqual([false, undefined, []]);
    raise('object-deleted');
    raise('cancelled');
    raise('object-deleted');
    expect([flag.isSet(), flag.reason, flag.reasons]).toEqual([true, 'object-deleted', ['object-deleted', 'cancelled']]);
  });

  it('[DM-21] can be waited for: until it is raised, or the time is over', async () => {
    const clock = createManualClock();
    const { flag, raise } = openFlag(clock);
    const { wait } = flag;
    const short = wait('500ms');
    clock.advanceBy(500);
    expect(await short).toBe(false);
    const [long, endless] = [wait(3600), wait()];
    expect(clock.pending).toBe(1);
    raise('filters-mismatch');
    expect(await Promise.all([long, endless, wait(5)])).toEqual([true, true, true]);
    expect(clock.pending).toBe(0);
  });

  it('costs no timer while it is waited for without a limit', async () => {
    const clock = createManualClock();
    const { flag, raise } = openFlag(clock);
    const waiting = Array.from({ length: 1000 }, () => flag.wait());
    expect(clock.pending).toBe(0);
    raise('object-deleted');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
  });

  it('refuses to wait for what is no time', async () => {
    const { flag } = openFlag(createManualClock());
    await expect(flag.wait('5' as '5s')).rejects.toMatchObject({ code: 'KOPF_INVALID_OPTION' });
  });
});
