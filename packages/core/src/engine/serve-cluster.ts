// Which collections are watched: declared selectors × what the cluster serves × the namespaces asked for, kept up to date.
import { isExactNamespace, matchesNamespace } from '../config/namespace-pattern.js';
import { AmbiguousKindError, DuplicateIdError, errorText, KindNotServableError } from '../errors.js';
import type { AnyHandler } from '../handlers/handler-spec.js';
import { declarationText, findDuplicateIds } from '../handlers/registry.js';
import { matchesResource, resolveSelectors, selectorText, type ResolvedSelectors } from '../handlers/selector.js';
import type { CollectionInspection } from '../model/inspection.js';
import { resourceName, type Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import { delayFromList } from '../watch/backoff.js';
import { factError, isAbort, type EngineContext } from './context.js';
import { raceAbort } from './race-abort.js';
import { serveKind } from './served-kind.js';
import { startWatcher, type Watcher } from './watcher.js';

export interface ServedCluster {
  /** Resolves when all collections known at start were listed once, or refused. Rejects if the cluster cannot be asked at all. */
  start(): Promise<{ readonly collections: number }>;
  /** What is held now, collection by collection. */
  inspect(): readonly CollectionInspection[];
  /** Keeps up with kinds and namespaces that come and go. Ends with the operator. */
  follow(changed: () => Promise<void>): Promise<void>;
}

const NAMESPACES: Selector = { by: 'plural', name: 'namespaces', group: '', version: 'v1' };

interface Serving {
  readonly ctx: EngineContext;
  readonly handlers: readonly AnyHandler[];
  readonly patterns: readonly string[] | undefined;
  readonly watchers: Map<string, { readonly watcher: Watcher; readonly fingerprint: string }>;
  readonly namespaces: Set<string>;
  /** Said once each, until they change. */
  readonly said: Set<string>;
  catalogue: readonly Resource[];
  namespacesFollowed: boolean;
}

export function serveCluster(ctx: EngineContext, handlers: readonly AnyHandler[], patterns: readonly string[] | undefined): ServedCluster {
  const serving: Serving = {
    ctx,
    handlers,
    patterns,
    watchers: new Map(),
    namespaces: new Set((patterns ?? []).filter(isExactNamespace)),
    said: new Set(),
    catalogue: [],
    namespacesFollowed: false,
  };
  return {
    async start() {
      await discover(serving);
      await followNamespaces(serving);
      const indexed = new Promise<void>((resolve) => adjust(serving, resolve));
      await Promise.all([...serving.watchers.values()].map(({ watcher }) => watcher.firstSync));
      await raceAbort(indexed, ctx.stopping, undefined);
      return { collections: serving.watchers.size };
    },
    inspect: () => [...serving.watchers.values()].map(({ watcher }) => watcher.inspect()),
    async follow(changed) {
      for (;;) {
        await changed();
        await rediscover(serving);
        adjust(serving);
      }
    },
  };
}

async function discover(serving: Serving): Promise<void> {
  const { ctx, handlers, patterns } = serving;
  const selectors = handlers.map((handler) => handler.selector);
  const needsNamespaces = (patterns ?? []).some((pattern) => !isExactNamespace(pattern));
  const { resources } = await ctx.client.resolve(needsNamespaces ? [...selectors, NAMESPACES] : selectors, ctx.stopping);
  serving.catalogue = resources;
}

/** After the start a failing discovery is a nuisance, not an end: what is served stays served. */
async function rediscover(serving: Serving): Promise<void> {
  const { ctx } = serving;
  for (let failures = 1; ; failures += 1) {
    try {
      await discover(serving);
      return;
    } catch (error) {
      if (isAbort(error, ctx.stopping)) throw error;
      const ms = delayFromList([1, 2, 5, 10, 30], failures);
      ctx.emit({
        kind: 'logged',
        level: 'warn',
        message: 'Discovery failed; what is served stays served.',
        fields: { error: errorText(error), retryInMs: ms },
      });
      await ctx.clock.sleep(ms, ctx.stopping);
    }
  }
}

/**
 * Stops what is not wanted any more, then starts what is missing (spec D-31). Calls back when what was started may be handled: when all that
 * is indexed so far was listed and indexed. What was served before goes on meanwhile (spec I-20, I-22).
 */
function adjust(serving: Serving, opened: () => void = () => undefined): void {
  const { ctx, watchers } = serving;
  const wanted = wantedCollections(serving);
  for (const [key, { watcher, fingerprint }] of watchers) {
    if (wanted.get(key)?.fingerprint === fingerprint) continue;
    watcher.stop('it is not served any more');
    watchers.delete(key);
  }
  const gate = ctx.indexes.openGate();
  gate.onOpen(opened);
  for (const [key, { resource, namespace, handlers, fingerprint }] of wanted) {
    if (watchers.has(key)) continue;
    const kind = serveKind(resource, handlers, { progress: ctx.progressStore, diffBase: ctx.diffBaseStore });
    const of = { resource, namespace };
    ctx.emit({ kind: 'kind-served', of, handlers: [...new Set(handlers.map((handler) => handler.id))] });
    watchers.set(key, { watcher: startWatcher(ctx, kind, { of, gate }), fingerprint });
  }
  // Not before all of them have begun: any of them may be indexed.
  gate.complete();
}

interface WantedCollection {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly handlers: readonly AnyHandler[];
  /** A kind that changed (say, lost its status subresource) is served anew. */
  readonly fingerprint: string;
}

function wantedCollections(serving: Serving): Map<string, WantedCollection> {
  const wanted = new Map<string, WantedCollection>();
  for (const { resource, handlers } of servedKinds(serving)) {
    const places = resource.namespaced && serving.patterns ? [...serving.namespaces] : [undefined];
    for (const namespace of places) {
      const fingerprint = [resource.namespaced, [...resource.subresources].sort().join(','), resource.kind].join('|');
      wanted.set(`${resourceName(resource)} ${namespace ?? ''}`, { resource, namespace, handlers, fingerprint });
    }
  }
  return wanted;
}

function servedKinds(serving: Serving): { resource: Resource; handlers: readonly AnyHandler[] }[] {
  const { ctx, handlers, catalogue, said, watchers } = serving;
  const resolved = resolveSelectors(
    handlers.map((handler) => handler.selector),
    catalogue,
    {
      patching: handlers.filter((handler) => handler.family !== 'event' && handler.family !== 'index').map((handler) => handler.selector),
      servedBefore: new Set([...watchers.values()].map(({ watcher }) => resourceName(watcher.of.resource))),
    },
  );
  sayWhatIsNotServed(serving, resolved);
  return [...resolved.served.values()].flatMap(({ resource, selectors }) => {
    for (const selector of selectors) said.delete(`unresolved ${selectorText(selector)}`);
    const own = handlers.filter((handler) => selectors.includes(handler.selector));
    const duplicate = findDuplicateIds(own)[0];
    if (duplicate === undefined) return [{ resource, handlers: own }];
    const error = new DuplicateIdError(duplicate.id, declarationText(duplicate.first), declarationText(duplicate.second));
    sayOnce(serving, `duplicate ${resourceName(resource)}`, () =>
      ctx.emit({ kind: 'kind-refused', selector: resourceName(resource), error: factError(error) }),
    );
    return [];
  });
}

/** Each once, until it changes: kinds that do not exist (yet), are ambiguous, or lack a verb (spec S-24..S-27). */
function sayWhatIsNotServed(serving: Serving, resolved: ResolvedSelectors): void {
  const { ctx, said } = serving;
  const unresolved = [...new Set(resolved.unresolved.map(selectorText))].filter((text) => !said.has(`unresolved ${text}`));
  for (const text of unresolved) said.add(`unresolved ${text}`);
  if (unresolved.length > 0) ctx.emit({ kind: 'kind-unresolved', selectors: unresolved });
  for (const { selector, resources } of resolved.ambiguous) {
    const error = new AmbiguousKindError(selectorText(selector), resources.map(resourceName));
    sayOnce(serving, `ambiguous ${selectorText(selector)}`, () =>
      ctx.emit({ kind: 'kind-refused', selector: selectorText(selector), error: factError(error) }),
    );
  }
  for (const { resource, missingVerb } of resolved.refused) {
    const error = new KindNotServableError(resourceName(resource), missingVerb);
    sayOnce(serving, `refused ${resourceName(resource)}`, () =>
      ctx.emit({ kind: 'kind-refused', selector: resourceName(resource), error: factError(error) }),
    );
  }
}

function sayOnce({ said }: Serving, key: string, say: () => void): void {
  if (said.has(key)) return;
  said.add(key);
  say();
}

/** Watches namespaces if a pattern needs it (spec D-22); without the right only exact names are served (spec D-28). */
async function followNamespaces(serving: Serving): Promise<void> {
  const { ctx, patterns, catalogue } = serving;
  if (serving.namespacesFollowed || !patterns || patterns.every(isExactNamespace)) return;
  const resource = catalogue.find((candidate) => matchesResource(NAMESPACES, candidate));
  if (!resource) return;
  serving.namespacesFollowed = true;
  let known: () => void = () => undefined;
  const firstSync = new Promise<void>((resolve) => (known = resolve));
  ctx.spawn('namespaces', async () => {
    try {
      for await (const signal of ctx.client.watch({ resource, namespace: undefined }, {}, ctx.stopping)) {
        if (signal.kind === 'sync-end' || (signal.kind === 'health' && signal.state === 'denied')) known();
        if (signal.kind === 'health' && signal.state === 'denied') {
          const error = signal.error === undefined ? {} : { error: factError(signal.error) };
          ctx.emit({ kind: 'watch-health', of: { resource, namespace: undefined }, state: signal.state, ...error });
        }
        if (signal.kind !== 'change' || !patterns.some((pattern) => matchesNamespace(pattern, signal.object.name))) continue;
        if (signal.type === 'deleted') serving.namespaces.delete(signal.object.name);
        else serving.namespaces.add(signal.object.name);
        ctx.rediscover();
      }
    } catch (error) {
      if (!isAbort(error, ctx.stopping)) throw error;
    } finally {
      known();
    }
  });
  await firstSync;
}
