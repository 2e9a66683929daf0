import { createApiServer } from '@kopfts/apiserver';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { redisServer } from '../../../tools/redis/environment.mjs';
import { startRedis, type RedisProcess } from '../../../tools/redis/server.mjs';
import type { ServerAccess } from './support/api-person.js';
import {
  adoptedAfterWipes,
  allRan,
  deletedLast,
  diffsChain,
  noRepetition,
  rehandled,
  resultsFirst,
  retriesHold,
} from './support/redis-kills-judge.js';
import { adoptedIn, runRedisKills, type RedisKillsResult } from './support/redis-kills-run.js';

/** A longer or another run: `npm run long -- redis-kills`, or KOPFTS_KILLS, KOPFTS_OBJECTS, KOPFTS_SEED; and the other policy on each server: KOPFTS_LOST. */
const kills = Number(process.env['KOPFTS_KILLS'] ?? process.env['KOPFTS_COUNT'] ?? 100);
/** In a long run as many as every life can list and look up in a moment; still some acts in every turn. */
const objects = Number(process.env['KOPFTS_OBJECTS'] ?? Math.min(10 * kills, 3000));
const seed = Number(process.env['KOPFTS_SEED'] ?? 1);
const policyOf = (usual: 'adopt' | 'rehandle'): 'adopt' | 'rehandle' => {
  const chosen = process.env['KOPFTS_LOST'];
  return chosen === 'adopt' || chosen === 'rehandle' ? chosen : usual;
};
const program = await redisServer();

interface Place {
  readonly access: ServerAccess;
  readonly close: () => Promise<void>;
}

async function inMemory(): Promise<Place> {
  const server = createApiServer();
  const { url, close } = await server.listen();
  return { access: { url, token: 'anybody', ca: '' }, close };
}

async function real(): Promise<Place> {
  const { url, token, ca } = inject('controlPlane');
  return Promise.resolve({ access: { url, token, ca }, close: () => Promise.resolve() });
}

/** What there is, by uid. */
async function entriesOf(redis: RedisProcess): Promise<ReadonlyMap<string, string>> {
  const client = new Redis(redis.url);
  try {
    const keys = (await client.keys('*')).filter((key) => !key.endsWith('/known'));
    const values = keys.length === 0 ? [] : await client.mget(keys);
    return new Map(keys.map((key, index) => [key.slice(key.lastIndexOf(':') + 1), values[index] ?? '']));
  } finally {
    client.disconnect();
  }
}

async function wipe(redis: RedisProcess): Promise<void> {
  const client = new Redis(redis.url);
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}

