import type { AccessControl } from './access/access-control.js';
import { Authenticator } from './access/authenticator.js';
import { ALWAYS_ALLOW, rbacAuthorizer } from './access/authorizer.js';
import { createBootstrapPolicy } from './access/bootstrap-policy.js';
import { Ownership } from './apply/ownership.js';
import type { ApiServer, ApiServerOptions, FrontEnd } from './api-server.js';
import { AuditLog } from './audit/audit-log.js';
import { expectCel, hasRules } from './cel/library.js';
import type { JumpingClock } from './clock.js';
import { createJumpingClock, systemClock } from './clock.js';
import { FaultPlan } from './faults/fault-plan.js';
import type { FaultWorld } from './faults/faulty-exchange.js';
import { createFaultWorld } from './faults/fault-world.js';
import { createFrontEnd } from './front-end.js';
import { readStored } from './kind/stored-form.js';
import { BUILTIN_RESOURCES, DEFINITIONS, NAMESPACES } from './kind/builtin-resources.js';
import { Catalogue } from './kind/catalogue.js';
import type { Resource } from './kind/resource.js';
import { apiVersionOf } from './kind/resource.js';
import { collectGarbage } from './lifecycle/garbage-collector.js';
import type { LifecycleParts } from './lifecycle/definition-lifecycle.js';
import { defineAll, followDefinitions } from './lifecycle/definition-lifecycle.js';
import { followNamespaces } from './lifecycle/namespace-lifecycle.js';
import { createRandom } from './random.js';
import { createReplicas } from './replicas.js';
import type { ServerParts } from './routes/request-context.js';
import { restoreSnapshot, takeSnapshot } from './snapshot.js';
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
const DEFAULT_FRESHNESS_TIMEOUT_MS = 3_000;
/** As what the server itself writes. */
const OWN_NAME = 'kube-apiserver';
const DEFAULT_PENDING_EVENTS = 10_000;
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * Creates an in-memory Kubernetes API server whose answers are those of kube-apiserver 1.36 for what it serves.
 *
 * *Example*: `const server = createApiServer(); const { url } = await server.listen();`
 */
export function createApiServer(options: ApiServerOptions = {}): ApiServer {
  const clock = createJumpingClock(options.clock ?? systemClock);
  const { parts, store, collector } = createParts(options, clock);
  for (const name of FIRST_NAMESPACES) createNamespace(parts, name);
  if (options.authorization === 'RBAC') createBootstrapPolicy(parts.write, OWN_NAME);
  const plan = new FaultPlan((name) => replicas.find(name) !== undefined);
  const dispatch = { audit: new AuditLog() };
  if (options.audit !== undefined) dispatch.audit.listen(options.audit);
  // Late: faults reach for the replicas, which are front ends with faults.
  const world: FaultWorld = createFaultWorld({
    parts,
    dispatch,
    clock,
    seed: options.seed,
    view: (name) => replicas.find(name),
    compact: (version) => store.compact(version),
  });
  const tokenOf = (user: string | undefined): string | undefined => tokenFor(options, user);
  const frontEnd = (server: ServerParts): FrontEnd => createFrontEnd({ server, dispatch, plan, world, tokenOf });
  const replicas = createReplicas({ main: parts, historyLimit: options.historyLimit ?? DEFAULT_HISTORY, frontEnd });
  const main = frontEnd(parts);
  return {
    ...main,
    faults: plan,
    replica: (replicaOptions) => replicas.create(replicaOptions),
    audit: (listener) => dispatch.audit.listen(listener),
    compact: (version) => store.compact(version),
    dump: () => dump(parts),
    snapshot: () => takeSnapshot(store),
    restore: (snapshot, restoreOptions) => {
      restoreSnapshot(store, snapshot, restoreOptions);
      // Rules in it are evaluated only by later requests: those wait.
      if ([...store.collection(DEFINITIONS).range('')].some(({ body }) => hasRules(body))) expectCel();
      collector?.reset();
      defineAll(parts.lifecycle);
      parts.watch.hub.endAll();
      replicas.reset();
    },
    async close() {
      world.waiting.endAll();
      await replicas.closeAll();
      await main.close();
    },
  };
}

interface CreatedParts {
  readonly parts: ServerParts;
  readonly store: ObjectStore;
  readonly collector: { reset(): void } | undefined;
}

function createParts(options: ApiServerOptions, clock: JumpingClock): CreatedParts {
  const store = new ObjectStore({ historyLimit: options.historyLimit ?? DEFAULT_HISTORY });
  const catalogue = new Catalogue();
  // First of all listeners: watches see a commit before anything follows from it.
  const hub = new WatchHub(store);
  const now = (): number => clock.now();
  const ownership = options.managedFields === false ? undefined : new Ownership({ now, resources: () => catalogue.all() });
  const write = { store, catalogue, random: createRandom(options.seed), now, ownership };
  for (const resource of BUILTIN_RESOURCES) store.collection(resource.collection);
  const lifecycle: LifecycleParts = {
    store,
    catalogue,
    now: write.now,
    removeObject: (collection, current, policy) => {
      const resource = storedAs(catalogue, collection);
      const chosen = policy === undefined ? {} : { propagationPolicy: policy };
      if (resource !== undefined) deleteObject(write, resource, { current, options: { isDryRun: false, preconditions: {}, ...chosen } });
    },
    own: (before, after) => {
      const resource = storedAs(catalogue, DEFINITIONS);
      if (ownership === undefined || resource === undefined) return after;
      return ownership.update({ resource, subresource: 'status', manager: OWN_NAME }, before, after);
    },
    deletesNamespaceContent: options.deletesNamespaceContent ?? true,
    endWatches: (collection) => hub.endCollection(collection),
  };
  followDefinitions(lifecycle);
  if (lifecycle.deletesNamespaceContent) followNamespaces(lifecycle);
  const collector = (options.garbageCollection ?? true) ? collectGarbage(lifecycle) : undefined;
  const bookmarkIntervalMs = options.bookmarkIntervalMs ?? DEFAULT_BOOKMARK_INTERVAL_MS;
  const pendingEventLimit = options.pendingEventLimit ?? DEFAULT_PENDING_EVENTS;
  const watch = { view: store, hub, clock, bookmarkIntervalMs, pendingEventLimit, lines: new SharedLines() };
  const parts = {
    name: 'main',
    write,
    watch,
    lifecycle,
    access: accessOf(options, write),
    clock,
    version: options.version ?? DEFAULT_VERSION,
    consistentReads: true,
    freshnessTimeoutMs: options.freshnessTimeoutMs ?? DEFAULT_FRESHNESS_TIMEOUT_MS,
  };
  return { parts, store, collector };
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
function tokenFor({ tokens = {} }: ApiServerOptions, user: string | undefined): string | undefined {
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
  createObject(parts.write, { resource, namespace: '', name, isStatus: false, isDryRun: false, manager: OWN_NAME }, { metadata: { name } });
}

function dump(parts: ServerParts): readonly JsonObject[] {
  return parts.write.store.collections().flatMap((collection) => {
    const resource = storedAs(parts.write.catalogue, collection.name);
    if (resource === undefined) return [];
    return [...collection.range('')].map((object) => ({
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      ...resource.rules.toServed(readStored(resource, object)),
    }));
  });
}
