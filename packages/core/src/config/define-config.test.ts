import { describe, expect, it } from 'vitest';
import { isKopfError } from '../errors.js';
import { createRegistry } from '../handlers/registry.js';
import { defineConfig, parseConfig, type OperatorConfig } from './define-config.js';

const good: OperatorConfig = { name: 'my-operator', handlers: [createRegistry()], namespaces: ['default', 'team-*'], plugins: [] };
const parse = (change: object): unknown => parseConfig({ ...good, ...change });
const failureOf = (change: object): { code: string; message: string } => {
  try {
    parse(change);
  } catch (error) {
    if (isKopfError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('parseConfig', () => {
  it('gives the configuration with every default filled in', () => {
    const parsed = parseConfig(defineConfig({ ...good, settings: { queueing: { workerLimit: 64, exitTimeout: '500ms' } } }));
    expect(parsed.settings.queueing).toMatchObject({ workerLimit: 64, exitTimeoutMs: 500, eventLimit: 128 });
    expect(parsed.settings.execution.defaultBackoff).toEqual({ initialMs: 60_000, factor: 1, limitMs: 60_000, jitter: 0 });
    expect(Object.isFrozen(parsed.settings.queueing)).toBe(true);
  });

  it('[CF-98, CF-99] posts Kubernetes Events again after the delays of Kopf', () => {
    const { posting } = parseConfig(good).settings;
    expect(posting.defaultBackoffsMs).toEqual([1000, 1000, 2000, 3000, 5000, 8000, 13_000, 21_000]);
    expect(posting.loggingBackoffsMs).toEqual([1000, 1000, 2000, 3000, 5000]);
  });

  it('[CF-33, CF-60, CF-93] has the defaults of Kopf', () => {
    const { settings } = parseConfig(good);
    expect(settings.queueing.errorDelaysMs.slice(0, 5)).toEqual([1000, 1000, 2000, 3000, 5000]);
    expect(settings.queueing.errorDelaysMs.at(-1)).toBe(610_000);
    expect(settings.persistence.consistencyTimeoutMs).toBe(5000);
  });

  it('[RU-03, D-20] refuses namespaces together with all of them, and a list of none; without any it is the whole cluster', () => {
    expect(failureOf({ namespaces: [] })).toMatchObject({ code: 'KOPF_INVALID_CONFIG' });
    expect(parseConfig({ ...good, namespaces: undefined }).namespaces).toBeUndefined();
    expect(failureOf({ namespaces: ['default'], clusterwide: true })).toMatchObject({ code: 'KOPF_INVALID_CONFIG' });
    expect(parseConfig({ ...good, namespaces: ['default'], clusterwide: false }).namespaces).toEqual(['default']);
  });

  it.each([
    [{ nmae: 'x' }, 'KOPF_UNKNOWN_OPTION', "did you mean 'name'?"],
    [{ name: 'My Operator' }, 'KOPF_INVALID_CONFIG', 'DNS label'],
    [{ handlers: ['./handlers/*.ts'] }, 'KOPF_INVALID_CONFIG', 'glob'],
    [{ handlers: [{}] }, 'KOPF_INVALID_CONFIG', "'handlers[0]' is no registry"],
    [{ clusterwide: true }, 'KOPF_INVALID_CONFIG', 'exclude each other'],
    [{ namespaces: undefined, clusterwide: 'no' }, 'KOPF_INVALID_OPTION', 'clusterwide is "no", but it must be true or false'],
    [{ namespaces: [] }, 'KOPF_INVALID_CONFIG', 'at least one'],
    [{ namespaces: [' , '] }, 'KOPF_INVALID_CONFIG', 'names no namespace'],
    [{ plugins: {} }, 'KOPF_INVALID_CONFIG', 'must be a list'],
    [{ settings: { queuing: {} } }, 'KOPF_UNKNOWN_OPTION', "did you mean 'queueing'?"],
    [{ settings: { queueing: { workerlimit: 1 } } }, 'KOPF_UNKNOWN_OPTION', "did you mean 'workerLimit'?"],
    [{ settings: { queueing: { workerLimit: 0 } } }, 'KOPF_INVALID_OPTION', 'settings.queueing.workerLimit is 0'],
    [{ settings: { execution: { defaultBackoff: 'soon' } } }, 'KOPF_INVALID_OPTION', 'settings.execution.defaultBackoff is "soon"'],
    [
      { settings: { execution: { defaultBackoff: { initial: 1, factor: 0 } } } },
      'KOPF_INVALID_OPTION',
      "'factor' of settings.execution.defaultBackoff",
    ],
    [{ settings: { execution: { lifecycle: 'asap' } } }, 'KOPF_INVALID_OPTION', 'settings.execution.lifecycle is "asap"'],
  ])('refuses %j with %s', (change, code, part) => {
    const failure = failureOf(change);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(part);
  });
});
