import { expect, it } from 'vitest';
import type { Fact, Unreadiness } from '@kopfts/core';
import { checksOf, healthAfter, UNKNOWN_HEALTH } from './checks.js';

const resource = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' };
const of = { resource, namespace: 'secret-name' } as unknown as Extract<Fact, { kind: 'watch-health' }>['of'];
const ready: Fact = { kind: 'operator-ready', collections: 1, at: 0 };
const health = (state: 'live' | 'retrying' | 'denied' | 'connecting'): Fact => ({ kind: 'watch-health', of, state, at: 0 });
const redOf = (facts: readonly Fact[], unreadiness: readonly Unreadiness[] = []) => {
  const { readyz, startupz } = checksOf(facts.reduce(healthAfter, UNKNOWN_HEALTH), unreadiness);
  const red = (checks: typeof readyz) => checks.filter(({ ok }) => !ok).map(({ name, why }) => `${name}: ${why ?? ''}`);
  return { readyz: red(readyz), startupz: red(startupz) };
};
const AWAY = { code: 'KOPF_STORE_AWAY', reason: 'redis at secret-host is away' };
const GREEN = { readyz: [], startupz: [] };

it.each([
  {
    when: 'it starts',
    facts: [],
    red: { readyz: ['started: not everything was listed yet'], startupz: ['started: not everything was listed yet'] },
  },
  { when: 'everything was listed', facts: [ready, health('live')], red: GREEN },
  { when: 'a watch broke', facts: [ready, health('retrying')], red: { readyz: ['watches: 1 broken'], startupz: [] } },
  { when: 'a watch was denied', facts: [ready, health('denied')], red: { readyz: ['watches: 1 broken'], startupz: [] } },
  { when: 'the watch is live again', facts: [ready, health('retrying'), health('connecting'), health('live')], red: GREEN },
  {
    when: 'the broken watch is not wanted any more',
    facts: [ready, health('denied'), { kind: 'kind-released' as const, of, at: 0 }],
    red: GREEN,
  },
  {
    when: 'it stops',
    facts: [ready, { kind: 'operator-stopping' as const, why: 'x', at: 0 }],
    red: { readyz: ['not-stopping: it is stopping'], startupz: [] },
  },
])('checks are red as they should be when $when', ({ facts, red }) => {
  expect(redOf(facts)).toEqual(red);
});

it('[SEC3] an answer has the code of what is missing, and neither names nor addresses', () => {
  const { readyz } = redOf([ready, health('retrying')], [AWAY, AWAY]);
  expect(readyz).toEqual(['parts: KOPF_STORE_AWAY', 'watches: 1 broken']);
});