describe.runIf(program).each([
  { where: 'the in-memory API server', make: inMemory, whenLost: policyOf('adopt'), kills, objects },
  {
    where: 'a real kube-apiserver',
    make: real,
    whenLost: policyOf('rehandle'),
    kills: Math.min(kills, 20),
    objects: Math.min(objects, 200),
  },
])('Redis, the operator, or both are killed, or all is wiped, $kills times, while $objects objects live on $where ($whenLost)', (plan) => {
  let result: RedisKillsResult;

  beforeAll(
    async () => {
      console.log(`KOPFTS_SEED=${String(seed)} KOPFTS_KILLS=${String(plan.kills)} KOPFTS_OBJECTS=${String(plan.objects)}`);
      const begin = performance.now();
      const redis = await startRedis(program ?? '');
      const place = await plan.make();
      try {
        const entries = (): Promise<ReadonlyMap<string, string>> => entriesOf(redis);
        const story = { seed, kills: plan.kills, objects: plan.objects, whenLost: plan.whenLost };
        result = await runRedisKills({ ...story, server: place.access, redis, entries, wipe: () => wipe(redis) });
      } finally {
        await place.close();
        await redis.close();
      }
      console.log(`${String(Math.round((performance.now() - begin) / 1000))} s, ${String(result.notes.length)} notes`, result.killed);
    },
    300_000 + plan.kills * 6000,
  );

  it('[S8] runs nothing again that is acknowledged, and nothing twice in one life, but what was wiped since and is to be rehandled', () => {
    expect(noRepetition(result)).toEqual([]);
  });

  it('[S9] acknowledges nothing whose results are not there', () => {
    expect(resultsFirst(result)).toEqual([]);
  });

  it('[S5, S7] leaves no handler out, be it of creation or of deletion', () => {
    expect([...allRan(result), ...deletedLast(result)]).toEqual([]);
  });

  it('[S10, S11] tells each change from what was handled before it, and counts attempts on', () => {
    expect([...diffsChain(result), ...retriesHold(result)]).toEqual([]);
  });

  it('[K1, K2] was hit in its work, and objects that waited for Redis said so', () => {
    const unfinished =
      result.notes.filter(({ entry }) => entry.kind === 'start').length - result.notes.filter(({ entry }) => entry.kind === 'end').length;
    expect(unfinished).toBeGreaterThan(0);
    expect(result.killed.operator).toBeGreaterThan(plan.kills / 4);
    expect(result.killed.redis).toBeGreaterThan(plan.kills / 4);
    const waits = result.notes.filter(({ entry }) => entry.kind === 'waits');
    expect(new Set(waits.map(({ entry }) => entry.code))).toEqual(new Set(['KOPF_STORE_AWAY']));
  });

  it('[K3] lost all that Redis had, while somebody knew it and while nobody did, said so, and did what is to be done then', () => {
    expect(result.wipes.length).toBeGreaterThanOrEqual(2);
    expect(result.notes.some(({ entry }) => entry.kind === 'told' && entry.code === 'KOPF_STORE_LOSS')).toBe(true);
    expect(plan.whenLost === 'adopt' ? adoptedIn(result).size : rehandled(result)).toBeGreaterThan(0);
    expect(adoptedAfterWipes(result)).toEqual([]);
  });

  it.each([
    [
      'a handler that ran once more',
      noRepetition,
      (r: RedisKillsResult) => ({
        ...r,
        notes: [
          ...r.notes,
          ...r.notes
            .filter(({ entry }) => entry.kind === 'start')
            .slice(0, 1)
            .map((note) => ({ ...note, atMs: Infinity })),
        ],
        wipes: [],
      }),
    ],
    [
      'an acknowledged handler that ran again, where nothing is to be rehandled',
      noRepetition,
      (r: RedisKillsResult) => ({
        ...r,
        whenLost: 'adopt' as const,
        notes: [...r.notes, ...r.notes.filter(({ entry }) => entry.handler === 'name_it').map((note) => ({ ...note, atMs: Infinity }))],
      }),
    ],
    [
      'an object that was adopted although nothing was lost',
      adoptedAfterWipes,
      (r: RedisKillsResult) => ({
        ...r,
        notes: r.notes.map((note, index) => (index === 0 ? { ...note, entry: { ...note.entry, kind: 'adopted' as const } } : note)),
      }),
    ],
    [
      'a result that is not there',
      resultsFirst,
      (r: RedisKillsResult) => ({
        ...r,
        snapshots: r.snapshots.map((s) => ({ ...s, objects: s.objects.map((object) => ({ ...object, status: {} })) })),
      }),
    ],
    [
      'a handler that never ran',
      allRan,
      (r: RedisKillsResult) => ({ ...r, notes: r.notes.filter(({ entry }) => entry.handler !== 'name_it') }),
    ],
    [
      'a deletion that nobody handled',
      deletedLast,
      (r: RedisKillsResult) => ({ ...r, notes: r.notes.filter(({ entry }) => entry.handler !== 'let_go') }),
    ],
    [
      'a change told from nowhere',
      diffsChain,
      (r: RedisKillsResult) => ({ ...r, notes: r.notes.map((note) => ({ ...note, entry: { ...note.entry, old: -5 } })) }),
    ],
    [
      'an attempt too early',
      retriesHold,
      (r: RedisKillsResult) => ({
        ...r,
        notes: r.notes
          .map((note) => (note.entry.kind === 'end' ? { ...note, atMs: note.atMs + 1e6 } : note))
          .sort((a, b) => a.atMs - b.atMs),
      }),
    ],
  ])('would have seen %s', (_what, check, tamper) => {
    expect(check(tamper(result))).not.toEqual([]);
  });
});
