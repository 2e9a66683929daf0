import { expect, it } from 'vitest';
import type { Ticket } from '../queue/turn-queue.js';
import { createSemaphore, type Claim } from './semaphore.js';

const never = new AbortController().signal;
const CLAIM: Claim = { urgency: 'change', namespace: 'default' };

it('lets in at most that many at a time, the others in the order of arrival', async () => {
  const semaphore = createSemaphore(2);
  const log: string[] = [];
  const entries = ['a', 'b', 'c', 'd'].map((name) =>
    semaphore.acquire(CLAIM, never).then((leave) => {
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
  const leave = await semaphore.acquire(CLAIM, never);
  leave();
  leave();
  await semaphore.acquire(CLAIM, never);
  let entered = false;
  const stop = new AbortController();
  const waiting = semaphore.acquire(CLAIM, stop.signal).then(() => (entered = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(entered).toBe(false);
  stop.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
});

it('lets go of its place in the queue when aborted', async () => {
  const semaphore = createSemaphore(1);
  const leave = await semaphore.acquire(CLAIM, never);
  const stop = new AbortController();
  const second = semaphore.acquire(CLAIM, stop.signal);
  stop.abort(new Error('stop'));
  await expect(second).rejects.toThrow('stop');
  leave();
  await expect(semaphore.acquire(CLAIM, never)).resolves.toBeTypeOf('function');
});

it('lets in first what is more urgent, also if it became so while it waited', async () => {
  const semaphore = createSemaphore(1);
  const leave = await semaphore.acquire(CLAIM, never);
  const log: string[] = [];
  const enter = (name: string, claim: Claim): Promise<void> =>
    semaphore.acquire(claim, never).then((next) => {
      log.push(name);
      next();
    });
  const list = enter('list', { ...CLAIM, urgency: 'initial' });
  const ticket = semaphore.request({ ...CLAIM, urgency: 'initial' }, (next) => {
    log.push('deleted meanwhile');
    next();
  });
  const change = enter('change', CLAIM);
  ticket?.raise('deletion');
  leave();
  await Promise.all([list, change]);
  expect(log).toEqual(['deleted meanwhile', 'change', 'list']);
});

it('lets in without a task: at once where there is a place, later by a ticket, and never who has left', () => {
  const semaphore = createSemaphore(1);
  const held = new Map<string, () => void>();
  const enter = (name: string): Ticket | undefined => semaphore.request(CLAIM, (release) => held.set(name, release));
  expect(enter('first')).toBeUndefined();
  const [second, third, fourth] = [enter('second'), enter('third'), enter('fourth')];
  expect([second, third, fourth]).not.toContain(undefined);
  third?.leave();
  held.get('first')?.();
  held.get('first')?.();
  expect([...held.keys()]).toEqual(['first', 'second']);
  held.get('second')?.();
  expect([...held.keys()]).toEqual(['first', 'second', 'fourth']);
});

it('has a place at once only if one is free, and whoever waits goes before', async () => {
  const semaphore = createSemaphore(1);
  const leave = semaphore.tryAcquire();
  expect([typeof leave, semaphore.tryAcquire()]).toEqual(['function', undefined]);
  const waiting = semaphore.acquire(CLAIM, never);
  leave?.();
  leave?.();
  expect(semaphore.tryAcquire()).toBeUndefined();
  (await waiting)();
  expect(typeof semaphore.tryAcquire()).toBe('function');
});
