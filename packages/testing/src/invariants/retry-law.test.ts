import { describe, expect, it } from 'vitest';
import { body, found, historyBuilder, model, OP2, USER } from './history-builder.js';
import { retryLaw } from './retry-law.js';

const A = { spec: { v: 'a' } };
const failing = { kind: 'retry', delayMs: 10_000 } as const;
const record = (retries: number, more = {}) => ({ ...A, progress: { fn: { purpose: 'create', retries, ...more } } });
const create = { new: A } as const;

/** An attempt that fails and asks for ten seconds. */
function failedOnce() {
  const h = historyBuilder();
  h.commit(body(1, A), { actor: USER });
  h.end(h.start('fn', body(1, A), create), failing);
  return h;
}

describe('attempts of a handler', () => {
  it('[S11] may come when their time has come, over a restart as well, whatever becomes of the object', () => {
    const h = failedOnce();
    h.wait(10_000);
    h.end(h.start('fn', body(2, record(1, { delayed: 'later' })), { ...create, retry: 1 }), failing);
    h.life('killed');
    h.wait(9_999);
    h.run('fn', body(3, { ...record(2, { delayed: 'later' }), spec: { v: 'b' } }), { new: { spec: { v: 'b' } }, retry: 2, instance: OP2 });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], maxAttempts: 3, retryDelayMs: 5_000 }]))).toEqual([]);
  });

  it('[S11] may come at once when a death made the failure, or its delay, unknown', () => {
    const forgotten = failedOnce();
    forgotten.life('killed');
    forgotten.run('fn', body(1, A), { ...create, instance: OP2 });
    expect(found(retryLaw, forgotten, model())).toEqual([]);

    const counted = failedOnce();
    counted.life('killed');
    counted.run('fn', body(2, record(1)), { ...create, retry: 1, instance: OP2 });
    expect(found(retryLaw, counted, model())).toEqual([]);
  });

  it('[S11] are none while it waits for its sub-handlers, however often it is called', () => {
    const h = historyBuilder();
    h.commit(body(1, A), { actor: USER });
    for (const version of [1, 2, 3]) h.end(h.start('fn', body(version, A), create), { kind: 'unfinished' });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], maxAttempts: 1, retryDelayMs: 5_000 }]))).toEqual([]);
    h.run('fn', body(4, A), { ...create, retry: 1 });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], maxAttempts: 1 }]))).toHaveLength(1);
  });

  it('[S11] begin anew for each resumption, after somebody changed our records, and for the next change', () => {
    const h = failedOnce();
    h.commit(body(2, record(1)));
    h.commit(body(3, A), { actor: USER });
    h.run('fn', body(3, A), create);
    h.run('resume', body(3, A), { reason: 'resume', retry: 2, old: A, new: A });
    h.run('resume', body(3, A), { reason: 'resume', old: A, new: A, instance: OP2 });
    expect(found(retryLaw, h, model())).toEqual([]);
  });

  it('[S11] are none where one is cancelled', () => {
    const h = historyBuilder();
    h.run('fn', body(1, A), { ...create, result: 'cancelled' });
    h.run('fn', body(1, A), create);
    expect(found(retryLaw, h, model())).toEqual([]);
  });

  it('[S11] do not come before the delay that the error, or the declaration, asks for', () => {
    const h = failedOnce();
    h.wait(9_000);
    const start = h.start('fn', body(2, record(1)), { ...create, retry: 1 });
    h.end(start, { kind: 'retry', delayMs: 0 });
    h.wait(1_000);
    h.start('fn', body(3, record(2)), { ...create, retry: 2 });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], retryDelayMs: 5_000 }]))).toEqual([
      expect.stringMatching("^3: create handler 'fn' .* starts 9000 ms after the failure before it, less than the 10000 ms"),
      expect.stringMatching('^5: .* starts 1000 ms .* less than the 5000 ms'),
    ]);
  });

  it('[S11] do not come before their delay after a restart that knows of it', () => {
    const h = failedOnce();
    h.life('killed');
    h.wait(5_000);
    h.start('fn', body(2, record(1, { delayed: 'later' })), { ...create, retry: 1, instance: OP2 });
    expect(found(retryLaw, h, model())).toEqual([expect.stringMatching('^4: .* starts 5000 ms')]);
  });

  it('[S11] are not more than allowed', () => {
    const h = historyBuilder();
    h.start('fn', body(1, record(3)), { ...create, retry: 3 });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], maxAttempts: 3 }]))).toEqual([
      expect.stringMatching('^0: .* retry 3, is more than the 3 attempts'),
    ]);
  });

  it('[S11] do not begin after the time is over', () => {
    const h = failedOnce();
    h.wait(60_001);
    h.start('fn', body(2, record(1)), { ...create, retry: 1 });
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], timeoutMs: 60_000 }]))).toEqual([
      expect.stringMatching('^3: .* starts 60001 ms after the first attempt'),
    ]);
    expect(found(retryLaw, h, model([{ id: 'fn', reasons: ['create'], timeoutMs: 90_000 }]))).toEqual([]);
  });

  it('[S11] do not come after a permanent failure', () => {
    const h = historyBuilder();
    h.run('fn', body(1, A), { ...create, result: 'permanent' });
    h.run('fn', body(1, A), create);
    expect(found(retryLaw, h, model())).toEqual([expect.stringMatching('^2: .* starts after it failed for good')]);
  });

  it.each(['success', 'failure'])('[S11] do not come after a recorded %s', (flag) => {
    const h = historyBuilder();
    h.run('fn', body(1, record(1, { [flag]: true })), { ...create, retry: 1, instance: OP2 });
    expect(found(retryLaw, h, model())).toEqual([expect.stringMatching('^0: .* though the object records that it is done')]);
  });

  it('[S11] are counted as the object records it', () => {
    const h = historyBuilder();
    h.run('fn', body(1, record(2)), { ...create, retry: 0, instance: OP2 });
    expect(found(retryLaw, h, model())).toEqual([expect.stringMatching('^0: .* another number of attempts than the 2')]);
  });

  it('[S11] are counted in one instance, and never fewer after a restart', () => {
    const same = failedOnce();
    same.wait(10_000);
    same.start('fn', body(2, A), create);
    expect(found(retryLaw, same, model())).toEqual([expect.stringMatching('^3: .* retry 0, is told too small .* 1 were made')]);

    const restarted = historyBuilder();
    restarted.start('fn', body(1, A), { ...create, retry: 3 });
    restarted.life('killed');
    restarted.start('fn', body(1, A), { ...create, retry: 2, instance: OP2 });
    expect(found(retryLaw, restarted, model())).toEqual([expect.stringMatching('^2: .* 3 were made')]);
  });
});
