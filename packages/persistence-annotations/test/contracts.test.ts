import { describe, expect, it } from 'vitest';
import type { DiffBaseStore, ProgressStore } from '@kopfts/core';
import { diffBaseStoreContract, progressStoreContract } from '@kopfts/core/contracts';
import { createAnnotationDiffBaseStore } from '../src/diff-base-store.js';
import { createAnnotationProgressStore } from '../src/progress-store.js';
import { createStatusDiffBaseStore } from '../src/status-diff-base-store.js';
import { createStatusProgressStore } from '../src/status-progress-store.js';
import { KOPF, statusLayout } from './objects.js';

const onUnreadable = () => expect.unreachable('the store cannot read what it wrote');
const now = () => 0;

const PROGRESS: Readonly<Record<string, () => ProgressStore>> = {
  ...Object.fromEntries(
    [KOPF, 'my-operator.example.com'].flatMap((prefix) =>
      [true, false].map((v1) => [
        `annotations under ${prefix}${v1 ? '' : ', v2 keys only'}`,
        () => createAnnotationProgressStore({ prefix, v1, onUnreadable, verbose: !v1, now }),
      ]),
    ),
  ),
  'the status': () => createStatusProgressStore({ layout: statusLayout(), now, onUnreadable }),
  'a deep field of the status': () => createStatusProgressStore({ layout: statusLayout('a', 'b.c', 'd'), now, onUnreadable }),
};

const DIFF_BASE: Readonly<Record<string, () => DiffBaseStore>> = {
  ...Object.fromEntries(
    [KOPF, 'my-operator.example.com'].flatMap((prefix) =>
      [undefined, 'another-key'].map((key) => [
        `annotations under ${prefix}/${key ?? ''}`,
        () => createAnnotationDiffBaseStore({ prefix, v1: true, key, onUnreadable }),
      ]),
    ),
  ),
  'the status': () => createStatusDiffBaseStore({ layout: statusLayout(), onUnreadable }),
  'a deep field of the status': () => createStatusDiffBaseStore({ layout: statusLayout('a', 'b.c', 'd'), onUnreadable }),
};

describe.each(Object.entries(PROGRESS))('the progress store in %s', (_, open) => {
  for (const one of progressStoreContract) it(one.name, () => one.run(() => ({ store: open(), reopen: open })));
});

describe.each(Object.entries(DIFF_BASE))('the diff base store in %s', (_, open) => {
  for (const one of diffBaseStoreContract) it(one.name, () => one.run(() => ({ store: open(), reopen: open })));
});
