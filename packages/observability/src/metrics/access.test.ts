import { expect, it } from 'vitest';
import { createManualClock, type AccessAnswer, type AccessQuestion, type ServedOperator } from '@kopfts/core';
import { createGate } from './access.js';

const { signal } = new AbortController();

function world(answers: Readonly<Record<string, AccessAnswer | Error>>) {
  const clock = createManualClock();
  const asked: AccessQuestion[] = [];
  const served: ServedOperator = {
    probe: () => Promise.resolve({}),
    readiness: () => [],
    explain: () => {
      throw new Error('nobody asks why');
    },
    inspect: () => ({ collections: [], indexes: [], abandoned: [] }),
    authorize: (question) => {
      asked.push(question);
      const answer = answers[question.token] ?? 'unknown';
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  let current: ServedOperator | undefined = served;
  const gate = createGate({ clock, path: '/metrics', audiences: ['metrics'], served: () => current });
  return { clock, asked, ask: (header?: string) => gate(header, signal), leave: () => (current = undefined) };
}

it('[SEC3] no token, nobody’s token, one without the right, and one with it: 401, 401, 403, 200', async () => {
  const { ask, asked } = world({ right: 'allowed', poor: 'denied', other: 'unknown' });
  expect([await ask(), await ask('Basic right'), await ask('Bearer other'), await ask('Bearer poor'), await ask('Bearer right')]).toEqual([
    401, 401, 401, 403, 200,
  ]);
  expect(asked.at(-1)).toEqual({ token: 'right', audiences: ['metrics'], verb: 'get', path: '/metrics' });
});

it('[SEC3] the cluster is asked once a minute, and what it said then counts no longer', async () => {
  const answers: Record<string, AccessAnswer> = { right: 'allowed' };
  const { ask, asked, clock } = world(answers);
  await ask('Bearer right');
  answers['right'] = 'denied';
  clock.advanceBy(59_000);
  expect([await ask('Bearer right'), asked.length]).toEqual([200, 1]);
  clock.advanceBy(2000);
  expect([await ask('Bearer right'), asked.length]).toEqual([403, 2]);
});

it('no answer of the cluster is no permission, and is asked for again', async () => {
  const { ask, asked, leave } = world({ right: new Error('away') });
  expect([await ask('Bearer right'), await ask('Bearer right'), asked.length]).toEqual([503, 503, 2]);
  leave();
  expect(await ask('Bearer right')).toBe(503);
});
