import { createManualClock, createSeededRandom, type ConnectionInfo, type LoggedIn, type LoginHandlers } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../../test/support/fake-machine.js';
import { createLoginSource } from './login-source.js';

const server = 'https://k';
const token = (text: string, more: Partial<ConnectionInfo> = {}): ConnectionInfo => ({ server, token: text, ...more });
type Answer = readonly ConnectionInfo[] | Error | Promise<readonly ConnectionInfo[]>;

/** Logins with these answers, one after another; the last one stays. Each connection is that of the handler of its place. */
function sourceOf(answers: readonly Answer[], given: readonly ConnectionInfo[] = [], seed = 1) {
  const clock = createManualClock({ now: 1_700_000_000_000 });
  const told: { readonly name: string; readonly message: unknown }[] = [];
  const ends: unknown[] = [];
  let logins = 0;
  const login: LoginHandlers = {
    async run() {
      const answer = answers[Math.min(logins, answers.length - 1)] ?? [];
      logins += 1;
      if (answer instanceof Error) throw answer;
      return (await answer).map((info, index): LoggedIn => ({ handler: `h${String(index)}`, info }));
    },
  };
  const source = createLoginSource(given, {
    login,
    clock,
    random: createSeededRandom(seed),
    environment: createFakeMachine(),
    signal: new AbortController().signal,
    observer: { failed: (why, inUse) => told.push({ name: 'failed', message: `${why} ${String(inUse)}` }) },
    tell: (name, data) => told.push({ name, message: data['message'] }),
    ended: (error) => ends.push(error),
  });
  const current = async (): Promise<unknown> => (await source.get()).headers['authorization'];
  const refuse = async (): Promise<void> => source.reject(await source.get());
  return { source, clock, told, ends, current, refuse, logins: () => logins };
}

