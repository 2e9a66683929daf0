// "Why did my handler run, or not?": the explanation names the true cause.
import { explanationText, type ExplanationCode } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { closeWorlds } from './support/explained-world.js';
import { SITUATIONS } from './support/situations.js';

afterEach(closeWorlds);

/** The compiler wants all of them; `task-started` is over before anybody could ask: the task waits, or runs, at once. */
const CODES = Object.keys({
  starting: true,
  stopping: true,
  'no-such-kind': true,
  'kind-refused': true,
  'no-handlers': true,
  'namespace-not-covered': true,
  'no-permission': true,
  'watch-down': true,
  'not-listed': true,
  'waiting-for-indexes': true,
  'event-handlers-only': true,
  'unknown-object': true,
  deleted: true,
  held: true,
  'waiting-for-consistency': true,
  'waiting-for-store': true,
  'waiting-for-worker': true,
  'waiting-for-writes': true,
  'waiting-for-retry': true,
  'back-off': true,
  'write-refused': true,
  'in-progress': true,
  'finalizer-only': true,
  unchanged: true,
  'deleted-by-others': true,
  'already-handled': true,
  adopted: true,
  handled: true,
  forgotten: true,
  'unknown-handler': true,
  'other-kind': true,
  filtered: true,
  'other-cause': true,
  undecided: true,
  running: true,
  succeeded: true,
  'failed-for-good': true,
  'retries-exhausted': true,
  'timed-out': true,
  'error-ignored': true,
  cancelled: true,
  contested: true,
  'waiting-for-sub-handlers': true,
  superseded: true,
  'left-out-by-lifecycle': true,
  'result-refused': true,
  'not-due': true,
  'idle-awaited': true,
  'change-awaited': true,
  'task-ended': true,
  'task-stopping': true,
  'task-abandoned': true,
} satisfies Record<Exclude<ExplanationCode, 'task-started'>, true>);

describe('an explanation names the cause', () => {
  it('of each kind that there is, in one situation at least', () => {
    expect([...new Set(SITUATIONS.map(({ code }) => code))].sort()).toEqual([...CODES].sort());
  });

  it.each(SITUATIONS)('$code: $title', async ({ ref, handler, code, says, tell }) => {
    const { answer } = await tell(ref, handler);
    const reasons = handler === undefined ? answer.reasons : answer.handlers[0]?.reasons;
    if (handler !== undefined) expect(answer.handlers[0]?.id.split('/')[0]).toBe(handler.split('/')[0]);
    expect(reasons?.[0], explanationText(answer)).toMatchObject({ code, text: expect.stringMatching(says) as string });
  });
});
