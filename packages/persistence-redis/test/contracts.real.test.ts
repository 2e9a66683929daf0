import { diffBaseStoreContract, memoStoreContract, progressStoreContract } from '@kopfts/core/contracts';
import { describe, expect, it } from 'vitest';
import { openStores, program, useRedis } from './support.js';

describe.runIf(program)('stores in a real Redis', () => {
  const { server } = useRedis({ appendonly: false });
  let subjects = 0;

  it.each(progressStoreContract)('as a progress store: $name', async ({ run }) => {
    const subject = async () => {
      const open = async () => (await openStores({ url: server().url, keeps: ['progress'] })).progress;
      return { store: await open(), reopen: open, uidPrefix: `${String((subjects += 1))}-` };
    };
    expect(await run(subject)).toBeUndefined();
  });

  it.each(diffBaseStoreContract)('as a diff-base store: $name', async ({ run }) => {
    const subject = async () => {
      const open = async () => (await openStores({ url: server().url, keeps: ['diffBase'] })).diffBase;
      return { store: await open(), reopen: open, uidPrefix: `${String((subjects += 1))}-` };
    };
    expect(await run(subject)).toBeUndefined();
  });

  it.each(memoStoreContract)('as a store of memos: $name', async ({ run }) => {
    const subject = async () => {
      const open = async () => (await openStores({ url: server().url, keeps: ['memo'] })).memo;
      return { store: await open(), reopen: open, uidPrefix: `${String((subjects += 1))}-` };
    };
    expect(await run(subject)).toBeUndefined();
  });
});
