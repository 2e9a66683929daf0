import { describe, expect, it } from 'vitest';
import { stopStep } from './stop-step.js';

const NONE = { backoffMs: undefined, timeoutMs: undefined, pollingMs: 60_000 };
const BACKOFF = { ...NONE, backoffMs: 1000 };
const TIMEOUT = { ...NONE, timeoutMs: 500 };
const BOTH = { ...BACKOFF, timeoutMs: 500 };

describe('the stopping of a daemon', () => {
  it.each([
    { when: 'with nothing', patience: NONE, ageMs: 0, stage: 'cancelled', waitMs: 60_000 },
    { when: 'with nothing', patience: NONE, ageMs: 900_000, stage: 'cancelled', waitMs: 60_000 },
    { when: 'with a back-off', patience: BACKOFF, ageMs: 0, stage: 'signalled', waitMs: 1000 },
    { when: 'with a back-off', patience: BACKOFF, ageMs: 999, stage: 'signalled', waitMs: 1 },
    { when: 'with a back-off', patience: BACKOFF, ageMs: 1000, stage: 'cancelled', waitMs: 60_000 },
    { when: 'with a time-out', patience: TIMEOUT, ageMs: 0, stage: 'cancelled', waitMs: 500 },
    { when: 'with a time-out', patience: TIMEOUT, ageMs: 500, stage: 'abandoned', waitMs: undefined },
    { when: 'with both', patience: BOTH, ageMs: 400, stage: 'signalled', waitMs: 600 },
    { when: 'with both', patience: BOTH, ageMs: 1000, stage: 'cancelled', waitMs: 500 },
    { when: 'with both', patience: BOTH, ageMs: 1499, stage: 'cancelled', waitMs: 1 },
    { when: 'with both', patience: BOTH, ageMs: 1500, stage: 'abandoned', waitMs: undefined },
    { when: 'with a time-out of 0', patience: { ...NONE, timeoutMs: 0 }, ageMs: 0, stage: 'abandoned', waitMs: undefined },
  ])('[DM-33, DM-34, DM-35] $when is at $stage after $ageMs ms', ({ patience, ageMs, stage, waitMs }) => {
    expect(stopStep(patience, ageMs)).toEqual({ stage, waitMs });
  });
});
