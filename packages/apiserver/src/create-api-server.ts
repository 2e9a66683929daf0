import type { AccessControl } from './access/access-control.js';
import { Authenticator } from './access/authenticator.js';
import { ALWAYS_ALLOW, rbacAuthorizer } from './access/authorizer.js';
import { createBootstrapPolicy } from './access/bootstrap-policy.js';
import type { ApiServer, ApiServerOptions, ListeningServer } from './api-server.js';
import { systemClock } from './clock.js';
import { dispatch } from './dispatch.js';
import { listenHttp } from './http-server.js';
import { toResponse } from './in-process.js';
import { BUILTIN_RESOURCES, NAMESPACES } from './kind/builtin-resources.js';
import { Catalogue } from './kind/catalogue.js';
import type { Resource } from './kind/resource.js';
import { apiVersionOf } from './kind/resource.js';
import { kubeconfigFor } from './kubeconfig.js';
import type { LifecycleParts } from './lifecycle/definition-lifecycle.js';
import { followDefinitions } from './lifecycle/definition-lifecycle.js';
import { followNamespaces } from './lifecycle/namespace-lifecycle.js';
import { createRandom } from './random.js';
import type { ServerParts } from './routes/request-context.js';
import { isPublicPath } from './routes/non-resource.js';
import type { JsonObject } from './store/json-value.js';
import { ObjectStore } from './store/object-store.js';
import { SharedLines } from './watch/open-watch.js';
import { WatchHub } from './watch/watch-hub.js';
import { createObject } from './write/create-object.js';
import { deleteObject } from './write/delete-object.js';
import type { WriteContext } from './write/write-context.js';

const DEFAULT_VERSION = 'v1.36.3';
const DEFAULT_HISTORY = 10_000;
const DEFAULT_BOOKMARK_INTERVAL_MS = 60_000;
// A client that does not read for so many events is cut off.
const PENDING_EVENTS = 10_000;
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * Creates an in-memory Kubernetes API server whose answers are those of kube-apiserver 1.36 for what it serves.
 *
 * *Example*: `const server = createApiServer(); const { url } = await server.listen();`
 */
export function createApiServer(options: ApiServerOptions = {}): ApiServer {
  const parts = createParts(options);
  for (const name of FIRST_NAMESPACES) createNamespace(parts, name);
  if (options.authorization === 'RBAC') createBootstrapPolicy(parts.write);
  const listening = new Set<ListeningServer>();
  const dispatchOptions = { audit: options.audit };
  // Synchronous up to the first byte: that is what makes a request atomic. The promise also carries what an audit function throws.
  const handle: ApiServer['handle'] = (request) =>
    new Promise((resolve) => resolve(toResponse(request, dispatch(parts, dispatchOptions, request))));
  return {
    handle,
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      const server = await listenHttp(handle, { port, host });
      listening.add(server);
      return {
        ...server,
        close: async () => {
          listening.delete(server);
          await server.close();
        },
      };
    },
    kubeconfig: (url, user) => kubeconfigFor(url, tokenOf(options, user)),
    compact: () => parts.write.store.compact(),
    dump: () => dump(parts),
    async close() {
      parts.watch.hub.endAll();
      await Promise.all([...listening].map((server) => server.close()));
      listening.clear();
    },
  };
}

function createParts(options: ApiServerOptions): ServerParts {
  const clock = options.clock ?? systemClock;
  const store = new ObjectStore({ historyLimit: options.historyLimit ?? DEFAULT_HISTORY });
  const catalogue = new Catalogue();
  // First of all listeners: watches see a commit before anything follows from it.
  const hub = new WatchHub(store);
  const write = { store, catalogue, random: createRandom(options.seed), now: () => clock.now() };
  for (const resource of BUILTIN_RESOURCES) store.collection(resource.collection);
  const lifecycle: LifecycleParts = {
    store,
    catalogue,
    now: write.now,
    removeObject: (collection, current) => {
      const resource = storedAs(catalogue, collection);
      if (resource !== undefined) deleteObject(write, resource, { current, options: { isDryRun: false, preconditions: {} } });
    },
    deletesNamespaceContent: options.deletesNamespaceContent ?? true,
    endWatches: (collection) => hub.endCollection(collection),
  };
  followDefinitions(lifecycle);
  if (lifecycle.deletesNamespaceContent) followNamespaces(lifecycle);
  const bookmarkIntervalMs = options.bookmarkIntervalMs ?? DEFAULT_BOOKMARK_INTERVAL_MS;
  const watch = { store, hub, clock, bookmarkIntervalMs, pendingEventLimit: PENDING_EVENTS, lines: new SharedLines() };
  return { write, watch, lifecycle, access: accessOf(options, write), clock, version: options.version ?? DEFAULT_VERSION };
}

function accessOf(options: ApiServerOptions, write: WriteContext): AccessControl {
  const { store, random } = write;
  const isOpen = options.tokens === undefined;
  const hasRules = options.authorization === 'RBAC';
  return {
    authenticator: new Authenticator({ tokens: options.tokens, store, random, now: () => write.now() }),
    authorizer: hasRules ? rbacAuthorizer(store) : ALWAYS_ALLOW,
    allowsAnonymous: options.anonymousAuth ?? (isOpen || hasRules),
    ignoresUnknownTokens: isOpen && !hasRules,
    isPublic: isPublicPath,
  };
}

/** The token of a user, or the first one. */
function tokenOf({ tokens = {} }: ApiServerOptions, user: string | undefined): string | undefined {
  const [first] = Object.keys(tokens);
  if (user === undefined) return first;
  return Object.entries(tokens).find(([, { name }]) => name === user)?.[0];
}

function storedAs(catalogue: Catalogue, collection: string): Resource | undefined {
  return catalogue.all().find((resource) => resource.collection === collection);
}

function createNamespace(parts: ServerParts, name: string): void {
  const resource = parts.write.catalogue.get('', 'v1', NAMESPACES);
  if (resource === undefined) return;
  createObject(parts.write, { resource, namespace: '', name, isStatus: false, isDryRun: false }, { metadata: { name } });
}

function dump(parts: ServerParts): readonly JsonObject[] {
  return parts.write.store.collections().flatMap((collection) => {
    const resource = storedAs(parts.write.catalogue, collection.name);
    if (resource === undefined) return [];
    return [...collection.range('')].map((object) => ({
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      ...resource.rules.toServed(object.body),
    }));
  });
}
