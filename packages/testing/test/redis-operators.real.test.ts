// Operators whose memory is in a real Redis, while Redis loses everything, fails over, is in pieces, or is shared by mistake.
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporaryError, type ChangeArgs, type Registry } from '@kopfts/core';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedisWorld, program, startRedisServer, type RedisWorld } from './support/redis-world.js';

const NAMES = Array.from({ length: 30 }, (_, index) => `example-${String(index)}`);
const TWINS = Array.from({ length: 40 }, (_, index) => `shared-${String(index)}`);
/** Of each of them. */
const CHANGES = 4;
const ALL = { timeout: 30_000, interval: 100 };

/** Handlers that note what they were called for, by object, in order. */
function noting(calls: Map<string, string[]>, wait: () => Promise<void> = () => Promise.resolve()) {
  const note = (name: string, what: string): void => void calls.set(name, [...(calls.get(name) ?? []), what]);
  return (kopf: Registry): void => {
    kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
      note(name, 'create');
      await wait();
    });
    kopf.on.update('KopfExample', { id: 'changed' }, ({ name, old, new: fresh }) =>
      note(name, `${String(old.spec?.size)} to ${String(fresh.spec.size)}`),
    );
    kopf.on.delete('KopfExample', { id: 'ended' }, ({ name }) => note(name, 'delete'));
  };
}

const callsOf = (calls: ReadonlyMap<string, readonly string[]>) => NAMES.map((name) => calls.get(name));
const each = (...what: readonly string[]) => NAMES.map(() => what);

const createAll = (world: RedisWorld) => Promise.all(NAMES.map((name) => world.create(name, { size: 1 })));
const resizeAll = (world: RedisWorld, size: number) => Promise.all(NAMES.map((name) => world.patch(name, { size })));

function adminOf(port: number): Redis {
  const admin = new Redis(port, '127.0.0.1');
  admin.on('error', () => undefined);
  onTestFinished(() => admin.disconnect());
  return admin;
}

