import { createManualClock } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createCredentialSource } from './credential-source.js';
import type { Credentials } from './credentials.js';

describe('the credential source', () => {
  function counting(answers: (() => Credentials | Promise<Credentials>)[]) {
    const clock = createManualClock();
    const calls: boolean[] = [];
    const told: string[] = [];
    const source = createCredentialSource(
      async (fresh) => {
        calls.push(fresh);
        await Promise.resolve();
        const answer = answers[Math.min(calls.length, answers.length) - 1];
        if (answer === undefined) throw new Error('no answer');
        return answer();
      },
      clock,
      {
        loaded: () => void told.push('loaded'),
        failed: (why, inUse) => void told.push(`${why}, ${inUse ? 'in use' : 'nothing left'}`),
      },
    );
    return { clock, calls, source, told };
  }
  const token = (text: string): Credentials => ({ server: new URL('https://h'), headers: { authorization: text }, tls: {}, source: 's' });
  const fails = (): Credentials => {
    throw new Error('plugin failed');
  };

  it('reads once for 50 callers at the same time', async () => {
    const { source, calls } = counting([() => token('a')]);
    await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect(calls).toEqual([false]);
  });

  it('looks again after 10 seconds', async () => {
    const { source, calls, clock } = counting([() => token('a')]);
    await source.get();
    clock.advanceBy(9999);
    await source.get();
    expect(calls).toHaveLength(1);
    clock.advanceBy(1);
    await source.get();
    expect(calls).toEqual([false, false]);
  });

  it('reads anew after a rejection, but not again within 5 seconds', async () => {
    const { source, calls, clock } = counting([() => token('a'), () => token('b')]);
    source.reject(await source.get());
    const second = await source.get();
    expect([second.headers, calls]).toEqual([{ authorization: 'b' }, [false, true]]);
    source.reject(second);
    await source.get();
    expect(calls).toEqual([false, true, false]);
    clock.advanceBy(5000);
    await source.get();
    expect(calls).toEqual([false, true, false, true]);
  });

  it('does not take the rejection of older credentials for one of the newest', async () => {
    const { source, calls } = counting([() => token('a'), () => token('b')]);
    const first = await source.get();
    source.reject(first);
    await source.get();
    source.reject(first);
    await source.get();
    expect(calls).toEqual([false, true]);
  });

  it('keeps what it has when a refresh fails, unless that was rejected', async () => {
    const { source, clock } = counting([() => token('a'), fails]);
    const first = await source.get();
    clock.advanceBy(10_000);
    expect(await source.get()).toBe(first);
    source.reject(first);
    await expect(source.get()).rejects.toThrow('plugin failed');
  });

  it('[I2] reads anew once for 100 refused requests, whenever their answers come', async () => {
    const { source, calls } = counting([() => token('a'), () => token('b')]);
    const seen = await Promise.all(Array.from({ length: 100 }, () => source.get()));
    const again = [];
    for (const one of seen) {
      source.reject(one);
      again.push(source.get());
    }
    expect(new Set((await Promise.all(again)).map(({ headers }) => headers['authorization']))).toEqual(new Set(['b']));
    expect(calls).toEqual([false, true]);
  });

  it('does not wait for a refresh that hangs while nobody refused what it has', async () => {
    let answer = (_credentials: Credentials): void => undefined;
    const hanging = new Promise<Credentials>((resolve) => (answer = resolve));
    const { source, clock } = counting([() => token('a'), () => hanging, () => token('c')]);
    const first = await source.get();
    clock.advanceBy(10_000);
    const second = source.get();
    while (clock.pending === 0) await Promise.resolve();
    clock.advanceBy(1000);
    expect(await second).toBe(first);
    answer(token('b'));
    while ((await source.get()).headers['authorization'] !== 'b') clock.advanceBy(1000);
    expect(clock.pending).toBe(0);
  });

  it('pauses after failures, longer each time, and says only the first of them', async () => {
    const { source, calls, clock, told } = counting([fails]);
    const runs = [];
    for (const seconds of [0, 0.999, 0.001, 1.999, 0.001, 3.999, 0.001]) {
      clock.advanceBy(seconds * 1000);
      await expect(source.get()).rejects.toThrow('plugin failed');
      runs.push(calls.length);
    }
    expect(runs).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(told).toEqual(['plugin failed, nothing left']);
  });

  it('tells that a refresh failed and that the credentials go on being used', async () => {
    const { source, clock, told } = counting([() => token('a'), fails, fails, () => token('b')]);
    await source.get();
    for (let i = 0; i < 3; i += 1) {
      clock.advanceBy(10_000);
      await source.get();
    }
    expect(told).toEqual(['loaded', 'plugin failed, in use', 'loaded']);
  });
});
