import { createSeededRandom, identityOf, type FactBody, type ObjectBody, type ObjectView } from '@kopfts/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { redisServer } from '../../../tools/redis/environment.mjs';
import { startRedis, type RedisProcess, type RedisProcessOptions } from '../../../tools/redis/server.mjs';
import { openRedisStores, type RedisStoreOptions, type RedisStores } from '../src/index.js';

/** The program; `undefined`, and said why, where there is none. */
export const program = await redisServer();

/** A server for all tests of a file. */
export function useRedis(options: RedisProcessOptions = {}): { readonly server: () => RedisProcess; readonly admin: () => Redis } {
  let server: RedisProcess | undefined;
  let admin: Redis | undefined;
  beforeAll(async () => {
    server = await startRedis(program ?? '', options);
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    admin?.disconnect();
    await server?.close();
  });
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('it was not started');
    return value;
  };
  return { server: () => there(server), admin: () => there(admin) };
}

let lives = 0;

export interface OpenedStores extends RedisStores {
  /** What the plugin said. */
  readonly facts: readonly Extract<FactBody, { kind: 'plugin' }>[];
}

/** Stores as of a new life of an operator; connected. */
export async function openStores(options: RedisStoreOptions, isTool = false): Promise<OpenedStores> {
  const facts: Extract<FactBody, { kind: 'plugin' }>[] = [];
  const random = createSeededRandom((lives += 1));
  const stores = openRedisStores(
    { cluster: 'test', ...options },
    { identity: identityOf('test'), random, emit: (fact) => facts.push(fact), isTool },
  );
  onTestFinished(() => stores.close());
  await stores.progress.place?.reachable(AbortSignal.timeout(10_000));
  return { ...stores, facts };
}

export function viewOf(uid: string, metadata: Partial<ObjectBody['metadata']> = {}): ObjectView {
  const resource = {
    group: 'kopf.dev',
    version: 'v1',
    plural: 'kopfexamples',
    kind: 'KopfExample',
    singular: 'kopfexample',
    shortNames: [],
    categories: [],
    subresources: ['status'],
    namespaced: true,
    preferred: true,
    verbs: [],
  };
  const body = {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: { name: uid, namespace: 'default', uid, resourceVersion: '1', ...metadata },
  };
  return { ref: { resource, namespace: 'default', name: uid, uid }, body };
}
