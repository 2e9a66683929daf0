import type { ListedCollection, ObjectView } from '@kopfts/core';
import { describe, expect, it, vi } from 'vitest';
import { createKeyNames } from '../src/key.js';
import { finish, look } from './steps.js';
import { openStores, program, useRedis, viewOf } from './support.js';

const one = { spec: { size: 1 } };
/** So far behind a list may be before anything is swept away, and somewhat more. */
const LATER_MS = 600_001;

describe.runIf(program)('what Redis has of objects that are gone', () => {
  const { server, admin } = useRedis({ appendonly: false });
  const keyOf = async (uid: string): Promise<string> => (await admin().keys(`*:${uid}`))[0] ?? '';
  const leftMs = async (uid: string): Promise<number> => admin().pttl(await keyOf(uid));
  const listed = ({ ref }: ObjectView, more: Partial<ListedCollection> = {}): ListedCollection => ({
    resource: ref.resource,
    covers: () => true,
    exists: () => false,
    ...more,
  });

  it('goes after a while when a list does not have them any more, by their uid, and nothing else does', async () => {
    const stores = await openStores({ url: server().url, sweepAfter: 1000 });
    const [gone, there] = [viewOf('swept'), viewOf('there')];
    const elsewhere: ObjectView = { ...viewOf('elsewhere'), ref: { ...gone.ref, uid: 'elsewhere', namespace: 'other' } };
    const another: ObjectView = {
      ...viewOf('another'),
      ref: { ...gone.ref, uid: 'another', resource: { ...gone.ref.resource, plural: 'others' } },
    };
    for (const object of [gone, there, elsewhere, another]) await finish(stores, object, one);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const covers = (namespace: string | undefined): boolean => namespace === 'default';
      stores.progress.place?.sweep?.(listed(gone, { covers, exists: (uid) => uid === 'there' }));
      vi.advanceTimersByTime(LATER_MS);
    } finally {
      vi.useRealTimers();
    }
    await expect.poll(() => leftMs('swept')).toBeGreaterThan(900_000);
    expect(await Promise.all(['there', 'elsewhere', 'another'].map(leftMs))).toEqual([-1, -1, -1]);
    // It comes back, as with a restored backup.
    expect((await look(stores, gone)).diffBase.essence).toEqual(one);
    expect(await leftMs('swept')).toBe(-1);
  });

  it('goes also if nothing but its first sight was noted', async () => {
    const stores = await openStores({ url: server().url, sweepAfter: 1000 });
    const object = viewOf('noted');
    await look(stores, object);
    const index = createKeyNames('kopf:test.kopf.zalando.org:test').of('noted').known;
    expect(await admin().hget(index, 'noted')).toBe('-kopfexamples.kopf.dev|default');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      stores.progress.place?.sweep?.(listed(object));
      vi.advanceTimersByTime(LATER_MS);
    } finally {
      vi.useRealTimers();
    }
    await expect.poll(() => admin().hexists(index, 'noted')).toBe(0);
  });

  it('is not there any more when that while is over, and was never lost', async () => {
    const stores = await openStores({ url: server().url, forgetAfter: 0.05 });
    const object = viewOf('forgotten');
    await finish(stores, object, one);
    const key = await keyOf('forgotten');
    stores.progress.place?.forget?.(object.ref);
    await expect.poll(() => admin().exists(key)).toBe(0);
    expect((await look(stores, object)).diffBase).toMatchObject({ essence: undefined, lost: undefined });
    expect(stores.facts).toEqual([]);
  });

  it('goes with its memo', async () => {
    const stores = await openStores({ url: server().url, keeps: ['progress', 'diffBase', 'memo'], forgetAfter: 0.05 });
    const object = viewOf('with-memo');
    const signal = new AbortController().signal;
    const [seen] = await stores.memo.load([object], signal);
    if (seen === undefined) throw new Error('nothing was answered');
    await stores.memo.commit(stores.memo.plan({ object, memo: { seen: 1 } }, seen), signal);
    const key = await keyOf('with-memo');
    expect(await admin().get(key)).toContain('{"seen":1}');
    stores.progress.place?.forget?.(object.ref);
    await expect.poll(() => admin().exists(key)).toBe(0);
  });
});
