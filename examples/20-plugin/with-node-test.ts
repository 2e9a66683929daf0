import { describe, it } from 'node:test';
import { describeContract, diffBaseStoreContract, exceptCases, progressStoreContract } from '@kopfts/core/contracts';
import { createMemoryBackend } from './backend.js';
import { createDiffBaseStore, createProgressStore } from './stores.js';

let count = 0;
const next = (): string => String((count += 1));

describeContract({ describe, it }, 'progress in memory', {
  contract: exceptCases(progressStoreContract, { 'keeps records through a restart': 'it is in memory' }),
  make: () => {
    const backend = createMemoryBackend();
    return { store: createProgressStore(backend, next), reopen: () => createProgressStore(backend, next) };
  },
});
describeContract({ describe, it }, 'what was handled last, in memory', {
  contract: diffBaseStoreContract,
  make: () => {
    const backend = createMemoryBackend();
    return { store: createDiffBaseStore(backend, next), reopen: () => createDiffBaseStore(backend, next) };
  },
});
