import { Buffer } from 'node:buffer';
import { systemClock, systemRandom, type JsonObject, type ObjectBody, type Resource } from '@kopfts/core';
import type { ClusterClientSubject } from '@kopfts/core/contracts';
import { createClusterClient, createHttpsTransport, type Credentials, type Transport } from '../../src/index.js';
import { startTcpRelay } from './tcp-relay.js';

/** A cluster that the contract runs against. */
export interface ContractCluster {
  /** Of whoever drives the cluster. */
  readonly credentials: Credentials;
  /** Of our client; default: the same. Its rights on the contract's kind are prepared: list, watch, patch. */
  readonly user?: { readonly name: string; readonly token: string } | undefined;
  /** How our client gets there; default: the transport of production. */
  readonly open?: ((credentials: Credentials) => Transport) | undefined;
  /** No watch can continue from a version of the past. */
  forgetHistory(): void;
}

export interface OpenSubject extends ClusterClientSubject {
  close(): Promise<void>;
}

const GROUP = 'contract.kopfts.dev';
const RESOURCE: Resource = {
  group: GROUP,
  version: 'v1',
  plural: 'samples',
  kind: 'Sample',
  singular: 'sample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};
const LOOSE = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `samples.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'samples', singular: 'sample', kind: 'Sample' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { ...LOOSE, properties: { size: { type: 'integer', minimum: 0 } } }, status: LOOSE },
          },
        },
      },
    ],
  },
};

const never = new AbortController().signal;
let namespaces = 0;

/** A client of ours behind a relay that breaks connections, and another way to the same cluster. */
export async function openSubject({ credentials, user, open = transportOf, forgetHistory }: ContractCluster): Promise<OpenSubject> {
  const { hostname, port } = credentials.server;
  const relay = await startTcpRelay({ host: hostname, port: Number(port) });
  const relayed = new URL(credentials.server);
  relayed.port = String(relay.port);
  const headers = user === undefined ? credentials.headers : { authorization: `Bearer ${user.token}` };
  const transport = open({ ...credentials, headers, server: relayed });
  const direct = transportOf(credentials);
  const namespace = `contract-${String(Math.trunc(systemClock.now()))}-${String((namespaces += 1))}`;
  await orExisting(call(direct, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', DEFINITION));
  await call(direct, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const collection = `/apis/${GROUP}/v1/namespaces/${namespace}/samples`;
  await untilServed(direct, collection);
  if (user !== undefined) {
    await grant(direct, user.name);
    // The server obeys roles and bindings a moment after they were written.
    const asUser = transportOf({ ...credentials, headers });
    await untilServed(asUser, collection);
    await asUser.close();
  }
  return {
    client: createClusterClient({ transport, clock: systemClock, random: systemRandom, fieldManager: 'contract', note: () => undefined }),
    resource: RESOURCE,
    namespace,
    // Until the case waits, nothing comes back: so it decides what happens during the break.
    waitFor: (promise) => {
      relay.release();
      return withinTime(promise);
    },
    cluster: {
      create: (name, stanzas) =>
        call(direct, 'POST', collection, merged({ apiVersion: `${GROUP}/v1`, kind: 'Sample', metadata: { name } }, stanzas)),
      merge: async (name, { status, ...patch }) => {
        let body: ObjectBody | undefined;
        if (Object.keys(patch).length > 0) body = await call(direct, 'PATCH', `${collection}/${name}`, patch);
        if (status !== undefined) body = await call(direct, 'PATCH', `${collection}/${name}/status`, { status });
        return body ?? call(direct, 'GET', `${collection}/${name}`);
      },
      get: (name) => call(direct, 'GET', `${collection}/${name}`).catch(() => undefined),
      remove: async (name) => {
        await call(direct, 'DELETE', `${collection}/${name}`);
      },
      breakWatches: () => {
        relay.hold();
        relay.breakAll();
      },
      forgetHistory,
    },
    close: async () => {
      await call(direct, 'DELETE', `/api/v1/namespaces/${namespace}`).catch(() => undefined);
      await transport.close();
      await direct.close();
      await relay.close();
    },
  };
}

function transportOf(credentials: Credentials): Transport {
  return createHttpsTransport({
    clock: systemClock,
    userAgent: 'kopfts (contract)',
    credentials: { get: () => Promise.resolve(credentials), reject: () => undefined },
  });
}

async function call(
  transport: Transport,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: JsonObject,
): Promise<ObjectBody> {
  const sent =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
  const reply = await transport.send({ lane: 'read', method, path, timeoutMs: 30_000, ...sent }, never);
  const text = Buffer.from(reply.body).toString('utf8');
  if (reply.status >= 400) throw new Error(`${method} ${path}: ${String(reply.status)} ${text}`);
  return JSON.parse(text) as ObjectBody;
}

/** What the documentation asks for, and nothing more: `create` is for children. */
async function grant(transport: Transport, user: string): Promise<void> {
  const name = `contract-${user}`;
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } };
  const rules = [
    { apiGroups: [GROUP], resources: ['samples'], verbs: ['list', 'watch', 'patch', 'create'] },
    { apiGroups: [GROUP], resources: ['samples/status'], verbs: ['patch'] },
  ];
  const subjects = [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }];
  const roleRef = { kind: 'ClusterRole', name, apiGroup: 'rbac.authorization.k8s.io' };
  const path = '/apis/rbac.authorization.k8s.io/v1';
  await orExisting(call(transport, 'POST', `${path}/clusterroles`, { ...rbac, kind: 'ClusterRole', rules }));
  await orExisting(call(transport, 'POST', `${path}/clusterrolebindings`, { ...rbac, kind: 'ClusterRoleBinding', roleRef, subjects }));
}

async function orExisting(created: Promise<unknown>): Promise<void> {
  await created.catch((error: unknown) => {
    if (!String(error).includes('AlreadyExists')) throw error;
  });
}

/** A new definition is established, and a right is granted, a moment later. */
async function untilServed(transport: Transport, collection: string): Promise<void> {
  for (;;) {
    const reply = await transport.send({ lane: 'read', method: 'GET', path: collection, timeoutMs: 30_000 }, never);
    if (reply.status === 200) return;
    await systemClock.sleep(20, never);
  }
}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = systemClock.sleep(60_000, over.signal).then(() => {
    throw new Error('it takes unreasonably long');
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
    await late.catch(() => undefined);
  }
}

function merged(base: JsonObject & { readonly metadata: JsonObject }, stanzas: JsonObject = {}): JsonObject {
  return { ...base, ...stanzas, metadata: { ...base.metadata, ...(stanzas['metadata'] as JsonObject | undefined) } };
}
