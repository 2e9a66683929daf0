// An in-memory API server over HTTP, and operators in this process whose memory is in a real Redis.
import { createApiServer } from '@kopfts/apiserver';
import { createRegistry, defineConfig, startOperator, type Fact, type Operator, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { redis, type RedisStoreOptions } from '@kopfts/persistence-redis';
import { expect, onTestFinished } from 'vitest';
import { redisServer } from '../../../../tools/redis/environment.mjs';
import { startRedis, type RedisProcess, type RedisProcessOptions } from '../../../../tools/redis/server.mjs';
import { customResourceDefinition } from '../../src/index.js';

export const program = await redisServer();

/** Ends with the test. */
export async function startRedisServer(options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const server = await startRedis(program ?? '', options);
  onTestFinished(() => server.close());
  return server;
}

export interface RunningOperator {
  readonly operator: Operator;
  readonly facts: readonly Fact[];
  stop(): Promise<void>;
}

export interface RedisWorld {
  /** All of them of the same name. Resolves when it is ready. */
  operate(options: RedisStoreOptions, declare: (kopf: Registry) => void): Promise<RunningOperator>;
  create(name: string, spec: object): Promise<void>;
  patch(name: string, spec: object): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

const OBJECTS = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';

export async function createRedisWorld(): Promise<RedisWorld> {
  const server = createApiServer();
  const { url } = await server.listen();
  const operators: Operator[] = [];
  onTestFinished(async () => {
    await Promise.all(operators.map((operator) => operator.stop()));
    await server.close();
  });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect(answer.ok, `${method} ${path}: ${String(answer.status)}`).toBe(true);
    return answer.json();
  };
  const definition = customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' });
  await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  return {
    async operate(options, declare) {
      const facts: Fact[] = [];
      const kopf = createRegistry();
      declare(kopf);
      const plugins = [kubernetes({ connections: [{ server: url }] }), redis({ cluster: 'test', ...options })];
      const config = defineConfig({ name: 'keeper', handlers: [kopf], plugins });
      const operator = await startOperator(config, { factSinks: [{ accept: (fact) => void facts.push(fact) }] });
      operators.push(operator);
      await operator.ready;
      return { operator, facts, stop: () => operator.stop() };
    },
    async create(name, spec) {
      await ask('POST', OBJECTS, { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name }, spec });
    },
    async patch(name, spec) {
      await ask('PATCH', `${OBJECTS}/${name}`, { spec });
    },
    async remove(name) {
      await ask('DELETE', `${OBJECTS}/${name}`);
    },
    async names() {
      const { items } = (await ask('GET', OBJECTS)) as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
      return items.map(({ metadata }) => metadata.name);
    },
  };
}
