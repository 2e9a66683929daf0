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
  const request: Request = async (method, path, sent) => {
    const headers = { 'user-agent': actor, accept: 'application/json', ...(sent && { 'content-type': sent.type ?? 'application/json' }) };
    const response = await server.handle({ method, path, headers, ...(sent && { body: JSON.stringify(sent.body) }) });
    const text = await readText(response.chunks);
    if (response.status >= 400) throw new HarnessRefusedError(`${method} ${path}`, response.status, messageOf(text));
    return JSON.parse(text) as Json;
  };
  const at = createPaths(request);
  const patch = async (of: ObjectIdentity, body: JsonObject, subresource = ''): Promise<ObjectBody> =>
    (await at(of, nameOf(of) + subresource, (path) => request('PATCH', path, { body, type: MERGE_PATCH }))) as ObjectBody;
  return {
    create: async (object) => {
      const namespace = typeof object.metadata.namespace === 'string' ? object.metadata.namespace : undefined;
      const of = { apiVersion: object.apiVersion, kind: object.kind, metadata: { namespace: namespace ?? 'default' } };
      return (await at(of, '', (path) => request('POST', path, { body: object }))) as ObjectBody;
    },
    get: async (of) => {
      try {
        return (await at(of, nameOf(of), (path) => request('GET', path))) as ObjectBody;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    patch: (of, body) => patch(of, body),
    mergeStatus: (of, status) => patch(of, { status }, '/status'),
    delete: async (of) => {
      await at(of, nameOf(of), (path) => request('DELETE', path));
    },
    list: async ({ apiVersion, kind, namespace }) => {
      const everywhere = { apiVersion, kind, metadata: { namespace }, isList: true };
      const answer = (await at(everywhere, '', (path) => request('GET', path))) as { readonly items: readonly JsonObject[] };
      return answer.items.map((item) => ({ apiVersion, kind, ...item }) as unknown as ObjectBody);
    },
  };
}

function nameOf({ metadata }: ObjectIdentity): string {
  return `/${encodeURIComponent(metadata.name)}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof HarnessRefusedError && error.status === 404;
}

type Request = (method: string, path: string, sent?: { readonly body: JsonObject; readonly type?: string }) => Promise<Json>;

/** What is asked for: of one namespace, or of all where a list names none. */
interface Asked {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined };
  readonly isList?: boolean;
}

type AtPath = <T>(of: Asked, rest: string, act: (path: string) => Promise<T>) => Promise<T>;

/** Acts at the path of a kind. Kinds come and go in tests: what was known of one is asked anew when nothing is there. */
function createPaths(request: Request): AtPath {
  const known = new Map<string, ServedKind>();
  const pathOf = async (of: Asked): Promise<string> => {
    const key = `${of.apiVersion} ${of.kind}`;
    const served = known.get(key) ?? findKind(await request('GET', rootOf(of)), of);
    known.set(key, served);
    return collectionPath(of, served);
  };
  return async (of, rest, act) => {
    const path = await pathOf(of);
    try {
      return await act(path + rest);
    } catch (error) {
      if (!isMissing(error)) throw error;
      known.delete(`${of.apiVersion} ${of.kind}`);
      const now = await pathOf(of);
      if (now === path) throw error;
      return act(now + rest);
    }
  };
}

function rootOf({ apiVersion }: Asked): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function collectionPath(of: Asked, { plural, namespaced }: ServedKind): string {
  const namespace = of.metadata.namespace ?? (of.isList === true ? undefined : 'default');
  return namespaced && namespace !== undefined ? `${rootOf(of)}/namespaces/${namespace}/${plural}` : `${rootOf(of)}/${plural}`;
}

function findKind(list: Json, { apiVersion, kind }: Asked): ServedKind {
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