async function ask(port: number, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const client = new Redis(port, '127.0.0.1');
  try {
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}

/** Of each entry all that was ever written to it, in order. */
async function everythingWritten(port: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const monitor = await new Redis(port, '127.0.0.1').monitor();
  onTestFinished(() => monitor.disconnect());
  const written = new Map<string, string[]>();
  monitor.on('monitor', (_time: string, [command = '', key = '', text = '']: readonly string[]) => {
    if (command.toLowerCase() === 'set') written.set(key, [...(written.get(key) ?? []), text.replaceAll('\\n', '\n')]);
  });
  return written;
}

/** An entry: how often its records and its essence were written, and which size counts as handled. */
function read(text: string): { readonly counts: readonly [number, number]; readonly size: number } {
  const [first = '', , essence = ''] = text.split('\n');
  const [, records = '', handled = ''] = first.split(' ');
  const size = essence === '' ? 0 : (JSON.parse(essence) as { readonly spec: { readonly size: number } }).spec.size;
  return { counts: [Number.parseInt(records, 10), Number.parseInt(handled, 10)], size };
}

describe.runIf(program)('an operator with its memory in Redis', () => {
  it('[K3, S5, S8] handles everything once, deletions included, although Redis loses all in the middle and at rest', async () => {
    const { port, url } = await startRedisServer({ appendonly: false });
    const world = await createRedisWorld();
    const calls = new Map<string, string[]>();
    let goOn: () => void = () => undefined;
    const wiped = new Promise<void>((resolve) => (goOn = resolve));
    const { facts } = await world.operate(
      { url },
      noting(calls, () => wiped),
    );
    const admin = adminOf(port);
    await createAll(world);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create'));
    await admin.flushall();
    goOn();
    await expect.poll(async () => (await admin.keys('*')).filter((key) => !key.endsWith('/known')).length, ALL).toBe(NAMES.length);
    await admin.flushall();
    await resizeAll(world, 2);
    // What was known before the loss is for the process to tell: a change, although not from what.
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', 'undefined to 2'));
    await resizeAll(world, 3);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', 'undefined to 2', '2 to 3'));
    await admin.flushall();
    await Promise.all(NAMES.map((name) => world.remove(name)));
    await expect.poll(() => world.names(), ALL).toEqual([]);
    expect(callsOf(calls)).toEqual(each('create', 'undefined to 2', '2 to 3', 'delete'));
    expect(facts.some((fact) => fact.kind === 'plugin' && fact.name === 'store-loss')).toBe(true);
  });

  it('[K5] goes on over a fail-over of Sentinel: changes before, meanwhile, and after it are handled once each', async () => {
    const master = await startRedisServer();
    const replica = await startRedisServer({ lines: [`replicaof 127.0.0.1 ${String(master.port)}`] });
    const lines = [
      `sentinel monitor main 127.0.0.1 ${String(master.port)} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 3000',
    ];
    const sentinel = await startRedisServer({ sentinel: true, lines });
    await expect.poll(() => ask(replica.port, 'ROLE'), ALL).toContain('connected');
    await expect.poll(() => ask(sentinel.port, 'SENTINEL', 'replicas', 'main'), ALL).toHaveLength(1);
    const world = await createRedisWorld();
    const calls = new Map<string, string[]>();
    const connection = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' };
    const { facts } = await world.operate({ connection }, noting(calls));
    await createAll(world);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create'));
    const copied = async (): Promise<number> => {
      const texts = await Promise.all(
        ((await ask(replica.port, 'KEYS', '*:*-*-*-*-*')) as string[]).map((key) => ask(replica.port, 'GET', key)),
      );
      return texts.filter((text) => String(text).includes('"size":1')).length;
    };
    await expect.poll(copied, ALL).toBe(NAMES.length);
    await master.kill();
    await resizeAll(world, 2);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', '1 to 2'));
    expect(facts.some((fact) => fact.kind === 'object-waiting' && fact.why === 'store')).toBe(true);
    await resizeAll(world, 3);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', '1 to 2', '2 to 3'));
  });

  it('[L4] in a Cluster of three nodes handles what the nodes that are there know, and the rest when the third comes back', async () => {
    const nodes = await Promise.all(
      [0, 1, 2].map(() =>
        startRedisServer({ lines: ['cluster-enabled yes', 'cluster-node-timeout 2000', 'cluster-require-full-coverage no'] }),
      ),
    );
    const [first, , third] = nodes;
    if (first === undefined || third === undefined) throw new Error('no node');
    for (const [index, { port }] of nodes.entries()) {
      const [from, to] = [Math.floor((16384 * index) / 3), Math.floor((16384 * (index + 1)) / 3) - 1];
      await ask(port, 'CLUSTER', 'ADDSLOTS', ...Array.from({ length: to - from + 1 }, (_, slot) => String(from + slot)));
      if (port !== first.port) await ask(first.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port));
    }
    for (const { port } of nodes) await expect.poll(() => ask(port, 'CLUSTER', 'INFO'), ALL).toContain('cluster_state:ok');
    const world = await createRedisWorld();
    const calls = new Map<string, string[]>();
    const options = { nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })) };
    const { stop, operator } = await world.operate(options, noting(calls));
    await createAll(world);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create'));
    const entriesAt = async (port: number): Promise<number> =>
      ((await ask(port, 'KEYS', '*')) as readonly string[]).filter((key) => !key.endsWith('/known')).length;
    await expect.poll(() => entriesAt(third.port), ALL).toBeGreaterThan(0);
    const elsewhere = NAMES.length - (await entriesAt(third.port));
    await third.kill();
    await resizeAll(world, 2);
    await expect.poll(() => [...calls.values()].filter(({ length }) => length === 2).length, ALL).toBe(elsewhere);
    await expect.poll(() => operator.readiness().map(({ code }) => code), ALL).toEqual(['KOPF_STORE_AWAY']);
    await third.start();
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', '1 to 2'));
    await expect.poll(() => operator.readiness(), ALL).toEqual([]);
    await stop();
    await resizeAll(world, 3);
    await world.operate(options, noting(calls));
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create', '1 to 2', '2 to 3'));
  });

  it('[K3] takes no new object for a lost one because an event handler has written to it before', async () => {
    const { url } = await startRedisServer({ appendonly: false });
    const world = await createRedisWorld();
    const calls = new Map<string, string[]>();
    await world.operate({ url }, (kopf) => {
      kopf.on.event('KopfExample', { id: 'seen' }, ({ patch }) => void (patch.status.seen = true));
      noting(calls)(kopf);
    });
    // The server tells times in whole seconds.
    await sleep(1000);
    await createAll(world);
    await expect.poll(() => callsOf(calls), ALL).toEqual(each('create'));
  });

  it('[K8] that is not alone under its name is told so, and neither loses what the other knows', async () => {
    const { url, port } = await startRedisServer({ appendonly: false });
    const world = await createRedisWorld();
    const started = new Set<number>();
    let goOn: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (goOn = resolve));
    const declare =
      (which: number) =>
      (kopf: Registry): void => {
        kopf.on.create('KopfExample', { id: 'made' }, async ({ patch }) => {
          started.add(which);
          if (started.size === 2) goOn();
          // Both have read that there is nothing, and neither has written.
          await both;
          patch.status.by = which;
        });
        kopf.on.update('KopfExample', { id: 'changed' }, () => undefined);
      };
    const [one, two] = [await world.operate({ url }, declare(1)), await world.operate({ url }, declare(2))];
    await world.create('shared', { size: 1 });
    const conflicts = () =>
      [one, two].map(({ facts }) => facts.filter((fact) => fact.kind === 'plugin' && fact.name === 'store-conflict').map((fact) => fact));
    await expect.poll(() => conflicts().flat().length, ALL).toBe(1);
    expect(conflicts().flat()[0]).toMatchObject({
      data: { code: 'KOPF_STORE_CONFLICT', level: 'error', remedy: expect.any(String) as string },
    });
    const admin = adminOf(port);
    const stored = async (): Promise<string> => {
      const [key = ''] = (await admin.keys('*')).filter((found) => !found.endsWith('/known'));
      return (await admin.get(key)) ?? '';
    };
    const before = await stored();
    expect(before.split('\n').slice(1)).toEqual(['', '{"spec":{"size":1}}']);
    await world.patch('shared', { size: 2 });
    await expect.poll(async () => (await stored()).split('\n')[2], ALL).toBe('{"spec":{"size":2}}');
    const countOf = (text: string): number => Number.parseInt(text.split(' ')[2] ?? '', 10);
    expect(countOf(await stored())).toBeGreaterThan(countOf(before));
  });

  it('[K8] and its twin, both at all objects all the time, each in its own time, take nothing newer from each other for any object', async () => {
    const { url, port } = await startRedisServer({ appendonly: false });
    const world = await createRedisWorld();
    const written = await everythingWritten(port);
    const declare =
      (which: number, workMs: number) =>
      (kopf: Registry): void => {
        const work = async ({ spec, patch, retry }: Pick<ChangeArgs, 'spec' | 'patch' | 'retry'>): Promise<void> => {
          await sleep((spec.size % 3) * workMs);
          // A record in between; the other one may be behind, or ahead.
          if (retry === 0 && spec.size % 2 === which) throw new TemporaryError('not at once', { delay: 0.02 });
          patch.status[`by-${String(which)}`] = spec.size;
        };
        kopf.on.create('KopfExample', { id: 'made' }, work);
        kopf.on.update('KopfExample', { id: 'changed' }, work);
      };
    const operators = [await world.operate({ url }, declare(0, 3)), await world.operate({ url }, declare(1, 9))];
    await Promise.all(
      TWINS.map(async (name, index) => {
        await sleep(index * 5);
        await world.create(name, { size: 1 });
        for (let size = 2; size <= CHANGES; size += 1) {
          await sleep((index * size) % 60);
          await world.patch(name, { size });
        }
      }),
    );
    const isSettled = (texts: readonly string[]): boolean => texts.at(-1)?.endsWith(`\n\n{"spec":{"size":${String(CHANGES)}}}`) === true;
    await expect.poll(() => [...written.values()].filter(isSettled).length, ALL).toBe(TWINS.length);
    for (const [key, texts] of written) {
      const entries = texts.map(read);
      const sizes = entries.map(({ size }) => size);
      expect(sizes, key).toEqual(sizes.toSorted((a, b) => a - b));
      for (const part of [0, 1] as const) {
        const ofPart = entries.map(({ counts }) => counts[part]);
        expect(ofPart, key).toEqual(ofPart.toSorted((a, b) => a - b));
      }
    }
    const conflicts = operators.flatMap(({ facts }) => facts.filter((fact) => fact.kind === 'plugin' && fact.name === 'store-conflict'));
    expect(conflicts.length).toBeGreaterThan(0);
    expect(conflicts[0]).toMatchObject({ data: { code: 'KOPF_STORE_CONFLICT', level: 'error' } });
  });
});
