import { multi } from '@kopfts/core';
import { annotations } from '@kopfts/persistence-annotations';
import { redis } from '@kopfts/persistence-redis';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { redisServer } from '../../../tools/redis/environment.mjs';
import { startRedis, type RedisProcess } from '../../../tools/redis/server.mjs';
import { createStateWorld, LAST_HANDLED, moveThereAndBack } from './state-world.js';
import { inTable, type Table } from './table-store.js';

const program = await redisServer();

async function start(): Promise<RedisProcess> {
  const server = await startRedis(program ?? '', { appendonly: false });
  onTestFinished(() => server.close());
  return server;
}

describe.runIf(program)('kopf state, with Redis,', () => {
  it('moves from annotations and back while the operator runs, and no handler is called again', async () => {
    const { url } = await start();
    await moveThereAndBack(await createStateWorld(), { there: () => redis({ url }), name: 'redis' });
  });

  it('moves on a real kube-apiserver and back while the operator runs, and no handler is called again', async () => {
    const { url } = await start();
    const world = await createStateWorld({ hasStatus: true }, inject('controlPlane'));
    await moveThereAndBack(world, { there: () => redis({ url }), name: 'redis' });
  });

  it('dies before and after each write of a move, and the next one does it: no handler is called again, there and back', async () => {
    const { url } = await start();
    await moveThereAndBack(await createStateWorld(), { there: () => redis({ url }), name: 'redis', dies: true });
  }, 120_000);

  it('moves memos with the rest from one Redis to another, and on to a store of somebody else, and no handler is called again', async () => {
    const keeps = ['progress', 'diffBase', 'memo'] as const;
    const [old, fresh] = [redis({ url: (await start()).url, keeps }), redis({ url: (await start()).url, keeps })];
    const table: Table = new Map();
    const third = inTable(table, { memos: true });
    const world = await createStateWorld();
    const move = async (from: string, to: string, ...more: readonly string[]) => {
      const { code, out, err } = await world.kopf(['state', 'move', '--from', from, '--to', to, ...more], old, fresh, third);
      expect([code, err]).toEqual([0, '']);
      return out;
    };
    const shown = async () => {
      const { out } = await world.kopf(['state', 'show', 'things/default/a', '--output', 'json'], old, fresh, third);
      const { stores } = JSON.parse(out) as {
        stores: readonly { readonly store: string; readonly lastHandled: unknown; readonly memo: unknown }[];
      };
      return Object.fromEntries(stores.map(({ store, lastHandled, memo }) => [store, [lastHandled, memo]]));
    };
    const size = (number: number) => [{ spec: { size: number } }, { seen: [1] }];
    await world.run(old);
    for (const name of ['a', 'b']) await world.create(name, 1);
    await world.called(2);
    await expect.poll(async () => (await shown())['persistence-redis']).toEqual(size(1));
    expect(await move('redis', 'redis-2')).toMatch(/moved +2\n/);
    await world.resize('a', 2);
    await world.called(3);
    await expect.poll(async () => (await shown())['persistence-redis']).toEqual(size(2));
    await world.stop();
    // What has changed since is copied again.
    expect(await move('redis', 'redis-2')).toMatch(/moved +1\n/);
    await world.run(fresh);
    await world.resize('a', 3);
    await world.called(4);
    await expect.poll(async () => (await shown())['persistence-redis-2']).toEqual(size(3));
    await world.stop();
    expect(await move('redis-2', 'table')).toMatch(/moved +2\n/);
    expect(await move('redis-2', 'table', '--remove')).toMatch(/removed +2\n/);
    await world.run(third);
    await world.resize('a', 4);
    await world.called(5);
    await expect.poll(async () => (await shown())['table']).toEqual(size(4));
    expect(world.calls.slice(0, 2).sort()).toEqual(['a: create', 'b: create']);
    expect(world.calls.slice(2)).toEqual(['a: 1 to 2', 'a: 2 to 3', 'a: 3 to 4']);
  });

  it('leaves memos where they are, if they are moved to where there are none, and what was taken away can come back', async () => {
    const { url } = await start();
    const world = await createStateWorld();
    const whole = redis({ url, keeps: ['progress', 'diffBase', 'memo'] });
    const memos = redis({ url, keeps: ['memo'] });
    const move = async (from: string, to: string, ...more: readonly string[]) => {
      const { code, out } = await world.kopf(['state', 'move', '--from', from, '--to', to, ...more], multi(annotations(), whole));
      expect(code).toBe(0);
      return out;
    };
    const kept = async () => {
      const { out } = await world.kopf(['state', 'show', 'things/default/a', '--output', 'json'], annotations(), whole);
      const { stores } = JSON.parse(out) as { stores: readonly { readonly lastHandled: unknown; readonly memo: unknown }[] };
      return stores.map(({ lastHandled, memo }) => [lastHandled !== null, memo]);
    };
    await world.run(whole);
    await world.create('a', 1);
    await world.called(1);
    await expect.poll(kept).toEqual([
      [false, null],
      [true, { seen: [1] }],
    ]);
    await world.run(multi(annotations(), whole));
    expect(await move('redis', 'annotations')).toMatch(/moved +1\n/);
    await world.run(annotations(), memos);
    expect(await move('redis', 'annotations', '--remove')).toMatch(/removed +1\n/);
    expect(await kept()).toEqual([
      [true, null],
      [false, { seen: [1] }],
    ]);
    await world.resize('a', 2);
    await world.called(2);
    await expect.poll(async () => (await world.get('a')).metadata.annotations?.[LAST_HANDLED]).toContain('"size":2');
    expect(await move('annotations', 'redis')).toMatch(/moved +1\n/);
    await world.run(whole);
    expect(await kept()).toEqual([
      [true, null],
      [true, { seen: [1] }],
    ]);
    await world.resize('a', 3);
    await world.called(3);
    expect(world.calls).toEqual(['a: create', 'a: 1 to 2', 'a: 2 to 3']);
  });

  it('shows what there is, also the memo, and clears it: the object is handled as a new one by the operator that runs', async () => {
    const { url } = await start();
    const world = await createStateWorld();
    await world.run(redis({ url, keeps: ['progress', 'diffBase', 'memo'] }));
    await world.create('a', 1);
    await world.called(1);
    const shown = async () => {
      const { out } = await world.kopf(['state', 'show', 'things/default/a', '--output', 'json']);
      return (JSON.parse(out) as { stores: readonly unknown[] }).stores;
    };
    const whole = { store: 'persistence-redis', lost: false, progress: {}, lastHandled: { spec: { size: 1 } }, memo: { seen: [1] } };
    await expect.poll(shown).toEqual([whole]);
    expect((await world.kopf(['state', 'clear', 'things/default/a'])).code).toBe(0);
    expect(await shown()).toEqual([{ ...whole, lastHandled: null, memo: null }]);
    await world.resize('a', 2);
    await world.called(2);
    expect(world.calls).toEqual(['a: create', 'a: create']);
  });

  it('looks without leaving a trace: what an operator finds then is as lost as it was before', async () => {
    const [before, after] = [await start(), await start()];
    const world = await createStateWorld();
    await world.run(redis({ url: before.url }));
    await world.create('a', 1);
    await world.called(1);
    await world.run(redis({ url: before.url }));
    const { out } = await world.kopf(['state', 'show', 'things/default/a', '--output', 'json'], redis({ url: after.url }));
    expect(JSON.parse(out)).toMatchObject({ stores: [{ lastHandled: null }] });
    await world.run(redis({ url: after.url }));
    await world.create('b', 1);
    await world.called(2);
    expect(world.calls).toEqual(['a: create', 'b: create']);
  });
});
