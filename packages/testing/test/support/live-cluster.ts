// What suites of faults on a real server share: somebody who makes kinds, namespaces and objects and removes them in the end, and operators
// whose requests are written down and can be disturbed.
import { systemClock, type JsonObject, type ObjectBody } from '@kopfts/core';
import { vi } from 'vitest';
import { define, redefine, undefine } from '../../../../tools/kube-apiserver/definitions.js';
import { PATIENCE_MS } from '../../../../tools/kube-apiserver/patience.js';
import { untilAllowed, type Right } from '../../../../tools/kube-apiserver/rights.js';
import { customResourceDefinition, type CustomKind } from '../../src/index.js';
import { createApiPerson, type ServerAccess } from './api-person.js';
import { createLeastRights } from './least-rights.js';
import { startLiveOperator, type LiveOperator, type LiveOperatorOptions } from './live-operator.js';

export type { LiveOperator } from './live-operator.js';

/** A kind for one suite; `type` is its selector. */
export interface LiveKind extends CustomKind {
  readonly plural: string;
  readonly type: string;
}

export const liveKind = (of: CustomKind): LiveKind => {
  const plural = of.plural ?? `${of.kind.toLowerCase()}s`;
  return { ...of, plural, type: `${plural}.${of.group}` };
};

export interface LiveCluster {
  /** The answer, if it is none of an error; throws else. */
  ask(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object): Promise<JsonObject>;
  /** As {@link LiveCluster.ask}; `undefined` if there is no such thing. */
  find(path: string): Promise<JsonObject | undefined>;
  /** Makes the kind and waits until it is served, and everybody told of it; it goes when the cluster is closed. */
  define(kind: LiveKind): Promise<void>;
  /** Lets operators have a kind that is defined otherwise, before it is. */
  grant(kind: LiveKind): Promise<void>;
  /** Changes the definition of a kind, and waits until it is served as it says, and everybody told of it. */
  redefine(kind: LiveKind, change: (definition: JsonObject) => JsonObject): Promise<void>;
  /** Removes the kind, and waits until it is gone and nobody is told of it. */
  undefine(kind: LiveKind): Promise<void>;
  /** Makes a namespace, which goes when the cluster is closed. */
  namespace(name: string): Promise<void>;
  /** The objects of a kind in a namespace. */
  shelf(kind: LiveKind, namespace: string): Shelf;
  /** Makes something that goes when the cluster is closed. */
  keep(collection: string, object: JsonObject): Promise<void>;
  /** Waits until the server grants a right, or does not any more: it obeys roles and bindings a while after they were written. */
  allowed(right: Right, allowed?: boolean): Promise<void>;
  /** Starts an operator, which is stopped when the cluster is closed. */
  operator(options: Omit<LiveOperatorOptions, 'server'> & Partial<Pick<LiveOperatorOptions, 'server'>>): Promise<LiveOperator>;
  close(): Promise<void>;
}

export interface Shelf {
  create(name: string, spec: object, metadata?: object): Promise<ObjectBody>;
  get(name: string): Promise<ObjectBody | undefined>;
  list(): Promise<readonly ObjectBody[]>;
  patch(name: string, patch: object): Promise<ObjectBody>;
  remove(name: string): Promise<void>;
}

export interface LiveClusterOptions {
  /** Operators may list, watch and patch the kinds that were defined, and what {@link createLeastRights} says; closing fails if one asked for more. Default: they may do everything. */
  readonly leastRights?: boolean;
}

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Until it does not throw; patient, because machines are busy. */
export const eventually = <T>(check: () => T | Promise<T>, withinMs = PATIENCE_MS): Promise<T> =>
  vi.waitFor(check, { timeout: withinMs, interval: 100 });

export function openLiveCluster(access: ServerAccess, { leastRights = false }: LiveClusterOptions = {}): LiveCluster {
  const person = createApiPerson(access, 'person');
  const cleanups: (() => Promise<unknown>)[] = [];
  const ask: LiveCluster['ask'] = async (method, path, body) => {
    const { status, body: answer } = await person.ask(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path} was answered ${String(status)}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const find: LiveCluster['find'] = async (path) => {
    const { status, body } = await person.ask('GET', path);
    if (status >= 400 && status !== 404) throw new Error(`GET ${path} was answered ${String(status)}`);
    return status === 404 ? undefined : body;
  };
  const remove = (kind: LiveKind): Promise<void> => undefine(access, customResourceDefinition(kind));
  const keep: LiveCluster['keep'] = async (collection, object) => {
    const { name } = object['metadata'] as { readonly name: string };
    cleanups.push(() => person.ask('DELETE', `${collection}/${name}`));
    await ask('POST', collection, object);
  };
  const rights = createLeastRights({ ask, keep }, access);
  const modest: LiveOperator[] = [];
  return {
    ask,
    find,
    keep,
    async define(kind) {
      cleanups.push(() => remove(kind));
      await rights.grant(kind);
      await define(access, customResourceDefinition(kind));
    },
    grant: (kind) => rights.grant(kind),
    redefine: (kind, change) => redefine(access, kind.type, (definition) => change(definition as JsonObject)),
    undefine: remove,
    allowed: (right, allowed) => untilAllowed(access, right, allowed),
    namespace: (name) => keep('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    shelf: (kind, namespace) => openShelf({ ask, find }, kind, namespace),
    async operator(options) {
      const isModest = leastRights && options.server === undefined;
      const started = await startLiveOperator({ server: isModest ? await rights.access() : access, ...options });
      cleanups.push(() => started.stop());
      if (isModest) modest.push(started);
      return started;
    },
    async close() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
      await person.close();
      rights.check(modest);
    },
  };
}

function openShelf({ ask, find }: Pick<LiveCluster, 'ask' | 'find'>, kind: LiveKind, namespace: string): Shelf {
  const apiVersion = `${kind.group}/${kind.version ?? 'v1'}`;
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.plural}`;
  return {
    create: async (name, spec, metadata = {}) =>
      (await ask('POST', path, {
        apiVersion,
        kind: kind.kind,
        metadata: { name, namespace, ...metadata },
        spec,
      })) as unknown as ObjectBody,
    get: async (name) => (await find(`${path}/${name}`)) as unknown as ObjectBody | undefined,
    list: async () => (await ask('GET', path))['items'] as unknown as readonly ObjectBody[],
    patch: async (name, patch) => (await ask('PATCH', `${path}/${name}`, patch)) as unknown as ObjectBody,
    remove: async (name) => {
      await ask('DELETE', `${path}/${name}`);
    },
  };
}

/** Lets so much time of the server pass, for what must not happen. */
export const pass = (ms: number): Promise<void> => systemClock.sleep(ms, new AbortController().signal);
