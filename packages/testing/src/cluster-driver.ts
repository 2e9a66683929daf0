import { Buffer } from 'node:buffer';
import type { ApiServer } from '@kopfts/apiserver';
import { isJsonObject, type Json, type JsonObject, type ObjectBody } from '@kopfts/core';
import { HarnessRefusedError } from './errors.js';

/** Which object; any object of the cluster is its own identity. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** What is to be created. */
export type NewObject = JsonObject & { readonly apiVersion: string; readonly kind: string; readonly metadata: JsonObject };

/**
 * Somebody else at the cluster, as a person with kubectl. Requests are carried out at once, without the seed; the operator hears of them
 * when the world goes on.
 */
export interface ClusterDriver {
  /** Without a namespace, namespaced objects go to `default`. */
  create(object: NewObject): Promise<ObjectBody>;
  /** `undefined` if there is none. */
  get(of: ObjectIdentity): Promise<ObjectBody | undefined>;
  /** By a merge patch. */
  patch(of: ObjectIdentity, patch: JsonObject): Promise<ObjectBody>;
  /** By a merge patch of the status endpoint; `status` alone is given. */
  mergeStatus(of: ObjectIdentity, status: JsonObject): Promise<ObjectBody>;
  /** Asks for the deletion; finalizers may hold the object. */
  delete(of: ObjectIdentity): Promise<void>;
  /** In all namespaces, or in one. */
  list(of: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string | undefined }): Promise<readonly ObjectBody[]>;
}

interface ServedKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

const MERGE_PATCH = 'application/merge-patch+json';

/** A driver of this server; `actor` is its user agent, for the audit. */
export function createClusterDriver(server: Pick<ApiServer, 'handle'>, actor = 'kubectl'): ClusterDriver {
  const request = async (method: string, path: string, sent?: { readonly body: JsonObject; readonly type?: string }): Promise<Json> => {
    const headers = { 'user-agent': actor, accept: 'application/json', ...(sent && { 'content-type': sent.type ?? 'application/json' }) };
    const response = await server.handle({ method, path, headers, ...(sent && { body: JSON.stringify(sent.body) }) });
    const text = await readText(response.chunks);
    if (response.status >= 400) throw new HarnessRefusedError(`${method} ${path}`, response.status, messageOf(text));
    return JSON.parse(text) as Json;
  };
  const pathOf = async (of: ObjectIdentity, subresource = ''): Promise<string> => {
    const { name, namespace } = of.metadata;
    return `${await collectionPath(request, of, namespace ?? 'default')}/${encodeURIComponent(name)}${subresource}`;
  };
  return {
    create: async (object) => {
      const namespace = typeof object.metadata.namespace === 'string' ? object.metadata.namespace : 'default';
      return (await request('POST', await collectionPath(request, object, namespace), { body: object })) as ObjectBody;
    },
    get: async (of) => {
      try {
        return (await request('GET', await pathOf(of))) as ObjectBody;
      } catch (error) {
        if (error instanceof HarnessRefusedError && error.status === 404) return undefined;
        throw error;
      }
    },
    patch: async (of, patch) => (await request('PATCH', await pathOf(of), { body: patch, type: MERGE_PATCH })) as ObjectBody,
    mergeStatus: async (of, status) =>
      (await request('PATCH', await pathOf(of, '/status'), { body: { status }, type: MERGE_PATCH })) as ObjectBody,
    delete: async (of) => {
      await request('DELETE', await pathOf(of));
    },
    list: async ({ apiVersion, kind, namespace }) => {
      const answer = (await request('GET', await collectionPath(request, { apiVersion, kind }, namespace))) as {
        readonly items: readonly JsonObject[];
      };
      return answer.items.map((item) => ({ apiVersion, kind, ...item }) as unknown as ObjectBody);
    },
  };
}

type Request = (method: string, path: string) => Promise<Json>;

/** Asked anew each time: kinds come and go in tests. */
async function collectionPath(
  request: Request,
  of: { readonly apiVersion: string; readonly kind: string },
  namespace?: string,
): Promise<string> {
  const root = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  const { plural, namespaced } = findKind(await request('GET', root), of);
  return namespaced && namespace !== undefined ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
}

function findKind(list: Json, { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): ServedKind {
  const resources = isJsonObject(list) && Array.isArray(list.resources) ? (list.resources as readonly JsonObject[]) : [];
  const found = resources.find(({ kind: its, name }) => its === kind && typeof name === 'string' && !name.includes('/'));
  if (typeof found?.name !== 'string') throw new HarnessRefusedError(`discovery of ${apiVersion}`, 404, `the kind ${kind} is not served`);
  return { plural: found.name, namespaced: found.namespaced === true };
}

async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

function messageOf(text: string): string {
  try {
    const status = JSON.parse(text) as Json;
    return isJsonObject(status) && typeof status.message === 'string' ? status.message : text;
  } catch {
    return text;
  }
}
