import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../handlers/registry.js';
import type { BackgroundHandler } from '../../handlers/handler-spec.js';
import { planBackground, type JudgedHandler } from './plan-background.js';

const YES = { matched: true } as const;
const NO = { matched: false, filter: 'labels' } as const;

function handler(id: string): BackgroundHandler {
  const kopf = createRegistry();
  kopf.daemon('pods', { id }, () => undefined);
  return kopf.handlers.find((declared) => declared.family === 'daemon') as BackgroundHandler;
}

const judged = (id: string, verdict: JudgedHandler['verdict']): JudgedHandler => ({ handler: handler(id), verdict });

describe('what starts and what is told to stop', () => {
  it.each<{ when: string; of: readonly JudgedHandler[]; running?: string[]; ended?: string[]; start?: string[]; stop?: string[] }>([
    { when: '[DM-01] it matches', of: [judged('a', YES)], start: ['a'] },
    { when: '[DM-02] it matches and runs', of: [judged('a', YES)], running: ['a'] },
    { when: '[DM-03] it matches and has ended on its own', of: [judged('a', YES)], ended: ['a'] },
    { when: '[DM-15] it runs and does not match any more', of: [judged('a', NO)], running: ['a'], stop: ['a'] },
    { when: 'it does not match and does not run', of: [judged('a', NO)] },
    { when: 'a filter fails and it runs', of: [judged('a', 'undecided')], running: ['a'] },
    { when: 'a filter fails and it does not run', of: [judged('a', 'undecided')] },
    { when: 'one of two declarations matches', of: [judged('a', NO), judged('a', YES)], running: ['a'] },
    { when: 'both declarations match', of: [judged('a', YES), judged('a', YES)], start: ['a'] },
    { when: 'one declaration fails and the other says no', of: [judged('a', 'undecided'), judged('a', NO)], running: ['a'] },
    { when: 'others come and go', of: [judged('a', YES), judged('b', NO)], running: ['b'], start: ['a'], stop: ['b'] },
  ])('$when', ({ of, running = [], ended = [], start = [], stop = [] }) => {
    const plan = planBackground(of, { running: new Set(running), endedForGood: new Set(ended) });
    expect({ start: plan.start.map(({ id }) => id), stop: plan.stop }).toEqual({ start, stop });
  });
});
