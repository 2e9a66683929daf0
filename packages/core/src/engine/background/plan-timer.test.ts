import { describe, expect, it } from 'vitest';
import type { TimerHandler } from '../../handlers/handler-spec.js';
import type { TimerOptions } from '../../handlers/handler-options.js';
import { emptyRecord } from '../../handlers/progress.js';
import { createRegistry } from '../../handlers/registry.js';
import { afterAttempt, beginTimer, nextStep, type TimerAttempt, type TimerTime } from './plan-timer.js';

function timer(options: TimerOptions): TimerHandler {
  const kopf = createRegistry();
  kopf.timer('pods', options, () => undefined);
  return kopf.handlers.find((declared) => declared.family === 'timer') as TimerHandler;
}

const at = (nowMs: number, more: Partial<TimerTime> = {}): TimerTime => ({
  nowMs,
  now: 1_000_000 + nowMs,
  wallNow: 1_000_000 + nowMs,
  lastChangeMs: 0,
  chance: () => 0.5,
  ...more,
});
type Attempted = Omit<TimerAttempt, 'time'>;
const RECORD = emptyRecord(undefined, 0);
const SUCCEEDED: Attempted = { outcome: { kind: 'succeeded', result: undefined }, record: RECORD };
const FAILED: Attempted = { outcome: { kind: 'failed', error: new Error('enough') }, record: RECORD };
const RETRIED: Attempted = {
  outcome: { kind: 'retry', error: new Error('later'), delayMs: 700 },
  record: { ...RECORD, retries: 1 },
};

/** The first run begins at 100 and ends at 350. */
function afterFirst(options: TimerOptions, attempt: Attempted, more: Partial<TimerTime> = {}) {
  const handler = timer(options);
  const first = nextStep(handler, beginTimer(handler, at(100)), at(100));
  if (first.kind !== 'run') throw new Error(`expected it to run, not to ${first.kind}`);
  return { handler, step: afterAttempt(handler, first.state, { ...attempt, time: at(350, more) }) };
}

describe('what comes next for a timer', () => {
  it('[T-02, T-03] the next run: an interval after the end of the last, or on the grid from its start', () => {
    expect(afterFirst({ interval: 1 }, SUCCEEDED).step).toMatchObject({ kind: 'wait', ms: 1000, say: { why: 'interval', forMs: 1000 } });
    expect(afterFirst({ interval: 1, sharp: true }, SUCCEEDED).step).toMatchObject({ kind: 'wait', ms: 750 });
    expect(afterFirst({ interval: 0.1, sharp: true }, SUCCEEDED).step).toMatchObject({ kind: 'wait', ms: 50 });
  });

  it('after an error another attempt of the same run, from whose start the grid goes on', () => {
    const { handler, step } = afterFirst({ interval: 1, sharp: true }, RETRIED);
    expect(step).toMatchObject({ kind: 'wait', ms: 700 });
    if (step.kind !== 'wait') return;
    const again = nextStep(handler, step.state, at(1050));
    expect(again).toMatchObject({ kind: 'run', record: { retries: 1 } });
    if (again.kind !== 'run') return;
    const next = afterAttempt(handler, again.state, { ...SUCCEEDED, time: at(1200) });
    expect(next).toMatchObject({ kind: 'wait', ms: 900 });
    expect(next.kind === 'wait' && nextStep(handler, next.state, at(2100))).toMatchObject({ kind: 'run', record: { retries: 0 } });
  });

  it.each<[string, TimerOptions, Attempted]>([
    ['[T-16] after a final failure', { interval: 1 }, FAILED],
    ['after its only run', { initialDelay: 0 }, SUCCEEDED],
  ])('%s: nothing any more', (_, options, attempt) => {
    expect(afterFirst(options, attempt).step).toEqual({ kind: 'end' });
  });

  it('[T-06] nothing before the object was idle for long enough, which a change prolongs', () => {
    const handler = timer({ interval: 1, idle: 10 });
    const state = beginTimer(handler, at(0));
    expect(nextStep(handler, state, at(4000))).toMatchObject({ kind: 'wait', ms: 6000, say: { why: 'idle', forMs: 6000 } });
    expect(nextStep(handler, state, at(9000, { lastChangeMs: 8000 }))).toMatchObject({ kind: 'wait', ms: 9000 });
    expect(nextStep(handler, state, at(18_000, { lastChangeMs: 8000 })).kind).toBe('run');
  });

  it('[T-10] with an idle time only, one run per idle time: then it waits for a change, and says so once', () => {
    const handler = timer({ idle: 10 });
    const first = nextStep(handler, beginTimer(handler, at(0)), at(10_000));
    if (first.kind !== 'run') throw new Error(first.kind);
    const waiting = afterAttempt(handler, first.state, { ...SUCCEEDED, time: at(10_100) });
    expect(waiting).toMatchObject({ kind: 'wait', ms: 10_000, say: { why: 'change' } });
    if (waiting.kind !== 'wait') return;
    const still = nextStep(handler, waiting.state, at(20_100));
    expect([still.kind, still.kind === 'wait' && still.say]).toEqual(['wait', undefined]);
    expect(nextStep(handler, waiting.state, at(20_100, { lastChangeMs: 15_000 }))).toMatchObject({
      kind: 'wait',
      ms: 4900,
      say: { why: 'idle' },
    });
  });

  it('a moment of its schedule, looked for anew when the clock was set, and none twice', () => {
    const daily = { next: (after: number) => (Math.floor(after / 86_400_000) + 1) * 86_400_000 };
    const handler = timer({ schedule: daily });
    const first = nextStep(handler, beginTimer(handler, at(0)), at(0));
    expect(first).toMatchObject({ kind: 'wait', ms: 600_000, say: { why: 'schedule', forMs: 85_400_000 } });
    if (first.kind !== 'wait') return;
    expect(nextStep(handler, first.state, at(600_000))).toMatchObject({ kind: 'wait', ms: 600_000 });
    const run = nextStep(handler, first.state, at(600_000, { wallNow: 86_400_001 }));
    expect(run.kind).toBe('run');
    if (run.kind !== 'run') return;
    const next = afterAttempt(handler, run.state, { ...SUCCEEDED, time: at(700_000, { wallNow: 80_000_000 }) });
    expect(next).toMatchObject({ say: { why: 'schedule', forMs: 2 * 86_400_000 - 80_000_000 } });
  });

  it('the moment and up to `jitter` after it', () => {
    const hourly = { next: (after: number) => (Math.floor(after / 3_600_000) + 1) * 3_600_000 };
    const handler = timer({ schedule: hourly, jitter: 100 });
    const waiting = nextStep(handler, beginTimer(handler, at(0)), at(0, { wallNow: 3_599_000 }));
    expect(waiting).toMatchObject({ kind: 'wait', ms: 51_000, say: { forMs: 1000 } });
  });

  it('nothing any more when its schedule is over', () => {
    const handler = timer({ schedule: { next: () => undefined } });
    expect(nextStep(handler, beginTimer(handler, at(0)), at(0))).toEqual({ kind: 'end' });
  });
});
