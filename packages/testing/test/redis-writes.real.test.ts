import { TemporaryError } from '@kopfts/core';
import { redis } from '@kopfts/persistence-redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { redisServer } from '../../../tools/redis/environment.mjs';
import { startRedis, type RedisProcess } from '../../../tools/redis/server.mjs';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type LiveOperator } from './support/live-cluster.js';

const KIND = liveKind({ group: 'redis-writes.kopf.dev', kind: 'Counted' });
const program = await redisServer();

describe.skipIf(program === undefined)('a change that is handled with Redis, on a real kube-apiserver', () => {
  let cluster: LiveCluster;
  let server: RedisProcess;
  let admin: Redis;
  let operator: LiveOperator;

  beforeAll(async () => {
    server = await startRedis(program ?? '');
    admin = new Redis(server.url);
    cluster = openLiveCluster(inject('controlPlane'));
    await cluster.define(KIND);
    operator = await cluster.operator({
      name: 'redis-writes',
      namespaces: ['default'],
      stores: [redis({ url: server.url, cluster: 'test' })],
      declare: (kopf) => {
        const one = ({ spec }: { readonly spec: { readonly size: number } }) => ({ size: spec.size });
        kopf.on.create(KIND.type, one);
        kopf.on.update(KIND.type, one);
        kopf.on.update(KIND.type, { id: 'later', when: ({ spec }) => spec.size > 9 }, ({ retry }) => {
          if (retry === 0) throw new TemporaryError('not at once', { delay: 0.5 });
        });
        kopf.on.update(KIND.type, { id: 'two' }, ({ spec, patch }) => void (patch.status.twice = spec.size * 2));
      },
    });
  });
  afterAll(async () => {
    await cluster.close();
    admin.disconnect();
    await server.close();
  });

  /** Scripts run: loads and commits. */
  const scripts = async (): Promise<number> => {
    const stats = await admin.info('commandstats');
    return ['evalsha', 'eval'].reduce((sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0), 0);
  };
  const writes = (): readonly string[] =>
    operator.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
  const status = `PATCH /apis/${KIND.group}/v1/namespaces/default/${KIND.plural}/a/status`;

  /** What it takes until everything is at rest again. */
  const costOf = async (
    change: () => Promise<unknown>,
    { size, atLeast }: { readonly size: number; readonly atLeast: number },
  ): Promise<{ readonly writes: readonly string[]; readonly scripts: number }> => {
    const before = { writes: writes().length, scripts: await scripts() };
    await change();
    await eventually(async () => expect((await cluster.shelf(KIND, 'default').get('a'))?.['status']).toMatchObject({ one: { size } }));
    // Patient first, strict then: one more would come soon.
    await eventually(async () => expect((await scripts()) - before.scripts).toBeGreaterThanOrEqual(atLeast));
    await pass(1000);
    return { writes: writes().slice(before.writes), scripts: (await scripts()) - before.scripts };
  };

  it('is one request to the cluster, however many handlers there are; a look and what it stores are one round trip to Redis each', async () => {
    const shelf = cluster.shelf(KIND, 'default');
    // The first time also a mark, by which a loss of all that Redis has would be noticed.
    const creation = await costOf(() => shelf.create('a', { size: 1 }), { size: 1, atLeast: 3 });
    expect(creation.writes.filter((write) => write === status)).toHaveLength(1);
    for (const size of [2, 3]) {
      const update = await costOf(() => shelf.patch('a', { spec: { size } }), { size, atLeast: 3 });
      expect(update.writes).toEqual([status]);
      // One look at the change, one commit, one look at what came of it.
      expect(update.scripts).toBe(3);
    }
    expect((await shelf.get('a'))?.['status']).toEqual({ one: { size: 3 }, twice: 6 });
    // Before the delay a look and the records; after it a look, and the end of the records together with the essence; and one look more.
    const retried = await costOf(() => shelf.patch('a', { spec: { size: 10 } }), { size: 10, atLeast: 5 });
    expect(retried.scripts).toBe(5);
    expect((await shelf.get('a'))?.metadata.annotations ?? {}).not.toHaveProperty(
      'redis-writes.kopf.zalando.org/last-handled-configuration',
    );
  });
});
