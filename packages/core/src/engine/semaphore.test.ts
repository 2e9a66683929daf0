import { expect, it } from 'vitest';
import { createSemaphore } from './semaphore.js';

const never = new AbortController().signal;

it('lets in at most that many at a time, the others in the order of arrival', async () => {
  const semaphore = createSemaphore(2);
  const log: string[] = [];
  const entries = ['a', 'b', 'c', 'd'].map((name) =>
    semaphore.acquire(never).then((leave) => {
      log.push(name);
      return leave;
    }),
  );
  const [leaveA, leaveB] = [await entries[0], await entries[1]];
  expect(log).toEqual(['a', 'b']);
  leaveB?.();
  await entries[2];
  expect(log).toEqual(['a', 'b', 'c']);
  leaveA?.();
  await entries[3];
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

it('takes a place back once, however often it is given back', async () => {
  const semaphore = createSemaphore(1);
  const leave = await semaphore.acquire(never);
  leave();
  leave();
  await semaphore.acquire(never);
  let entered = false;
  const stop = new AbortController();
  const waiting = semaphore.acquire(stop.signal).then(() => (entered = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(entered).toBe(false);
  stop.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
});

it('lets go of its place in the queue when aborted', async () => {
  const semaphore = createSemaphore(1);
  const leave = await semaphore.acquire(never);
  const stop = new AbortController();
  const second = semaphore.acquire(stop.signal);
  stop.abort(new Error('stop'));
  await expect(second).rejects.toThrow('stop');
  leave();
  await expect(semaphore.acquire(never)).resolves.toBeTypeOf('function');
});
