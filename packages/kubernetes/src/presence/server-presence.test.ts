import { createManualClock, createSeededRandom } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createScriptedTransport, unreachable, type PendingRequest } from '../../test/support/scripted-transport.js';
import { settle } from '../../test/support/watch-reader.js';
import { createServerPresence } from './server-presence.js';
import { sleepUntilReturn } from './sleep-until-return.js';

type End = 'over' | 'returned' | 'waits';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

/** A presence that runs, with the test as its server and its clock. */
function watchServer() {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const told: string[] = [];
  const ended = new AbortController();
  const presence = createServerPresence({ clock, tell: (name) => void told.push(name) });
  const transport = presence.through(server);
  const running = presence.run(ended.signal);
  stop = async () => {
    ended.abort(new Error('the test is over'));
    await running;
    expect(clock.pending).toBe(0);
  };
  const ask = async (method: 'GET' | 'PATCH', reply: (request: PendingRequest) => void): Promise<void> => {
    const asking = transport.send({ lane: 'read', method, path: '/some', timeoutMs: 1000 }, ended.signal).catch(() => undefined);
    reply(await server.next());
    await asking;
    await settle();
  };
  const pass = async (ms: number): Promise<void> => {
    for (const endMs = clock.monotonicMs() + ms; clock.monotonicMs() < endMs; await settle()) {
      clock.advanceTo(Math.min(clock.nextDueMs() ?? endMs, endMs));
    }
  };
  return {
    clock,
    told,
    pass,
    ask,
    /** A request that is answered. */
    answered: (method: 'GET' | 'PATCH' = 'GET', status = 200) => ask(method, (request) => request.reply(status, {})),
    /** A request that no server answers. */
    lost: () => ask('GET', (request) => request.fail(unreachable('connect'))),
    /** Whether the server is asked; then this is the answer. */
    async asked(status: number | 'none'): Promise<boolean> {
      if (server.waiting === 0) return false;
      const question = await server.next();
      expect([question.at, question.method, question.lane]).toEqual(['/readyz', 'GET', 'watch']);
      if (status === 'none') question.fail(unreachable('connect'));
      else question.reply(status, 'ok');
      await settle();
      return true;
    },
    /** Somebody who waits that long. */
    waiter(ms: number): { readonly end: () => End } {
      let end: End = 'waits';
      const ports = { clock, random: createSeededRandom(1), presence };
      sleepUntilReturn(ms, ports, ended.signal).then(
        (how) => (end = how),
        () => undefined,
      );
      return { end: () => end };
    },
  };
}

describe('the presence of the server', () => {
  it('ends all waits within a second and a third after it is ready again, when nobody else was answered', async () => {
    const world = watchServer();
    await world.lost();
    const waiter = world.waiter(600_000);
    await world.pass(1000);
    for (let second = 0; second < 35; second += 1) {
      expect(await world.asked('none')).toBe(true);
      await world.pass(1000);
    }
    expect(waiter.end()).toBe('waits');
    expect(await world.asked(200)).toBe(true);
    await world.pass(300);
    expect([waiter.end(), world.told]).toEqual(['returned', ['server-away', 'server-returned']]);
  });

  it('is not the port that answers, but a server that is ready: 500 and 429 are asked again', async () => {
    const world = watchServer();
    await world.lost();
    const waiter = world.waiter(600_000);
    await world.pass(1000);
    for (const status of [500, 503, 429]) {
      expect(await world.asked(status)).toBe(true);
      await world.pass(1000);
    }
    expect(waiter.end()).toBe('waits');
    await world.asked(403); // who refuses to say is there
    await world.pass(300);
    expect(waiter.end()).toBe('returned');
  });

  it('shows in any request that succeeds, before the next question', async () => {
    const world = watchServer();
    await world.lost();
    const waiter = world.waiter(600_000);
    await world.pass(1000);
    await world.asked('none');
    await world.answered('PATCH', 409);
    await world.pass(300);
    expect(waiter.end()).toBe('waits');
    await world.answered('PATCH');
    await world.pass(300);
    expect(waiter.end()).toBe('returned');
  });

  it('is not in doubt when others are answered: nothing is asked, and nobody wakes', async () => {
    const world = watchServer();
    const waiter = world.waiter(3600_000);
    for (let failures = 0; failures < 100; failures += 1) {
      await world.lost();
      await world.answered();
      await world.pass(5000);
    }
    expect([await world.asked(200), waiter.end(), world.told]).toEqual([false, 'waits', []]);
  });

  it('[C9] is asked at most twice a minute while requests fail that a server which is ready refuses, and nobody wakes', async () => {
    const world = watchServer();
    const waiter = world.waiter(3600_000);
    let questions = 0;
    for (let second = 0; second < 600; second += 1) {
      await world.answered('GET', 500);
      await world.answered('PATCH', 500);
      await world.pass(1000);
      if (await world.asked(200)) questions += 1;
    }
    expect(questions).toBeGreaterThan(10);
    expect(questions).toBeLessThanOrEqual(20);
    expect([waiter.end(), world.told]).toEqual(['waits', []]);
  });

  it('[L9] is asked once a second at first, and every five seconds when it is away for an hour', async () => {
    const world = watchServer();
    await world.lost();
    const minutes: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      let questions = 0;
      for (let step = 0; step < 600; step += 1) {
        await world.pass(100);
        if (await world.asked('none')) questions += 1;
      }
      minutes.push(questions);
    }
    expect(Math.max(...minutes)).toBeLessThanOrEqual(60);
    expect(minutes.slice(6).every((questions) => questions <= 12)).toBe(true);
  });

  it('wakes everybody at most once in ten seconds when the server comes and goes', async () => {
    const world = watchServer();
    for (let second = 0; second < 60; second += 1) {
      await world.lost();
      await world.pass(1000);
      await world.asked('none');
      await world.answered();
    }
    const returns = world.told.filter((name) => name === 'server-returned').length;
    expect(returns).toBeGreaterThanOrEqual(5);
    expect(returns).toBeLessThanOrEqual(6);
  });
});
