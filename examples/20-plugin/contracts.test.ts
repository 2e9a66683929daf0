import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeContract, diffBaseStoreContract, progressStoreContract } from '@kopfts/core/contracts';
import { createMemoryBackend, type Backend } from './backend.js';
import { createFileBackend } from './file-backend.js';
import { createDiffBaseStore, createProgressStore } from './stores.js';

const root = mkdtempSync(join(tmpdir(), 'kopf-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const next = (): string => String((count += 1));
const newFolder = (): string => join(root, next());

/** Of both: a fresh place, and how it is opened again, as by the next operator. */
const backends: readonly { readonly what: string; readonly open: () => () => Backend }[] = [
  {
    what: 'in files',
    open: () => {
      const folder = newFolder();
      return () => createFileBackend(folder);
    },
  },
  {
    what: 'in memory',
    open: () => {
      const backend = createMemoryBackend();
      return () => backend;
    },
  },
];

for (const { what, open } of backends) {
  describeContract({ describe, it }, `progress ${what}`, {
    contract: progressStoreContract,
    make: () => {
      const reopen = open();
      return { store: createProgressStore(reopen(), next), reopen: () => createProgressStore(reopen(), next) };
    },
  });
  describeContract({ describe, it }, `what was handled last ${what}`, {
    contract: diffBaseStoreContract,
    make: () => {
      const reopen = open();
      return { store: createDiffBaseStore(reopen(), next), reopen: () => createDiffBaseStore(reopen(), next) };
    },
  });
}

describe('the files', () => {
  const signal = new AbortController().signal;

  it('are below the folder, whatever the keys hold', async () => {
    const folder = newFolder();
    const backend = createFileBackend(join(folder, 'inner'));
    await backend.write({ key: 'progress/../../../outside', on: undefined, entry: { text: '{}', version: '1' } }, signal);
    expect(await createFileBackend(join(folder, 'inner')).read(['progress/../../../outside'], signal)).toEqual([
      { text: '{}', version: '1' },
    ]);
    expect(await createFileBackend(folder).read(['outside'], signal)).toEqual([undefined]);
  });

  it('take one of two writes that were made on the same version', async () => {
    const backend = createFileBackend(newFolder());
    const write = (version: string) => backend.write({ key: 'a', on: undefined, entry: { text: version, version } }, signal);
    expect(await Promise.all([write('1'), write('2')])).toEqual([true, false]);
    expect(await backend.read(['a'], signal)).toEqual([{ text: '1', version: '1' }]);
  });
});
