// Health while what is outside of the process is away: nobody may end it for that, and nobody should send work to it (design 6.12).
import {
  createManualClock,
  createSeededRandom,
  identityOf,
  KopfError,
  type ExternalPlace,
  type FactSink,
  type Part,
  type Plugin,
  type PluginHost,
} from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { observability } from '@kopfts/observability';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorld, example } from './world.js';

/** Stores outside of the cluster that a test can take away, as Redis may be. */
function createAwayStores() {
  const memory = createMemoryStores();
  const waiting = new Set<() => void>();
  let isAway = false;
  const away = () => new KopfError('KOPF_STORE_AWAY', 'The store at secret-host:6379 is away.');
  const present = async <T>(ask: () => T | Promise<T>): Promise<T> => {
    if (isAway) throw away();
    return ask();
  };
  const place: ExternalPlace = {
    commit: (writes, signal) =>
      present(async () => {
        for (const write of writes) {
          const store = 'store' in (write.payload as object) ? memory.progress : memory.diffBase;
          if ((await store.commit?.(write, signal)) === 'newer-exists') return 'newer-exists';
        }
        return 'done';
      }),
    reachable: (signal) =>
      new Promise((resolve, reject) => {
        if (!isAway) return resolve();
        waiting.add(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    away: () => (isAway ? away() : undefined),
  };
  const { progress, diffBase } = memory;
  const plugin: Plugin = {
    name: 'outside',
    setup: (host) => {
      host.contribute('progressStore', {
        open: () => ({
          ...progress,
          place,
          load: (queries, signal) => present(() => progress.load(queries, signal)),
          commit: (write, signal) => place.commit([write], signal),
        }),
      });
      host.contribute('diffBaseStore', {
        open: () => ({
          ...diffBase,
          place,
          load: (objects, signal) => present(() => diffBase.load(objects, signal)),
          commit: (write, signal) => place.commit([write], signal),
        }),
      });
    },
  };
  return {
    plugin,
    leave: () => void (isAway = true),
    comeBack(): void {
      isAway = false;
      for (const wake of waiting) wake();
    },
  };
}

/** The plugin with its sinks open: its thread begins by the clock on the wall, for which that of a simulation does not wait. */
async function openBefore(plugin: Plugin): Promise<{ readonly opened: Plugin; readonly url: string }> {
  const given: ((host: PluginHost) => void)[] = [];
  const sinks: Part<FactSink>[] = [];
  let url = '';
  plugin.setup({
    identity: identityOf('test'),
    clock: createManualClock(),
    random: createSeededRandom(1),
    cluster: {},
    emit: ({ name, data }) => {
      if (name === 'serving-health') url = (data as { readonly url: string }).url;
    },
    contribute: (point, part) => {
      if (point === 'factSink') sinks.push(part as Part<FactSink>);
      else given.push((host) => host.contribute(point, part));
    },
  });
  const scope = {
    signal: new AbortController().signal,
    onClose: (close: () => void | Promise<void>) => onTestFinished(() => close()),
  };
  const accepting: FactSink[] = [];
  for (const part of sinks) accepting.push(await part.open(scope));
  const setup = (host: PluginHost): void => {
    for (const give of given) give(host);
    for (const sink of accepting) host.contribute('factSink', { open: () => sink });
  };
  return { opened: { ...plugin, setup }, url };
}

/** An operator with health, whose stores are outside. How long the test blocks its own event loop is not what is asked. */
async function openWorld() {
  const stores = createAwayStores();
  const { opened, url } = await openBefore(observability({ health: { port: 0, host: '127.0.0.1', blockedAfterMs: 3_600_000 } }));
  let handled = 0;
  const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void (handled += 1)), {
    stores: () => [stores.plugin],
    plugins: [opened],
  });
  onTestFinished(() => world.close());
  await world.start();
  const ask = async (check: string): Promise<string> => {
    const answer = await fetch(`${url}/${check}?verbose`);
    return `${String(answer.status)} ${await answer.text()}`;
  };
  // The thread that answers hears of changes a moment later, by the clock on the wall: that of the operator stands still meanwhile.
  const isSaid = (check: string, said: RegExp): Promise<void> => expect.poll(() => ask(check), { timeout: 15_000 }).toMatch(said);
  return { world, stores, ask, isSaid, handled: () => handled };
}

const ALIVE = '200 [+]event-loop ok\nlivez check passed\n';
const OTHERS = '[+]event-loop ok\n[+]started ok\n[+]not-stopping ok\n';
const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[[\]+]/g, '\\$&')}$`);
/** For those who route work, the bound of a watch that is dead. */
const BOUND = '15s';

describe('an hour without', () => {
  it('the API server is no reason to end the process: live, and not ready within 15 s', async () => {
    const { world, ask, isSaid, handled } = await openWorld();
    await isSaid('readyz', /^200 /);
    world.faults.add({ kind: 'drop' }, { times: Infinity });
    world.breakWatches();
    await world.create(example());
    await world.advance(BOUND);
    const red = /^503 (.*\n)*\[-\]watches failed: 1 broken\n/;
    await isSaid('readyz', red);
    await world.advance('1h');
    expect(await ask('livez')).toBe(ALIVE);
    expect(await ask('readyz')).toMatch(red);
    expect(await ask('startupz')).toMatch(/^200 /);
    world.faults.clear();
    await world.advance('2m');
    await isSaid('readyz', /^200 /);
    expect(handled()).toBe(1);
  });

  it('it and the store, too, where readiness says what is away, and what still is', async () => {
    const { world, stores, ask, isSaid, handled } = await openWorld();
    await isSaid('readyz', /^200 /);
    stores.leave();
    await world.create(example());
    await world.advance(BOUND);
    const away = '[-]parts failed: KOPF_STORE_AWAY\n';
    await isSaid('readyz', exactly(`503 ${OTHERS}${away}[+]watches ok\nreadyz check failed\n`));
    world.faults.add({ kind: 'drop' }, { times: Infinity });
    world.breakWatches();
    await world.advance('1h');
    await isSaid('readyz', exactly(`503 ${OTHERS}${away}[-]watches failed: 1 broken\nreadyz check failed\n`));
    expect(await ask('livez')).toBe(ALIVE);
    world.faults.clear();
    await world.advance('2m');
    await isSaid('readyz', exactly(`503 ${OTHERS}${away}[+]watches ok\nreadyz check failed\n`));
    expect(handled()).toBe(0);
    stores.comeBack();
    await world.advance('2m');
    await isSaid('readyz', /^200 /);
    expect(await ask('livez')).toBe(ALIVE);
    expect(handled()).toBe(1);
  });
});
