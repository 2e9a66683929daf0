import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis, type RedisProcess, type RedisProcessOptions } from '../../../tools/redis/server.mjs';
import { finish, look } from './steps.js';
import { openStores, program, viewOf } from './support.js';

const one = { spec: { size: 1 } };
/** The end of patience on a busy machine. */
const PATIENCE_MS = 120_000;

async function start(options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const server = await startRedis(program ?? '', options);
  onTestFinished(() => server.close());
  return server;
}

async function ask(port: number, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1');
  try {
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}

/** Works once the stores are there. */
async function works(options: Parameters<typeof openStores>[0]): Promise<void> {
  const object = viewOf('x');
  await finish(await openStores(options), object, one);
  expect((await look(await openStores(options), object)).diffBase.essence).toEqual(one);
}

describe.runIf(program)('a way to Redis', () => {
  it('is by a user of its own, who may do no more than is needed', async () => {
    const commands = [
      'evalsha',
      'eval',
      'get',
      'set',
      'pttl',
      'persist',
      'pexpire',
      'hexists',
      'hset',
      'hsetnx',
      'hget',
      'hmget',
      'hdel',
      'hscan',
    ];
    const rights = [...commands, 'info', 'hello', 'client'].map((name) => `+${name}`).join(' ');
    const { port } = await start({ lines: [`user default off`, `user kopf on >secret ~kopf:* ${rights}`] });
    await works({ connection: { host: '127.0.0.1', port, username: 'kopf', password: 'secret' } });
  });

  it('is not open with a wrong password: objects wait, and the password is not told', async () => {
    const { port } = await start({ lines: ['requirepass right'] });
    const opening = openStores({ connection: { host: '127.0.0.1', port, password: 'wrong-one' } });
    await expect(
      Promise.race([opening, new Promise((_, reject) => setTimeout(() => reject(new Error('still away')), 500))]),
    ).rejects.toThrow('away');
  });

  it('is by TLS, and refuses a server that it does not know', async () => {
    const redis = await start();
    const folder = mkdtempSync(join(tmpdir(), 'kopfts-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', ...subject];
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const front = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
      const behind = connect(redis.port, '127.0.0.1');
      socket
        .on('error', () => behind.destroy())
        .pipe(behind)
        .on('error', () => socket.destroy())
        .pipe(socket);
    }).listen(0, '127.0.0.1');
    front.on('tlsClientError', () => undefined);
    onTestFinished(() => void front.close());
    await once(front, 'listening');
    const { port } = front.address() as AddressInfo;
    await works({ connection: { host: 'localhost', port, tls: { ca: readFileSync(cert) } } });
    const stores = openStores({ url: `rediss://localhost:${String(port)}` });
    await expect(
      Promise.race([stores, new Promise((_, reject) => setTimeout(() => reject(new Error('still away')), 500))]),
    ).rejects.toThrow('away');
  });

  it('[K4] is given up when nobody answers on it, and taken up when somebody does', async () => {
    const redis = await start();
    const stores = await openStores({ url: redis.url, answerTimeout: 2 });
    const object = viewOf('x');
    await finish(stores, object, one);
    redis.pause();
    await expect(look(stores, object)).rejects.toMatchObject({ code: 'KOPF_STORE_AWAY' });
    expect(stores.progress.place?.away()?.code).toBe('KOPF_STORE_AWAY');
    redis.resume();
    await stores.progress.place?.reachable(AbortSignal.timeout(PATIENCE_MS));
    expect((await look(stores, object)).diffBase.essence).toEqual(one);
  });

  it('[K1] comes back by itself after the death of Redis, with all that it had answered', async () => {
    const redis = await start();
    const stores = await openStores({ url: redis.url });
    const object = viewOf('x');
    await finish(stores, object, one);
    await redis.kill();
    await expect(look(stores, object)).rejects.toMatchObject({ code: 'KOPF_STORE_AWAY' });
    await redis.start();
    await stores.progress.place?.reachable(AbortSignal.timeout(PATIENCE_MS));
    expect((await look(stores, object)).diffBase.essence).toEqual(one);
    expect(stores.facts.map(({ name }) => name)).toEqual(['store-away', 'store-away-over']);
  });

  it('is through a Sentinel, and follows a fail-over', async () => {
    const master = await start();
    const replica = await start({ lines: [`replicaof 127.0.0.1 ${String(master.port)}`] });
    const lines = [
      `sentinel monitor main 127.0.0.1 ${String(master.port)} 1`,
      // Long enough for a busy machine to be no death.
      'sentinel down-after-milliseconds main 3000',
      'sentinel failover-timeout main 6000',
    ];
    const sentinel = await start({ sentinel: true, lines });
    await expect.poll(() => ask(replica.port, 'ROLE'), { timeout: PATIENCE_MS }).toContain('connected');
    await expect.poll(() => ask(sentinel.port, 'SENTINEL', 'replicas', 'main'), { timeout: PATIENCE_MS, interval: 200 }).toHaveLength(1);
    const stores = await openStores({ connection: { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' } });
    const object = viewOf('x');
    await finish(stores, object, one);
    await expect.poll(async () => JSON.stringify(await ask(replica.port, 'KEYS', '*:x')), { timeout: PATIENCE_MS }).toContain(':x');
    await master.kill();
    await expect.poll(() => ask(replica.port, 'ROLE'), { timeout: PATIENCE_MS, interval: 200 }).toContain('master');
    await stores.progress.place?.reachable(AbortSignal.timeout(PATIENCE_MS));
    await expect.poll(async () => (await look(stores, object)).diffBase.essence, { timeout: PATIENCE_MS }).toEqual(one);
    expect(await finish(stores, object, { spec: { size: 2 } })).toBe('done');
  });

  it('[K5] through a Sentinel leaves a master that became a replica, although nobody closes the connection, for the new one', async () => {
    const [first, second] = [await start({ appendonly: false }), await start({ appendonly: false })];
    const sentinel = await start({ sentinel: true, lines: [`sentinel monitor main 127.0.0.1 ${String(first.port)} 1`] });
    const stores = await openStores({ connection: { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' } });
    const object = viewOf('x');
    await finish(stores, object, one);
    await ask(sentinel.port, 'SENTINEL', 'REMOVE', 'main');
    await ask(sentinel.port, 'SENTINEL', 'MONITOR', 'main', '127.0.0.1', String(second.port), '1');
    // By hand: a Sentinel would close the connections of the old one, if it reaches it.
    await ask(first.port, 'REPLICAOF', '127.0.0.1', String(second.port));
    const seen = await look(stores, object).catch(() => undefined);
    await expect(finish(stores, object, { spec: { size: 2 } }, seen)).rejects.toMatchObject({ code: 'KOPF_STORE_AWAY' });
    await stores.progress.place?.reachable(AbortSignal.timeout(PATIENCE_MS));
    expect(await finish(stores, object, { spec: { size: 2 } })).toBe('done');
    await expect.poll(async () => JSON.stringify(await ask(second.port, 'KEYS', '*:x')), { timeout: PATIENCE_MS }).toContain(':x');
  });

  it('is into a Cluster of three nodes', async () => {
    const nodes = await Promise.all([0, 1, 2].map(() => start({ lines: ['cluster-enabled yes', 'cluster-node-timeout 15000'] })));
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    for (const [index, { port }] of nodes.entries()) {
      const [from, to] = [Math.floor((16384 * index) / 3), Math.floor((16384 * (index + 1)) / 3) - 1];
      const slots = Array.from({ length: to - from + 1 }, (_, slot) => String(from + slot));
      await ask(port, 'CLUSTER', 'ADDSLOTS', ...slots);
      if (port !== first.port) await ask(first.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port));
    }
    for (const { port } of nodes)
      await expect.poll(() => ask(port, 'CLUSTER', 'INFO'), { timeout: PATIENCE_MS }).toContain('cluster_state:ok');
    const address = { nodes: [{ host: '127.0.0.1', port: first.port }] };
    const stores = await openStores(address);
    const objects = Array.from({ length: 100 }, (_, index) => viewOf(`c-${String(index)}`));
    await Promise.all(objects.map((object) => finish(stores, object, { spec: { name: object.ref.name } })));
    const again = await openStores(address);
    const seen = await Promise.all(objects.map((object) => look(again, object)));
    expect(seen.map(({ diffBase }) => diffBase.essence)).toEqual(objects.map(({ ref }) => ({ spec: { name: ref.name } })));
    const spread = await Promise.all(nodes.map(({ port }) => ask(port, 'DBSIZE')));
    expect(spread.every((keys) => Number(keys) > 0)).toBe(true);
  });
});
