import { describe, expect, it } from 'vitest';
import { answerTo } from './answer.js';
import { NOT_READY } from './readiness.js';
import type { Readiness } from './readiness.js';

const SERVING: Readiness = { stage: 'serving', broken: new Map() };
const BROKEN: Readiness = { stage: 'serving', broken: new Map([['pods.v1', 'denied']]) };
const ask = async (path: string, readiness: Readiness, readinessPath: string | undefined = '/readyz') => {
  const answering = { livenessPath: '/healthz', readinessPath, readiness: () => readiness, probe: () => Promise.resolve({ ok: true }) };
  const { status, body } = await answerTo({ method: 'GET', path }, answering);
  return [status, JSON.parse(body) as unknown];
};

describe('answers', () => {
  it('[PR-07] of liveness say nothing of the watches: no outage outside may end the process', async () => {
    for (const readiness of [SERVING, BROKEN, NOT_READY]) expect(await ask('/healthz', readiness)).toEqual([200, { ok: true }]);
  });

  it('[B-02] of readiness tell whether the watches work', async () => {
    expect(await ask('/readyz', SERVING)).toEqual([200, { ready: true }]);
    expect(await ask('/readyz', BROKEN)).toEqual([503, { ready: false, reasons: ['the watch of pods.v1 is denied'] }]);
    expect(await ask('/readyz', NOT_READY)).toEqual([503, { ready: false, reasons: ['it is starting'] }]);
  });

  it('of readiness are not given where nobody asked for them', async () => {
    const answering = { livenessPath: '/healthz', readinessPath: undefined, readiness: () => SERVING, probe: () => Promise.resolve({}) };
    expect((await answerTo({ method: 'GET', path: '/readyz' }, answering)).status).toBe(404);
  });
});
