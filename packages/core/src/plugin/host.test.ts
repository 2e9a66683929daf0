import { describe, expect, it } from 'vitest';
import { isKopfError } from '../errors.js';
import { identityOf } from '../model/operator-identity.js';
import { createManualClock } from '../ports/manual-clock.js';
import { createSeededRandom } from '../ports/seeded-random.js';
import { composePlugins } from './host.js';
import type { ExtensionPoint, ExtensionPoints, Plugin } from './plugin.js';

const surroundings = {
  identity: identityOf('x'),
  clock: createManualClock(),
  random: createSeededRandom(1),
  cluster: {},
  emit: () => undefined,
};
const part = { open: () => ({}) } as unknown as ExtensionPoints[ExtensionPoint];
const providing = (name: string, ...points: ExtensionPoint[]): Plugin => ({
  name,
  setup: (host) => points.forEach((point) => host.contribute(point, part)),
});
const all = providing('all', 'clusterClient', 'progressStore', 'diffBaseStore');
const asynchronous: unknown = { name: 'async', setup: () => Promise.resolve() };
const failureOf = (plugins: readonly Plugin[]): { code: string; message: string; remedy: string | undefined } => {
  try {
    composePlugins(plugins, surroundings);
  } catch (error) {
    if (isKopfError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('composePlugins', () => {
  it('says who provides what, in the order of the configuration', () => {
    const { plugins } = composePlugins([all, providing('sink', 'factSink')], surroundings);
    expect(plugins).toEqual([
      { name: 'all', provides: ['clusterClient', 'progressStore', 'diffBaseStore'] },
      { name: 'sink', provides: ['factSink'] },
    ]);
  });

  it.each<{ when: string; plugins: readonly Plugin[]; code: string; part: string }>([
    {
      when: 'two provide one port',
      plugins: [all, providing('other', 'progressStore')],
      code: 'KOPF_PLUGIN_CONFLICT',
      part: "'all' and 'other' both provide 'progressStore'",
    },
    { when: 'nobody provides a port', plugins: [providing('half', 'clusterClient')], code: 'KOPF_PLUGIN_MISSING', part: "'progressStore'" },
    {
      when: 'one throws in set-up',
      plugins: [
        {
          name: 'bad',
          setup: () => {
            throw new Error('boom');
          },
        },
      ],
      code: 'KOPF_PLUGIN_FAILED',
      part: "'bad' failed: boom",
    },
    {
      when: 'one is asynchronous',
      plugins: [asynchronous as Plugin],
      code: 'KOPF_PLUGIN_FAILED',
      part: 'asynchronous',
    },
    { when: 'one was not called', plugins: [(() => all) as never], code: 'KOPF_PLUGIN_FAILED', part: 'did you forget to call it' },
    {
      when: 'one speaks another interface',
      plugins: [{ ...all, apiVersion: 2 }],
      code: 'KOPF_PLUGIN_FAILED',
      part: 'interface 2, this is 1',
    },
    {
      when: 'one contributes to what does not exist',
      plugins: [providing('odd', 'logger' as never)],
      code: 'KOPF_PLUGIN_FAILED',
      part: "'logger', which does not exist",
    },
  ])('refuses it when $when', ({ plugins, code, part: text }) => {
    const failure = failureOf(plugins);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(text);
    expect(failure.remedy).toBeDefined();
  });
});
