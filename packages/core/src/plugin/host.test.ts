import { describe, expect, it } from 'vitest';
import { isKopfError } from '../errors.js';
import { parseSelector } from '../handlers/selector.js';
import { identityOf } from '../model/operator-identity.js';
import { createManualClock } from '../ports/manual-clock.js';
import { createSeededRandom } from '../ports/seeded-random.js';
import { composePlugins } from './host.js';
import type { ExtensionPoint, ExtensionPoints, Plugin, PluginHost } from './plugin.js';

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

  it.each<{ what: string; plugins: readonly Plugin[]; provides: readonly string[] }>([
    { what: 'what another one requires', plugins: [{ ...providing('late'), requires: ['all'] }, all], provides: ['all', 'late'] },
    {
      what: 'what another one comes after, if it is there',
      plugins: [{ ...providing('late'), after: ['all', 'x'] }, all],
      provides: ['all', 'late'],
    },
    {
      what: 'what is required by what is required',
      plugins: [{ ...providing('c'), requires: ['b'] }, { ...providing('b'), requires: ['all'] }, providing('d'), all],
      provides: ['all', 'b', 'c', 'd'],
    },
  ])('sets up first $what', ({ plugins, provides }) => {
    const order: string[] = [];
    const told = plugins.map((plugin) => ({ ...plugin, setup: (host: PluginHost) => (order.push(plugin.name), plugin.setup(host)) }));
    expect(composePlugins(told, surroundings).plugins.map(({ name }) => name)).toEqual(provides);
    expect(order).toEqual(provides);
  });

  it.each([1, [1, 1], [1, 3]] as const)('takes a plugin that says it works with %j', (apiVersion) => {
    expect(composePlugins([{ ...all, apiVersion }], surroundings).plugins).toHaveLength(1);
  });

  it('refuses what is contributed when set-up is over', () => {
    let late: PluginHost | undefined;
    composePlugins([all, { name: 'late', setup: (host) => void (late = host) }], surroundings);
    expect(() => late?.contribute('factSink', { open: () => ({ accept: () => undefined }) })).toThrow(
      "The plugin 'late' failed: it contributes to 'factSink' when its set-up has ended.",
    );
  });

  const throwing = (member: 'apiVersion' | 'requires' | 'setup'): Plugin =>
    Object.defineProperty(providing('trap'), member, {
      get: () => {
        throw new Error('no luck');
      },
    });

  const nonsense = (point: string, contributed: unknown): readonly Plugin[] => [
    all,
    { name: 'odd', setup: (host) => host.contribute(point as 'factSink', contributed as never) },
  ];

  it.each<{ when: string; plugins: readonly Plugin[]; code: string; message: string; remedy: string }>([
    {
      when: 'two provide one port',
      plugins: [all, providing('other', 'progressStore')],
      code: 'KOPF_PLUGIN_CONFLICT',
      message: "The plugins 'all' and 'other' both provide 'progressStore'.",
      remedy: 'Keep one of them in `plugins`.',
    },
    {
      when: 'one cannot be used with another',
      plugins: [all, { ...providing('shy'), conflicts: ['all'] }],
      code: 'KOPF_PLUGIN_CONFLICT',
      message: "The plugin 'shy' cannot be used together with 'all'.",
      remedy: 'Keep one of them in `plugins`.',
    },
    {
      when: 'nobody provides a port',
      plugins: [providing('half', 'clusterClient')],
      code: 'KOPF_PLUGIN_MISSING',
      message: "No plugin provides 'progressStore'.",
      remedy: 'Add one to `plugins`, for example annotations() of @kopfts/persistence-annotations.',
    },
    {
      when: 'one requires what is not there',
      plugins: [all, { ...providing('needy'), requires: ['all', 'redis'] }],
      code: 'KOPF_PLUGIN_MISSING',
      message: "The plugin 'needy' requires the plugin 'redis', which is not there.",
      remedy: "Add it to `plugins`, or leave 'needy' out.",
    },
    {
      when: 'one requires what has another name',
      plugins: [all, providing('redis'), { ...providing('needy'), requires: ['reddis'] }],
      code: 'KOPF_PLUGIN_MISSING',
      message: "The plugin 'needy' requires the plugin 'reddis', which is not there; did you mean 'redis'?",
      remedy: "Add it to `plugins`, or leave 'needy' out.",
    },
    {
      when: 'they wait for each other',
      plugins: [all, { ...providing('a'), requires: ['b'] }, { ...providing('b'), after: ['c'] }, { ...providing('c'), requires: ['b'] }],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'b' failed: plugins wait for each other in a circle: b → c → b.",
      remedy: 'One of them must leave the other out of `requires` or `after`.',
    },
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
      message: "The plugin 'bad' failed: boom",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one is asynchronous',
      plugins: [asynchronous as Plugin],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'async' failed: its `setup` is asynchronous; open things in a part instead.",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one was not called',
      plugins: [(() => all) as never],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'unnamed' failed: a plugin is an object { name, setup(host) }; did you forget to call it?",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one is made for a later interface',
      plugins: [{ ...all, apiVersion: [2, 3] }],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'all' failed: it was made for plugin interface 2 to 3, this is 1.",
      remedy: 'Update @kopfts/core.',
    },
    {
      when: 'one says no version',
      plugins: [{ ...all, apiVersion: '^1.0' as never }],
      code: 'KOPF_PLUGIN_FAILED',
      message: 'The plugin \'all\' failed: its apiVersion is "^1.0", which is no version and no range.',
      remedy: 'Write it as apiVersion: 1, or as [1, 2] for the first and the last one.',
    },
    {
      when: 'one says a range the wrong way round',
      plugins: [{ ...all, apiVersion: [2, 1] }],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'all' failed: its apiVersion is [2,1], which is no version and no range.",
      remedy: 'Write it as apiVersion: 1, or as [1, 2] for the first and the last one.',
    },
    {
      when: 'one names no list of plugins',
      plugins: [{ ...all, requires: 'redis' as never }],
      code: 'KOPF_PLUGIN_FAILED',
      message: 'The plugin \'all\' failed: its `requires` is "redis", but it must be a list of names of plugins.',
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one contributes to what does not exist',
      plugins: nonsense('logger', part),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: it contributes to 'logger', which does not exist.",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one contributes to what all objects have',
      plugins: nonsense('constructor', part),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: it contributes to 'constructor', which does not exist.",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one contributes no part',
      plugins: nonsense('factSink', { accept: () => undefined }),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'factSink' is no part { open(scope) }.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one contributes no service',
      plugins: nonsense('service', { run: () => undefined }),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'service' is no service { name, run(signal, operator) }.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one contributes no function',
      plugins: nonsense('admitPass', part),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'admitPass' is no function.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one mistypes a point',
      plugins: nonsense('progresStore', part),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: it contributes to 'progresStore', which does not exist; did you mean 'progressStore'?",
      remedy: 'See the cause; the plugin may need other options or another version.',
    },
    {
      when: 'one gives a time that is none',
      plugins: nonsense('factSink', { ...part, openTimeoutMs: 'soon' }),
      code: 'KOPF_PLUGIN_FAILED',
      message:
        "The plugin 'odd' failed: the `openTimeoutMs` of its 'factSink' is \"soon\", but it must be a number of milliseconds from 1 to 2147483647.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one gives a time that no timer can wait for',
      plugins: nonsense('factSink', { ...part, openTimeoutMs: Number.POSITIVE_INFINITY }),
      code: 'KOPF_PLUGIN_FAILED',
      message:
        "The plugin 'odd' failed: the `openTimeoutMs` of its 'factSink' is Infinity, but it must be a number of milliseconds from 1 to 2147483647.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one says neither yes nor no',
      plugins: nonsense('factSink', { ...part, optional: 'yes' }),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: the `optional` of its 'factSink' is \"yes\", but it must be true or false.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    ...[{ selectors: [] }, { selectors: ['pods'], progressStore: part }, {}, undefined].map((stores) => ({
      when: `one has stores of no kinds: ${JSON.stringify(stores)}`,
      plugins: nonsense('kindStores', stores),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'kindStores' has no selectors; use forKinds().",
      remedy: 'See docs/plugins.md for what each point wants.',
    })),
    {
      when: 'one has no stores for its kinds',
      plugins: nonsense('kindStores', { selectors: [parseSelector('pods')] }),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'kindStores' has no store; use forKinds().",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    {
      when: 'one has nonsense for stores of its kinds',
      plugins: nonsense('kindStores', { selectors: [parseSelector('pods')], memoStore: 5 }),
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: what it contributes to 'memoStore' is no part { open(scope) }.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
    ...(['apiVersion', 'requires', 'setup'] as const).map((member) => ({
      when: `one throws when its ${member} is read`,
      plugins: [throwing(member)],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'trap' failed: it threw when it was looked at: no luck",
      remedy: 'See the cause; the plugin may need other options or another version.',
    })),
    {
      when: 'one says a version that is no number',
      plugins: [{ ...all, apiVersion: Number.NaN }],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'all' failed: its apiVersion is NaN, which is no version and no range.",
      remedy: 'Write it as apiVersion: 1, or as [1, 2] for the first and the last one.',
    },
    {
      when: 'one takes for optional what is needed',
      plugins: [{ name: 'odd', setup: (host) => host.contribute('progressStore', { ...part, optional: true } as never) }],
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'odd' failed: its 'progressStore' is optional, but the operator needs one.",
      remedy: 'See docs/plugins.md for what each point wants.',
    },
  ])('refuses it when $when', ({ plugins, code, message, remedy }) => {
    expect(failureOf(plugins)).toEqual({ code, message, remedy });
  });
});
