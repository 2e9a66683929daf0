import { expect, it } from 'vitest';
import { createSemaphore } from './semaphore.js';

it('runs at most that many at a time, the others in the order of arrival', async () => {
  const semaphore = createSemaphore(2);
  const signal = new AbortController().signal;
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const task = (name: string) => () => {
    log.push(name);
    return new Promise<void>((resolve) => gates.set(name, resolve));
  };
  const turn = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  const runs = ['a', 'b', 'c', 'd'].map((name) => semaphore.run(signal, task(name)));
  await turn();
  expect(log).toEqual(['a', 'b']);
  gates.get('b')?.();
  await runs[1];
  await turn();
  expect(log).toEqual(['a', 'b', 'c']);
  gates.get('a')?.();
  await runs[0];
  await turn();
  gates.get('c')?.();
  gates.get('d')?.();
  await Promise.all(runs);
});

it('lets go of its place in the queue when aborted', async () => {
  const semaphore = createSemaphore(1);
  let release: () => void = () => undefined;
  const first = semaphore.run(new AbortController().signal, () => new Promise<void>((resolve) => (release = resolve)));
  const stop = new AbortController();
  const second = semaphore.run(stop.signal, () => Promise.resolve('never'));
  stop.abort(new Error('stop'));
  await expect(second).rejects.toThrow('stop');
  release();
  await first;
  await expect(semaphore.run(new AbortController().signal, () => Promise.resolve('third'))).resolves.toBe('third');
});
