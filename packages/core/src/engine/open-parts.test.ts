import { describe, expect, it, vi } from 'vitest';
import { createMemoryStores } from '../contracts/index.js';
import { isKopfError } from '../errors.js';
import { createRegistry } from '../handlers/registry.js';
import { createManualClock, type ManualClock } from '../ports/manual-clock.js';
import { createRecordingFactSink } from '../ports/recording-fact-sink.js';
import { createSeededRandom } from '../ports/seeded-random.js';
import type { Part, PartScope, Plugin } from '../plugin/plugin.js';
import { startOperator } from './operator.js';

const client = Object.fromEntries(['resolve', 'catalogueChanges', 'watch', 'write', 'record'].map((name) => [name, () => undefined]));
const part = (opened: unknown): Part<never> => ({ open: () => opened as never });
const closed: string[] = [];
const closing = (name: string, opened: unknown): Part<never> => ({
  open: (scope: PartScope) => {
    scope.onClose(() => void closed.push(name));
    return opened as never;
  },
});
const stores: Plugin = {
  name: 'stores',
  setup: (host) => {
    const { progress, diffBase } = createMemoryStores();
    host.contribute('progressStore', closing('progress', progress));
    host.contribute('diffBaseStore', closing('diffBase', diffBase));
  },
};
const plugin = (name: string, point: 'clusterClient' | 'factSink', contributed: Part<never>): Plugin => ({
  name,
  setup: (host) => host.contribute(point, contributed),
});

function start(plugins: readonly Plugin[], signal?: AbortSignal) {
  closed.length = 0;
  const clock = createManualClock();
  const sink = createRecordingFactSink();
  const starting = startOperator(
    { name: 'x', handlers: [createRegistry()], plugins },
    { runtime: { clock, random: createSeededRandom(1) }, factSinks: [sink], signal },
  );
  const failure = starting.then(
    (operator) => operator.stop().then(() => 'it started'),
    (error: unknown) => (isKopfError(error) ? { code: error.code, message: error.message, remedy: error.remedy } : error),
  );
  return { clock, sink, failure };
}

/** Until somebody waits for this clock. */
async function advance(clock: ManualClock, ms: number): Promise<void> {
  await vi.waitUntil(() => clock.pending > 0);
  clock.advanceBy(ms);
}

const failed = (message: string, remedy = 'See the cause; the plugin may need other options or another version.') => ({
  code: 'KOPF_PLUGIN_FAILED',
  message,
  remedy,
});
const CONTRACT = 'See docs/plugins.md for what each point wants.';

describe('a plugin whose part', () => {
  it.each<{ what: string; broken: Part<never>; says: unknown }>([
    {
      what: 'throws',
      broken: {
        open: () => {
          throw new Error('no socket');
        },
      },
      says: failed("The plugin 'bad' failed: no socket"),
    },
    { what: 'rejects', broken: { open: () => Promise.reject(new Error('no answer')) }, says: failed("The plugin 'bad' failed: no answer") },
    {
      what: 'opens as nothing',
      broken: part(undefined),
      says: failed("The plugin 'bad' failed: its 'clusterClient' opened as undefined.", CONTRACT),
    },
    {
      what: 'opens as half of what it is to be',
      broken: part({ ...client, write: undefined }),
      says: failed("The plugin 'bad' failed: its 'clusterClient' opened as something without write().", CONTRACT),
    },
  ])('$what is named, and what was opened before is closed in reverse', async ({ broken, says }) => {
    const { failure } = start([stores, plugin('bad', 'clusterClient', broken)]);
    expect(await failure).toEqual(says);
    expect(closed).toEqual(['diffBase', 'progress']);
  });

  it('hangs is named when its time is over, and closed when it opens after all', async () => {
    let open: () => void = () => undefined;
    const hanging: Part<never> = {
      open: async (scope) => {
        await new Promise<void>((resolve) => (open = resolve));
        scope.onClose(() => void closed.push('late'));
        return client as never;
      },
    };
    const { clock, failure } = start([stores, plugin('slow', 'clusterClient', hanging)]);
    await advance(clock, 59_999);
    expect(closed).toEqual([]);
    await advance(clock, 1);
    expect(await failure).toEqual(
      failed(
        "The plugin 'slow' failed: its 'clusterClient' has not opened within 60 s.",
        'Look at what it waits for, or leave the plugin out.',
      ),
    );
    open();
    await vi.waitFor(() => expect(closed).toEqual(['diffBase', 'progress', 'late']));
  });

  it('has its own time is named when that is over', async () => {
    const hanging: Part<never> = { openTimeoutMs: 1500, open: () => new Promise(() => undefined) };
    const { clock, failure } = start([stores, plugin('slow', 'factSink', hanging), plugin('client', 'clusterClient', part(client))]);
    await advance(clock, 1500);
    expect(await failure).toMatchObject({ message: "The plugin 'slow' failed: its 'factSink' has not opened within 1.5 s." });
  });

  it('hangs is left alone when nobody wants the operator any more', async () => {
    const asked = new AbortController();
    const hanging = plugin('slow', 'clusterClient', { open: () => new Promise(() => undefined) });
    const { failure } = start([stores, hanging], asked.signal);
    const reason = new Error('asked to end');
    asked.abort(reason);
    expect(await failure).toBe(reason);
    expect(closed).toEqual(['diffBase', 'progress']);
  });

  it('is optional and does not open is told, and the next ones are opened', async () => {
    const broken: Part<never> = { ...part(undefined), optional: true };
    const { sink, failure } = start([plugin('sink', 'factSink', broken), stores, plugin('bad', 'clusterClient', part(1))]);
    expect(await failure).toEqual(failed("The plugin 'bad' failed: its 'clusterClient' opened as 1.", CONTRACT));
    expect(sink.facts.filter(({ kind }) => kind === 'logged')).toEqual([
      expect.objectContaining({
        level: 'warn',
        message: 'An optional part of a plugin could not be opened; it goes on without.',
        fields: { plugin: 'sink', error: "The plugin 'sink' failed: its 'factSink' opened as undefined." },
      }),
    ]);
  });

  it('fails to close is named, and the others are closed', async () => {
    const unclosable: Part<never> = {
      open: (scope) => {
        scope.onClose(() => Promise.reject(new Error('stuck')));
        return { accept: () => undefined } as never;
      },
    };
    const { sink, failure } = start([stores, plugin('odd', 'factSink', unclosable), plugin('bad', 'clusterClient', part(undefined))]);
    await failure;
    expect(closed).toEqual(['diffBase', 'progress']);
    expect(sink.facts).toContainEqual(
      expect.objectContaining({ message: 'A part of a plugin could not be closed.', fields: { plugin: 'odd', error: 'stuck' } }),
    );
  });

  it('never closes does not hide why another one failed', async () => {
    const hanging: Part<never> = {
      open: (scope) => {
        scope.onClose(() => new Promise(() => undefined));
        return { accept: () => undefined } as never;
      },
    };
    const { clock, failure } = start([stores, plugin('odd', 'factSink', hanging), plugin('bad', 'clusterClient', part(undefined))]);
    await advance(clock, 10_000);
    expect(await failure).toMatchObject({ code: 'KOPF_PLUGIN_FAILED' });
  });
});
