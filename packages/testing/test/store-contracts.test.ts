// Every store keeps the contract, alone and together with others: also one of somebody else.
import {
  createManualClock,
  createSeededRandom,
  identityOf,
  multi,
  type DiffBaseStore,
  type ExtensionPoints,
  type MemoStore,
  type Part,
  type Plugin,
  type ProgressStore,
} from '@kopfts/core';
import { createMemoryStores, diffBaseStoreContract, memoStoreContract, progressStoreContract } from '@kopfts/core/contracts';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, it } from 'vitest';
import { createTable, inTable } from './third-party/text-stores.js';

interface Stores {
  readonly progress: ProgressStore;
  readonly diffBase: DiffBaseStore;
  readonly memo: MemoStore | undefined;
}

/** As an operator opens them. */
async function openStores(plugin: Plugin): Promise<Stores> {
  const contributed = new Map<string, unknown>();
  plugin.setup({
    identity: identityOf('test'),
    clock: createManualClock(),
    random: createSeededRandom(1),
    cluster: {},
    contribute: (point, part) => void contributed.set(point, part),
    emit: () => undefined,
  });
  const scope = { signal: new AbortController().signal, onClose: () => undefined };
  const open = async <T>(point: keyof ExtensionPoints): Promise<T> => (contributed.get(point) as Part<T>).open(scope);
  return {
    progress: await open<ProgressStore>('progressStore'),
    diffBase: await open<DiffBaseStore>('diffBaseStore'),
    memo: contributed.has('memoStore') ? await open<MemoStore>('memoStore') : undefined,
  };
}

/** Memory that outlives a life, as a place of its own for each subject. */
const inMemory = (): Plugin => {
  const stores = createMemoryStores();
  return {
    name: 'memory',
    setup: (host) => {
      host.contribute('progressStore', { open: () => stores.progress });
      host.contribute('diffBaseStore', { open: () => stores.diffBase });
      host.contribute('memoStore', { open: () => stores.memo });
    },
  };
};

const PLUGINS: Readonly<Record<string, () => Plugin>> = {
  memory: inMemory,
  'annotations, with what older operators left in the status': () => annotations(),
  'the status': () => status(),
  'a table of somebody else': () => inTable(createTable()),
  'the status, and annotations': () => multi(status(), annotations()),
  'annotations, and two fields of the status': () => multi(annotations(), status({ name: 'one' }), status({ name: 'two' })),
  'memory, and annotations': () => multi(inMemory(), annotations()),
  'annotations, and a table of somebody else': () => multi(annotations(), inTable(createTable())),
};

describe.each(Object.entries(PLUGINS))('[API-05, ST-20] stores in %s', (where, make) => {
  const subject = async <Role extends keyof Stores>(role: Role) => {
    const plugin = make();
    const open = async () => {
      const store = (await openStores(plugin))[role];
      if (store === undefined) throw new Error(`${where} keeps no ${role}`);
      return store;
    };
    return { store: await open(), reopen: open };
  };

  for (const one of progressStoreContract) it(`as a progress store: ${one.name}`, () => one.run(() => subject('progress')));
  for (const one of diffBaseStoreContract) it(`as a diff base store: ${one.name}`, () => one.run(() => subject('diffBase')));
});

describe.each(['memory', 'a table of somebody else', 'memory, and annotations'])('memos in %s', (where) => {
  const make = PLUGINS[where] ?? inMemory;
  const subject = async () => {
    const plugin = make();
    const open = async (): Promise<MemoStore> => {
      const { memo } = await openStores(plugin);
      if (memo === undefined) throw new Error(`${where} keeps no memos`);
      return memo;
    };
    return { store: await open(), reopen: open };
  };

  for (const one of memoStoreContract) it(one.name, () => one.run(subject));
});
