import { describe, expect, it } from 'vitest';
import type { DiffBaseStore, ProgressStore } from '@kopfts/core';
import { diffBaseStoreContract, progressStoreContract } from '@kopfts/core/contracts';
import { createAnnotationDiffBaseStore } from '../src/diff-base-store.js';
import { createAnnotationProgressStore } from '../src/progress-store.js';
import { KOPF } from './objects.js';

const layout = { v1: true, onUnreadable: () => expect.unreachable('the store cannot read what it wrote') };

describe.each([KOPF, 'my-operator.example.com'])('under the prefix %s', (prefix) => {
  const openProgress = (): ProgressStore => createAnnotationProgressStore({ ...layout, prefix, verbose: false, now: () => 0 });
  const openDiffBase = (): DiffBaseStore => createAnnotationDiffBaseStore({ ...layout, prefix });

  describe('the progress store', () => {
    for (const one of progressStoreContract) it(one.name, () => one.run(() => ({ store: openProgress(), reopen: openProgress })));
  });

  describe('the diff base store', () => {
    for (const one of diffBaseStoreContract) it(one.name, () => one.run(() => ({ store: openDiffBase(), reopen: openDiffBase })));
  });
});
