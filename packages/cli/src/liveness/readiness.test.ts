import type { Fact } from '@kopfts/core';
import { expect, it } from 'vitest';
import { NOT_READY, readinessAfter, reasonsAgainst } from './readiness.js';

const of = {
  resource: {
    group: 'kopf.dev',
    version: 'v1',
    plural: 'kopfexamples',
    kind: 'KopfExample',
    singular: 'kopfexample',
    shortcuts: [],
    categories: [],
    subresources: [],
    namespaced: true,
    preferred: true,
    verbs: [],
  },
  namespace: 'default',
} as unknown as Extract<Fact, { kind: 'watch-health' }>['of'];
const health = (state: 'connecting' | 'live' | 'retrying' | 'denied'): Fact => ({ kind: 'watch-health', of, state, at: 0 });
const ready: Fact = { kind: 'operator-ready', collections: 1, at: 0 };
const reasons = (...facts: Fact[]) => reasonsAgainst(facts.reduce(readinessAfter, NOT_READY));
const RETRYING = ['the watch of kopfexamples.v1.kopf.dev in default is retrying'];

it.each<{ when: string; facts: Fact[]; because: string[] }>([
  { when: 'it starts', facts: [], because: ['it is starting'] },
  { when: 'it has listed everything', facts: [health('connecting'), health('live'), ready], because: [] },
  { when: 'a watch is broken', facts: [ready, health('retrying')], because: RETRYING },
  { when: 'a watch connects again', facts: [ready, health('retrying'), health('connecting')], because: [] },
  {
    when: 'a broken watch is not wanted any more',
    facts: [ready, health('denied'), { kind: 'kind-released', of, at: 0 }],
    because: [],
  },
  { when: 'it stops', facts: [ready, { kind: 'operator-stopping', why: 'x', at: 0 }], because: ['it is stopping'] },
])('readiness has these reasons against it when $when: $because', ({ facts, because }) => {
  expect(reasons(...facts)).toEqual(because);
});
