import { describe, expect, it } from 'vitest';
import { PermanentError, TemporaryError } from '../errors.js';
import { createRegistry } from '../handlers/registry.js';
import type { LoginFunction } from '../model/activity.js';
import type { FactBody } from '../model/fact.js';
import { mutableSettings, parseSettings } from '../config/settings.js';
import { createManualClock } from '../ports/manual-clock.js';
import { createSeededRandom } from '../ports/seeded-random.js';
import { createIndexes } from './indexes.js';
import { loginOf } from './login.js';

const info = (token: string) => ({ server: 'https://k', token });

function loginWith(handlers: Readonly<Record<string, LoginFunction>>) {
  const kopf = createRegistry();
  for (const [id, fn] of Object.entries(handlers)) kopf.on.login({ id }, fn);
  const clock = createManualClock();
  const facts: FactBody[] = [];
  const login = loginOf([kopf], () => ({
    settings: mutableSettings({}),
    memo: () => ({}),
    indexes: createIndexes([]),
    clock,
    random: createSeededRandom(1),
    defaultBackoff: parseSettings({}).execution.defaultBackoff,
    emit: (fact) => facts.push(fact),
  }));
  return { clock, facts, run: (signal = new AbortController().signal) => login?.run(signal) ?? Promise.reject(new Error('no login')) };
}

describe('login handlers', () => {
  it('[AU-01, AC-03] may be several, sync or async, and give nothing, one or many; all of it counts', async () => {
    const { run } = loginWith({ a: () => info('1'), b: async () => null, c: async () => [info('2'), info('3')], d: () => undefined });
    expect(await run()).toEqual([
      { handler: 'a', info: info('1') },
      { handler: 'c', info: info('2') },
      { handler: 'c', info: info('3') },
    ]);
  });

  it('[AU-17] are tried again after an arbitrary error, for ever', async () => {
    const times: number[] = [];
    const { run, clock } = loginWith({
      a: () => {
        times.push(clock.monotonicMs() / 1000);
        if (times.length < 4) throw times.length === 2 ? new TemporaryError('later', { delay: 5 }) : new Error('away');
        return info('1');
      },
    });
    const logged = run();
    while (times.length < 4) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      clock.advanceTo(clock.nextDueMs() ?? clock.monotonicMs());
    }
    expect(await logged).toEqual([{ handler: 'a', info: info('1') }]);
    expect(times).toEqual([0, 60, 65, 125]);
  });

  it('[AU-17] that fail for good fail the login, if there is nothing else', async () => {
    const { run } = loginWith({
      a: () => {
        throw new PermanentError('no licence');
      },
      b: () => null,
    });
    await expect(run()).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED', message: "The login handler 'a' failed: no licence" });
  });

  it('[I8] that fail keep nobody waiting for what the others gave', async () => {
    const { run, facts } = loginWith({
      a: () => {
        throw new Error('away');
      },
      b: () => info('2'),
    });
    expect(await run()).toEqual([{ handler: 'b', info: info('2') }]);
    expect(facts).toMatchObject([
      { kind: 'activity-handler-ended', activity: 'login', handler: 'a', result: 'retry' },
      { kind: 'activity-handler-ended', activity: 'login', handler: 'b', result: 'succeeded' },
    ]);
  });

  it('[AU-20] are asked only if there are any', () => {
    expect(loginOf([createRegistry()], () => Promise.reject(new Error('never')) as never)).toBeUndefined();
  });
});