describe('credentials by login handlers', () => {
  it('[AU-10] are those of the highest priority; of equals one by chance, which stays', async () => {
    const { current } = sourceOf([[token('low', { priority: -1 }), token('high', { priority: 5 }), token('middle')]]);
    expect(await current()).toBe('Bearer high');
    const chosen = new Set<unknown>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const { current: one } = sourceOf([[token('a'), token('b')]], [], seed);
      const first = await one();
      expect([await one(), await one(), await one()]).toEqual([first, first, first]);
      chosen.add(first);
    }
    expect(chosen).toEqual(new Set(['Bearer a', 'Bearer b']));
  });

  it('[AU-11, I8] are followed by the next ones when they are refused, and by a new login when none are left', async () => {
    const { current, refuse, told, logins } = sourceOf([[token('a', { priority: 2 }), token('b')], [token('c')]]);
    expect(await current()).toBe('Bearer a');
    await refuse();
    expect([await current(), logins()]).toEqual(['Bearer b', 1]);
    await refuse();
    expect([await current(), logins()]).toEqual(['Bearer c', 2]);
    expect(told.filter(({ name }) => name === 'credentials-refused').map(({ message }) => message)).toEqual([
      "The API server does not accept the credentials from the login handler 'h0'. Others are tried.",
      "The API server does not accept the credentials from the login handler 'h1'. There are no others: logging in again.",
    ]);
  });

  it('[AU-11, I2] are got by one login for all that wait for it', async () => {
    const { source, refuse, logins } = sourceOf([[token('a')], [token('b')]]);
    await source.get();
    await refuse();
    const all = await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect([new Set(all).size, logins()]).toEqual([1, 2]);
  });

  it('are left alone by a refusal of those before them', async () => {
    const { source, current } = sourceOf([[token('a')], [token('b')]]);
    const old = await source.get();
    source.reject(old);
    expect(await current()).toBe('Bearer b');
    source.reject(old);
    expect(await current()).toBe('Bearer b');
  });

  it('[AU-12, AU-13] are not taken again when they were refused: without others, requests fail and the operator ends', async () => {
    const { source, refuse, ends } = sourceOf([[token('a')], [token('b')], [token('a')]]);
    await source.get();
    await refuse();
    await source.get();
    await refuse();
    await expect(source.get()).rejects.toMatchObject({
      code: 'KOPF_LOGIN_FAILED',
      message: expect.stringContaining('Ran out of valid credentials') as string,
    });
    expect(ends).toMatchObject([{ code: 'KOPF_LOGIN_FAILED' }]);
  });

  it('[AU-12] are refused for as long as they are one of the last three', async () => {
    const { source, refuse } = sourceOf([[token('a')], [token('b')], [token('c')], [token('a')]]);
    for (let refusals = 0; refusals < 3; refusals += 1) {
      await source.get();
      await refuse();
    }
    await expect(source.get()).rejects.toMatchObject({ code: 'KOPF_LOGIN_FAILED' });
  });

  it('[AU-12] may come again after three others of their handler were refused', async () => {
    const { source, refuse, current } = sourceOf([[token('a')], [token('b')], [token('c')], [token('d')], [token('a')]]);
    for (let refusals = 0; refusals < 4; refusals += 1) {
      await source.get();
      await refuse();
    }
    expect(await current()).toBe('Bearer a');
  });

  it('[AU-14, AU-15] are used until they expire, then there is a new login; expired ones may come again', async () => {
    const expiring = token('a', { expiration: new Date(1_700_000_030_000) });
    const { current, clock, logins } = sourceOf([[expiring], [token('a', { expiration: new Date(1_700_000_090_000) })]]);
    expect(await current()).toBe('Bearer a');
    clock.advanceBy(29_999);
    expect([await current(), logins()]).toEqual(['Bearer a', 1]);
    clock.advanceBy(1);
    expect([await current(), logins()]).toEqual(['Bearer a', 2]);
  });

  it('[AU-14] make way for others that live when they expire', async () => {
    const { current, clock, logins } = sourceOf([[token('short', { priority: 1, expiration: '2023-11-14T22:13:30' }), token('long')]]);
    expect(await current()).toBe('Bearer short');
    clock.advanceBy(10_000);
    expect([await current(), logins()]).toEqual(['Bearer long', 1]);
  });

  it('[I8] that have expired stay in use while a login fails, which is tried again after a pause', async () => {
    const expiring = token('a', { expiration: new Date(1_700_000_010_000) });
    const { current, clock, told, logins, ends } = sourceOf([[expiring], new Error('away'), new Error('away'), [token('b')]]);
    await current();
    clock.advanceBy(10_000);
    expect([await current(), await current(), logins()]).toEqual(['Bearer a', 'Bearer a', 2]);
    clock.advanceBy(1000);
    expect([await current(), logins()]).toEqual(['Bearer a', 3]);
    clock.advanceBy(2000);
    expect([await current(), logins()]).toEqual(['Bearer b', 4]);
    expect([told.filter(({ name }) => name === 'failed'), ends]).toEqual([[{ name: 'failed', message: 'away true' }], []]);
  });

  it('[I8] that have expired stay in use while a login hangs, after a second of patience', async () => {
    const expiring = token('a', { expiration: new Date(1_700_000_010_000) });
    const { current, clock } = sourceOf([[expiring], new Promise<never>(() => undefined)]);
    await current();
    clock.advanceBy(10_000);
    const waiting = current();
    await Promise.resolve();
    clock.advanceBy(1000);
    expect(await waiting).toBe('Bearer a');
  });

  it('[AU-16] say what becomes of logins', async () => {
    const { source, refuse, told } = sourceOf([[token('a')], []]);
    await source.get();
    await refuse();
    await source.get().catch(() => undefined);
    expect(told.filter(({ name }) => name.startsWith('login-')).map(({ message }) => message)).toEqual([
      'Initial authentication has been initiated.',
      'Initial authentication has finished.',
      'Re-authentication has been initiated.',
      'Re-authentication has failed: no credentials were retrieved from the login handlers.',
    ]);
  });

  it('[AU-18] are not asked for while given connections work', async () => {
    const { current, refuse, logins } = sourceOf([[token('login')]], [token('given')]);
    expect([await current(), logins()]).toEqual(['Bearer given', 0]);
    await refuse();
    expect([await current(), logins()]).toEqual(['Bearer login', 1]);
  });

  it('[AU-08] are nothing else than connections', async () => {
    const { source } = sourceOf([[42 as unknown as ConnectionInfo]]);
    await expect(source.get()).rejects.toMatchObject({
      code: 'KOPF_CONNECTION_INFO',
      message: "The connection from the login handler 'h0' cannot be used: it is no ConnectionInfo (number)",
    });
  });
});
