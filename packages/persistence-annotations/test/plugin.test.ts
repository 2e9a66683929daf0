import { describe, expect, it } from 'vitest';
import type { DiffBaseStore, ExtensionPoint, ExtensionPoints, FactBody, Part, PluginHost, ProgressStore } from '@kopfts/core';
import { isKopfError } from '@kopfts/core';
import { objectWith } from './objects.js';
import { annotations } from '../src/plugin.js';

const signal = new AbortController().signal;

function hostNamed(name: string): { host: PluginHost; points: Map<ExtensionPoint, unknown>; facts: FactBody[] } {
  const points = new Map<ExtensionPoint, unknown>();
  const facts: FactBody[] = [];
  const prefix = `${name}.kopf.zalando.org`;
  const host: PluginHost = {
    identity: { name, prefix, finalizer: `${prefix}/finalizer`, fieldManager: name },
    clock: { now: () => 0, monotonicMs: () => 0, sleep: () => Promise.resolve(), yield: () => Promise.resolve() },
    random: { next: () => 0, uuid: () => 'u' },
    cluster: {},
    contribute: (point, part: ExtensionPoints[ExtensionPoint]) => points.set(point, part),
    emit: (fact) => facts.push(fact),
  };
  return { host, points, facts };
}

async function openStores(points: Map<ExtensionPoint, unknown>): Promise<{ progress: ProgressStore; diffBase: DiffBaseStore }> {
  const scope = { signal, onClose: () => undefined };
  return {
    progress: await (points.get('progressStore') as Part<ProgressStore>).open(scope),
    diffBase: await (points.get('diffBaseStore') as Part<DiffBaseStore>).open(scope),
  };
}

describe('annotations()', () => {
  it("provides both stores under the operator's own prefix", async () => {
    const { host, points } = hostNamed('hello');
    annotations().setup(host);
    const { progress, diffBase } = await openStores(points);
    expect(progress.ownsAnnotation('hello.kopf.zalando.org/fn')).toBe(true);
    expect(diffBase.ownsAnnotation('hello.kopf.zalando.org/last-handled-configuration')).toBe(true);
  });

  it('takes the prefix that it is given', async () => {
    const { host, points } = hostNamed('hello');
    annotations({ prefix: 'kopf.zalando.org' }).setup(host);
    const { progress } = await openStores(points);
    expect(progress.ownsAnnotation('kopf.zalando.org/fn')).toBe(true);
  });

  it('reports an unreadable annotation once per object, with the object and the annotation', async () => {
    const { host, points, facts } = hostNamed('hello');
    annotations().setup(host);
    const { diffBase } = await openStores(points);
    const object = objectWith({ 'hello.kopf.zalando.org/last-handled-configuration': '{' });
    await diffBase.load([object, object], signal);
    expect(facts).toEqual([
      expect.objectContaining({
        kind: 'plugin',
        name: 'annotation-unreadable',
        data: expect.objectContaining({
          level: 'warn',
          message:
            "[default/a] The annotation 'hello.kopf.zalando.org/last-handled-configuration' is not readable and counts as absent; the next write repairs it.",
        }) as unknown,
      }),
    ]);
  });

  it.each([
    { options: { prefix: '' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: 'a/b' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: 'Upper.example.com' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: `${'a'.repeat(63)}.`.repeat(3) + 'org' }, code: 'KOPF_INVALID_OPTION' },
    { options: { v1: 'no' }, code: 'KOPF_INVALID_OPTION' },
    { options: { Prefix: 'a.example.com' }, code: 'KOPF_UNKNOWN_OPTION' },
  ])('[ST-01] refuses $options', ({ options, code }) => {
    const attempt = () => annotations(options as never);
    expect(attempt).toThrow();
    try {
      attempt();
    } catch (error) {
      expect(isKopfError(error, code)).toBe(true);
    }
  });
});
