import { describe, expect, it } from 'vitest';
import { LateAbort, LateEnd } from './late-abort.js';

describe('a late abort', () => {
  it('has a signal that tells of it, whenever it is asked for', () => {
    const [asked, late] = [new LateAbort(), new LateAbort()];
    const { signal } = asked;
    const reason = new Error('over');
    for (const abort of [asked, late]) {
      expect([abort.aborted, abort.reason]).toEqual([false, undefined]);
      abort.throwIfAborted();
      abort.abort(reason);
      abort.abort(new Error('later'));
      expect(abort.reason).toBe(reason);
      expect(() => abort.throwIfAborted()).toThrow(reason);
      expect([abort.signal.aborted, abort.signal.reason]).toEqual([true, reason]);
    }
    expect(asked.signal).toBe(signal);
  });

  it('ends a race, unless the other was faster', async () => {
    const [lost, won] = [new LateAbort(), new LateAbort()];
    const endless = lost.race(new Promise(() => undefined), 'aborted');
    const failing = won.race(Promise.reject(new Error('failed')), 'aborted');
    expect(await won.race(Promise.resolve('done'), 'aborted')).toBe('done');
    await expect(failing).rejects.toThrow('failed');
    for (const abort of [lost, won]) abort.abort(new Error('over'));
    expect(await endless).toBe('aborted');
    expect(await won.race(Promise.resolve('done'), 'too late')).toBe('too late');
  });
});

it('an end is heard by those who wait for it, also when they come after it', async () => {
  const end = new LateEnd();
  const waiting = end.promise.then(() => 'heard');
  end.end();
  expect(await waiting).toBe('heard');
  const passed = new LateEnd();
  passed.end();
  expect(await passed.promise.then(() => 'heard')).toBe('heard');
});
