import { Buffer } from 'node:buffer';
import { systemClock, type JsonObject, type ObjectBody } from '@kopfts/core';
import { createCredentialSource, createHttpsTransport, type Transport, type WireRequest } from '@kopfts/kubernetes';
import type { ObservedChange } from '@kopfts/testing';

/** How to get into a real server. */
export interface ServerAccess {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/** Milliseconds since 1970, with fractions: the clock that all processes of a run share. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** Somebody else at a real server. */
export interface ApiPerson {
  /** Status and body of the answer, whatever it is; asks again while the kind is being served anew. */
  ask(method: WireRequest['method'], path: string, body?: object): Promise<{ readonly status: number; readonly body: JsonObject }>;
  /** The objects of a collection and the version of the list. */
  list(path: string): Promise<{ readonly items: readonly ObjectBody[]; readonly resourceVersion: string }>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const AGAIN_MS = 100;

/** What is said, before a request is looked at, while a changed definition takes over its kind: kube-apiserver's `customresource_handler.go`. */
const SERVED_ANEW = 'apiserver is shutting down';

export function createApiPerson(access: ServerAccess, userAgent: string): ApiPerson {
  const transport = openTransport(access, userAgent);
  const { signal } = new AbortController();
  const askOnce: ApiPerson['ask'] = async (method, path, body) => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const sent = body === undefined ? {} : { body: JSON.stringify(body), contentType };
    const reply = await transport.send({ lane: method === 'GET' ? 'read' : 'write', method, path, timeoutMs: TIMEOUT_MS, ...sent }, signal);
    return { status: reply.status, body: bodyOf(Buffer.from(reply.body).toString('utf8')) };
  };
  const ask: ApiPerson['ask'] = async (method, path, body) => {
    const lastAt = wallMs() + TIMEOUT_MS;
    for (;;) {
      const reply = await askOnce(method, path, body);
      if (reply.status !== 503 || reply.body['message'] !== SERVED_ANEW || wallMs() > lastAt) return reply;
      await systemClock.sleep(AGAIN_MS, signal);
    }
  };
  return {
    ask,
    list: async (path) => {
      const { status, body } = await ask('GET', path);
      if (status !== 200) throw new Error(`the list ${path} was answered ${String(status)}`);
      const { items, metadata } = body as unknown as { items: readonly ObjectBody[]; metadata: { resourceVersion: string } };
      return { items, resourceVersion: metadata.resourceVersion };
    },
    close: () => transport.close(),
  };
}

/** What a server says of a group that it does not know is no JSON. */
function bodyOf(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return { message: text };
  }
}

/**
 * Deletes what is there in the state in which it is found; 409 if it changed meanwhile. Without that a real server deletes an object that has just
 * got a finalizer: `Store.Delete` of kube-apiserver looks for finalizers first, and then deletes whatever is there.
 */
export async function deleteAsSeen({ ask }: Pick<ApiPerson, 'ask'>, path: string): ReturnType<ApiPerson['ask']> {
  const found = await ask('GET', path);
  if (found.status !== 200) return found;
  const { resourceVersion } = (found.body as unknown as ObjectBody).metadata;
  return ask('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion } });
}

/** Somebody who only watches. */
export interface Observer {
  /** All changes since it began. */
  readonly changes: readonly ObservedChange[];
  /** Ends it; rejects if it could not see everything. */
  end(): Promise<void>;
}

/** Watches a collection from a version on; a stream that ends is resumed at once. */
export function observe(access: ServerAccess, path: string, resourceVersion: string): Observer {
  const transport = openTransport(access, 'observer');
  const changes: ObservedChange[] = [];
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    let version = resourceVersion;
    while (!over.signal.aborted) {
      const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=600&resourceVersion=${version}`;
      for await (const line of linesOf(transport, `${path}?${query}`, over.signal)) {
        const { type, object } = JSON.parse(line) as {
          readonly type: ObservedChange['type'] | 'BOOKMARK' | 'ERROR';
          readonly object: ObjectBody;
        };
        if (type === 'ERROR') throw new Error(`the observer was told ${line}`);
        version = object.metadata.resourceVersion;
        if (type !== 'BOOKMARK') changes.push({ atMs: wallMs(), type, object });
      }
    }
  };
  const watching = watch();
  watching.catch(() => undefined); // said by `end`
  return {
    changes,
    end: async () => {
      over.abort();
      await watching;
      await transport.close();
    },
  };
}

async function* linesOf(transport: Transport, path: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    const stream = await transport.open({ lane: 'watch', method: 'GET', path, timeoutMs: TIMEOUT_MS }, signal);
    if (stream.status !== 200) throw new Error(`the watch was answered ${String(stream.status)}`);
    for await (const chunk of stream.chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The access is read again and again: an authority may be replaced. */
function openTransport(access: ServerAccess, userAgent: string): Transport {
  const load = () =>
    Promise.resolve({
      server: new URL(access.url),
      headers: { authorization: `Bearer ${access.token}` },
      tls: { ca: access.ca },
      source: 'the control plane of the tests',
    });
  return createHttpsTransport({ credentials: createCredentialSource(load, systemClock), clock: systemClock, userAgent });
}
