// Operators as values inside of a program: how they begin and end, and that several know nothing of each other.
import {
  createRecordingFactSink,
  createRegistry,
  defineConfig,
  PermanentError,
  startOperator,
  type Operator,
  type Plugin,
} from '@kopfts/core';
import { kubernetes, type Transport } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimulation, customResourceDefinition, type OperatorParts, type Simulation } from '../src/index.js';
import { A, createWorld, example, KIND } from './world.js';

const pluginsOf = (transport: Transport) => [kubernetes({ transport }), annotations()];

async function twoOperators(one: (parts: OperatorParts) => ReturnType<typeof defineConfig>, two: typeof one): Promise<Simulation> {
  const world = await createSimulation({ crds: [customResourceDefinition(KIND)], operators: { one, two } });
  onTestFinished(() => world.close().catch(() => undefined));
  return world;
}

describe('several operators in one process', () => {
  it('[A-07, RU-04] share not even a registry that both have: memos, settings and facts are of each', async () => {
    const kopf = createRegistry();
    const seen: string[] = [];
    kopf.on.startup({ id: 'start' }, ({ memo, settings }) => {
      memo.limit = settings.queueing.workerLimit;
      settings.queueing.workerLimit = 99;
    });
    kopf.on.create(
      'KopfExample',
      { id: 'made' },
      ({ memo }) => void seen.push(`${String(memo.limit)} ${String((memo.count = Number(memo.count ?? 0) + 1))}`),
    );
    const sinks = { one: createRecordingFactSink(), two: createRecordingFactSink() };
    const configOf = (name: 'one' | 'two', workerLimit: number) => (parts: OperatorParts) =>
      defineConfig({
        name,
        handlers: [kopf],
        settings: { queueing: { workerLimit } },
        plugins: [
          ...pluginsOf(parts.transport),
          { name: 'notes', setup: (host) => host.contribute('factSink', { open: () => sinks[name] }) },
        ],
      });
    const world = await twoOperators(configOf('one', 1), configOf('two', 2));
    await world.operator('one').start();
    await world.operator('two').start();
    await world.create(example());
    await world.settle();
    expect(seen.sort()).toEqual(['1 1', '2 1']);
    for (const name of ['one', 'two'] as const) {
      const { facts } = sinks[name];
      expect(facts.filter(({ kind }) => kind === 'operator-started')).toMatchObject([{ name }]);
      expect(facts.filter(({ kind }) => kind === 'handler-ended')).toHaveLength(1);
    }
    await world.operator('one').stop();
    expect(sinks.two.facts.filter(({ kind }) => kind === 'operator-stopping')).toEqual([]);
  });

  it('[A-07] live on when another one has to end', async () => {
    const bad = createRegistry();
    bad.on.startup({ id: 'bad' }, () => {
      throw new PermanentError('no licence');
    });
    const good = createRegistry();
    const seen: string[] = [];
    good.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name));
    const world = await twoOperators(
      ({ transport }) => defineConfig({ name: 'one', handlers: [bad], plugins: pluginsOf(transport) }),
      ({ transport }) => defineConfig({ name: 'two', handlers: [good], plugins: pluginsOf(transport) }),
    );
    await world.operator('two').start();
    await expect(world.operator('one').start()).rejects.toMatchObject({ code: 'KOPF_ACTIVITY_FAILED' });
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['a']);
  });
});

const nothingThere = (): never => {
  throw new Error('there is no kind, so nobody asks');
};

/** A cluster without kinds; what is asked of it hangs until the operator stops. */
const emptyCluster: Plugin = {
  name: 'empty-cluster',
  setup: (host) =>
    host.contribute('clusterClient', {
      open: () => ({
        resolve: () => Promise.resolve({ resources: [] }),
        async *catalogueChanges(signal: AbortSignal) {
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
        watch: nothingThere,
        write: nothingThere,
        record: nothingThere,
      }),
    }),
};
const start = (plugins: readonly Plugin[] = [], signal?: AbortSignal, kopf = createRegistry()): Promise<Operator> =>
  startOperator({ handlers: [kopf], plugins: [emptyCluster, annotations(), ...plugins] }, { signal });

describe('an embedded operator', () => {
  it('[RU-06] ends when its signal aborts, as by stop(), and both may be used, again and again', async () => {
    const controller = new AbortController();
    const operator = await start([], controller.signal);
    await operator.ready;
    controller.abort();
    await operator.stopped;
    await Promise.all([operator.stop(), operator.stop()]);
  });

  it('[RU-06] that was told to stop before it began is never ready, and ends without an error', async () => {
    const operator = await start([], AbortSignal.abort());
    await expect(operator.ready).rejects.toThrow('its signal was aborted');
    await operator.stopped;
  });

  it('leaves nothing behind at the signal that it was given', async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners.add(args[1]), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners.delete(args[1]), remove(...args));
    for (let lives = 0; lives < 3; lives += 1) await (await start([], signal)).stop();
    expect(listeners.size).toBe(0);
  });

  it('[RU-12, RU-14] ends when a service fails, with the error of that, after the cleanup', async () => {
    const log: string[] = [];
    const kopf = createRegistry();
    kopf.on.cleanup({ id: 'clean' }, () => {
      log.push('cleaned');
      throw new PermanentError('this, too');
    });
    let fail: (error: Error) => void = () => undefined;
    const broken = new Promise<void>((_, reject) => (fail = reject));
    const sink = createRecordingFactSink();
    const plugin: Plugin = {
      name: 'breaks',
      setup(host) {
        host.contribute('service', { name: 'breaks', run: () => broken });
        host.contribute('factSink', { open: () => sink });
      },
    };
    const operator = await start([plugin], undefined, kopf);
    await operator.ready;
    fail(new Error('out of order'));
    await expect(operator.stopped).rejects.toThrow('out of order');
    await expect(operator.stop()).rejects.toThrow('out of order');
    expect(log).toEqual(['cleaned']);
    expect(sink.facts.filter(({ kind }) => kind === 'operator-stopping')).toMatchObject([
      { error: { message: expect.stringContaining('out of order') as string } },
    ]);
  });

  it('goes on when a service has done its work', async () => {
    const plugin: Plugin = { name: 'short', setup: (host) => host.contribute('service', { name: 'short', run: () => Promise.resolve() }) };
    const operator = await start([plugin]);
    await operator.ready;
    expect(await operator.probe()).toEqual({});
    await operator.stop();
  });

  it('[RU-11] has services that begin when the startup handlers have succeeded', async () => {
    const log: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.startup({ id: 'slow' }, async () => {
          await world.clock.sleep(5000, new AbortController().signal);
          log.push('started');
        });
      },
      {
        plugins: [
          {
            name: 'late',
            setup: (host) =>
              host.contribute('service', {
                name: 'late',
                run: (signal) => {
                  log.push('service');
                  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
                },
              }),
          },
        ],
      },
    );
    await world.start();
    expect(log).toEqual(['started', 'service']);
    await world.create(example());
    expect(await world.get(A)).toBeDefined();
    await world.close();
  });

  it('says of its health nothing before it serves, and after that', async () => {
    const operator = await start();
    await operator.ready;
    expect(await operator.probe()).toEqual({});
    await operator.stop();
    await expect(operator.probe()).rejects.toMatchObject({ code: 'KOPF_NOT_SERVING' });
  });
});
