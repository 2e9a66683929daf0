import { describe, expect, it } from 'vitest';
import { runTaskScope } from './run-task-scope.js';

const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });

describe('runTaskScope', () => {
  it('ends only when all its tasks ended', async () => {
    const log: string[] = [];
    await runTaskScope(never, async (scope) => {
      scope.spawn('late', async () => {
        for (let i = 0; i < 20; i += 1) await Promise.resolve();
        log.push('task');
      });
      log.push('body');
    });
    expect(log).toEqual(['body', 'task']);
  });

  it('aborts the other tasks at the first failure and rethrows that failure', async () => {
    const failure = new Error('first');
    let other: unknown;
    const run = runTaskScope(never, async (scope) => {
      scope.spawn('other', (signal) =>
        untilAborted(signal).catch((error: unknown) => {
          other = error;
        }),
      );
      scope.spawn('failing', () => Promise.reject(failure));
    });
    await expect(run).rejects.toBe(failure);
    expect(other).toBe(failure);
  });

  it('takes the end of tasks after an abort from outside for no failure', async () => {
    const outside = new AbortController();
    const run = runTaskScope(outside.signal, async (scope) => {
      scope.spawn('task', untilAborted);
      outside.abort(new Error('stop'));
    });
    await expect(run).resolves.toBeUndefined();
  });
});
