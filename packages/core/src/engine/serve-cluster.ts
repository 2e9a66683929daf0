// Which collections are watched: declared selectors × what the cluster serves × the namespaces asked for, kept up to date.
import { AmbiguousKindError, DuplicateIdError, errorText, isKopfError, KindNotServableError, type KopfError } from '../errors.js';
import type { AnyHandler } from '../handlers/handler-spec.js';
import { declarationText, findDuplicateIds } from '../handlers/registry.js';
import { resolveSelectors, selectorText, type ResolvedSelectors } from '../handlers/selector.js';
import type { CollectionInspection } from '../model/inspection.js';
import type { HandlerId } from '../model/ids.js';
import type { ObjectRef } from '../model/object.js';
import { resourceName, type Resource } from '../model/resource.js';
import { delayFromList } from '../watch/backoff.js';
import { factError, isAbort, type EngineContext } from './context.js';
import { sameHandlers } from './exchange-kind.js';
import type { Inheritance } from './inheritance.js';
import { createNamespaceScope, NAMESPACES, type NamespaceScope, type Place } from './namespace-scope.js';
import { OVER, raceAbort } from './race-abort.js';
import { parseSelections, type KindSelection, type Selections } from './selection.js';
import { sleepUntilReturn } from './sleep-until-return.js';
import { serveKind, type ServedKind } from './served-kind.js';
import { idleStores, storesOf } from './stores/for-kinds.js';
import { placesOf } from './wait-for-place.js';
import { startWatcher, type Watcher } from './watcher.js';

export interface ServedCluster {
  /** Begins to watch what there is. Rejects if the cluster cannot be asked at all. */
  start(): Promise<StartedCluster>;
  /** What is held now, collection by collection, of all objects or of some. */
  inspect(which?: (ref: ObjectRef) => boolean): readonly CollectionInspection[];
  /** These handlers take the place of those before. Resolves when every object known is judged by them. */
  exchange(handlers: readonly AnyHandler[]): Promise<void>;
  /** Keeps up with kinds and namespaces that come and go. Ends with the operator. */
  follow(changed: () => Promise<void>): Promise<void>;
}

export interface StartedCluster {
  /** Resolves when all collections known at start were listed once, or refused, and what is indexed of them is indexed. */
  readonly known: Promise<{ readonly collections: number }>;
}

interface Serving {
  readonly ctx: EngineContext;
  handlers: readonly AnyHandler[];
  /** Those that are to take their place, and who waits for that. */
  next: { readonly handlers: readonly AnyHandler[]; readonly done: readonly (() => void)[] } | undefined;
  readonly scope: NamespaceScope;
  readonly selections: Selections;
  readonly watchers: Map<string, ServedCollection>;
  /** Said once each, until they change. */
  readonly said: Set<string>;
  catalogue: readonly Resource[];
}

interface ServedCollection {
  readonly watcher: Watcher;
  readonly fingerprint: string;
  readonly ofKind: EngineContext;
  handlers: readonly AnyHandler[];
}

export function serveCluster(ctx: EngineContext, handlers: readonly AnyHandler[], patterns: readonly string[] | undefined): ServedCluster {
  const watchers: Serving['watchers'] = new Map();
  const watchedNamespaces = (kind: Resource): string[] =>
    [...watchers.values()].flatMap(({ watcher: { of } }) =>
      of.namespace !== undefined && resourceName(of.resource) === resourceName(kind) ? [of.namespace] : [],
    );
  const scope = createNamespaceScope(ctx, patterns, watchedNamespaces);
  const selections = parseSelections(ctx.settings.watching);
  const serving: Serving = { ctx, handlers, next: undefined, scope, selections, watchers, said: new Set(), catalogue: [] };
  return {
    async start() {
      await discover(serving);
      await scope.follow(serving.catalogue);
      const { indexed } = await adjust(serving);
      ctx.spawn('first lists', () => tellListed(serving));
      const firstSyncs = Promise.all([...serving.watchers.values()].map(({ watcher }) => watcher.firstSync));
      return { known: whenKnown(serving, firstSyncs, indexed) };
    },
    exchange: (next) =>
      new Promise((resolve) => {
        serving.next = { handlers: next, done: [...(serving.next?.done ?? []), resolve] };
        ctx.rediscover();
      }),
    inspect: (which) => [...serving.watchers.values()].map(({ watcher }) => watcher.inspect(which)),
    async follow(changed) {
      for (;;) {
        await changed();
        const exchange = takeNext(serving);
        await rediscover(serving);
        await scope.follow(serving.catalogue);
        const { indexed } = await adjust(serving);
        if (exchange) await exchangeKept(serving, indexed);
        for (const done of exchange?.done ?? []) done();
      }
    },
  };
}

async function whenKnown(
  { ctx, watchers }: Serving,
  firstSyncs: Promise<unknown>,
  indexed: Promise<void>,
): Promise<{ readonly collections: number }> {
  await firstSyncs;
  await raceAbort(indexed, ctx.stopping, undefined);
  return { collections: watchers.size };
}

/** Stores outside the cluster learn what there is, each of the kinds that it keeps: only then they know what they have not been asked for yet. */
async function tellListed({ ctx, watchers }: Serving): Promise<void> {
  const first = [...watchers.values()];
  const lists = Promise.all(first.map(({ watcher }) => watcher.firstList));
  if ((await raceAbort(lists, ctx.stopping, undefined)) === undefined) return;
  for (const place of placesOf(ctx)) {
    const own = first.filter(({ ofKind }) => placesOf(ofKind).includes(place));
    place.listed?.(new Set(own.flatMap(({ watcher }) => [...watcher.uids()])));
  }
}

/** One at a time, between two looks at what the cluster serves. */
function takeNext(serving: Serving): Serving['next'] {
  const { next } = serving;
  if (next === undefined) return undefined;
  serving.next = undefined;
  serving.handlers = next.handlers;
  serving.said.clear();
  return next;
}

/**
 * What is watched already goes on, with other handlers. Indexes first, so that no handler meets one that others filled; one that does not
 * come to its end holds the others up for a while, not for ever.
 */
async function exchangeKept(serving: Serving, indexed: Promise<void>): Promise<void> {
  const { ctx, watchers } = serving;
  const exchanged: { readonly served: ServedCollection; readonly before: ServedKind; readonly to: ServedKind }[] = [];
  for (const [key, { resource, handlers, selection }] of wantedCollections(serving, servedKinds(serving))) {
    const served = watchers.get(key);
    if (served === undefined || sameHandlers(served.handlers, handlers)) continue;
    const { ofKind } = served;
    exchanged.push({ served, before: kindOf(ofKind, resource, served.handlers), to: kindOf(ofKind, resource, handlers) });
    served.handlers = handlers;
    ctx.emit({ kind: 'kind-served', of: served.watcher.of, handlers: idsOf(handlers), ...filteredBy(selection) });
  }
  ctx.indexes.declare([...exchanged.flatMap(({ before }) => before.indexes), ...serving.handlers]);
  const reindexed = exchanged.map(({ served, before, to }) => served.watcher.exchange({ ...before, indexes: to.indexes }));
  await withinExitTimeout(ctx, Promise.all([indexed, ...reindexed]));
  ctx.indexes.declare(serving.handlers);
  await Promise.all(exchanged.map(({ served, to }) => served.watcher.exchange(to)));
}

function kindOf(ofKind: EngineContext, resource: Resource, handlers: readonly AnyHandler[]): ServedKind {
  const { progressStore: progress, diffBaseStore: diffBase, keepsBodies } = ofKind;
  return serveKind(resource, handlers, { progress, diffBase, keepsBodies });
}

function filteredBy({ fromHandlers }: KindSelection): { readonly filteredByServer?: string } {
  return fromHandlers === undefined ? {} : { filteredByServer: fromHandlers };
}

function idsOf(handlers: readonly AnyHandler[]): readonly HandlerId[] {
  return [...new Set(handlers.map(({ id }) => id))];
}

async function discover(serving: Serving): Promise<void> {
  const { ctx, handlers, scope } = serving;
  const selectors = handlers.map((handler) => handler.selector);
  const { resources } = await ctx.client.resolve(scope.needsNamespaces ? [...selectors, NAMESPACES] : selectors, ctx.stopping);
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
      await sleepUntilReturn(ctx, ms, ctx.stopping);
    }
  }
}

/**
 * Stops what is not wanted any more, then starts what is missing (spec D-31). `indexed` resolves when what was started may be handled: when
 * all that is indexed so far was listed and indexed. What was served before goes on meanwhile (spec I-20, I-22).
 */
async function adjust(serving: Serving): Promise<{ readonly indexed: Promise<void> }> {
  const { ctx, watchers, scope } = serving;
  const kinds = servedKinds(serving);
  await scope.choose(kinds.map(({ resource }) => resource));
  sayWhatSelectsNothing(serving, kinds);
  const wanted = wantedCollections(serving, kinds);
  const outdated = [...watchers].filter(([key, { fingerprint }]) => wanted.get(key)?.fingerprint !== fingerprint);
  const goingOn = new Set(
    [...wanted.values()].flatMap(({ resource, place }) => [objectsOf(resource, undefined), objectsOf(resource, place.namespace)]),
  );
  // Of a kind that is served anew, or by another version, no half of a result is lost, and no handler repeated for want of the other half.
  const servedAnew = outdated
    .filter(([, { watcher }]) => goingOn.has(objectsOf(watcher.of.resource, watcher.of.namespace)))
    .map(([, { watcher }]) => watcher.written());
  if (servedAnew.length > 0) await withinExitTimeout(ctx, Promise.all(servedAnew));
  const inheritances = stopOutdated(serving, outdated, wanted);
  const gate = ctx.indexes.openGate();
  const indexed = new Promise<void>((resolve) => gate.onOpen(resolve));
  for (const [key, { resource, place, handlers, selection, fingerprint }] of wanted) {
    if (watchers.has(key)) continue;
    const ofKind = contextOfKind(ctx, resource);
    const kind = kindOf(ofKind, resource, handlers);
    const of = { resource, namespace: place.namespace };
    ctx.emit({ kind: 'kind-served', of, handlers: idsOf(handlers), ...filteredBy(selection) });
    watchers.set(key, {
      watcher: startWatcher(ofKind, kind, {
        of,
        gate,
        accepts: place.accepts,
        denied: deniedOf(scope, { resource, place }),
        selection,
        inherited: inheritances.get(objectsOf(resource, place.namespace)),
      }),
      fingerprint,
      ofKind,
      handlers,
    });
  }
  // Not before all of them have begun: any of them may be indexed.
  gate.complete();
  return { indexed };
}

/** Only a watch that takes the place of many can be taken back. */
function deniedOf(scope: NamespaceScope, { resource, place }: Pick<WantedCollection, 'resource' | 'place'>): (() => void) | undefined {
  return place.accepts === undefined ? undefined : () => scope.denied(resource);
}

/** What a kind that is served anew finds of its objects, by what they are. */
function stopOutdated(
  { watchers }: Serving,
  outdated: readonly (readonly [string, ServedCollection])[],
  wanted: ReadonlyMap<string, WantedCollection>,
): ReadonlyMap<string, Inheritance> {
  const leaving = new Set(outdated.map(([key]) => key));
  const beginning = [...wanted].filter(([key]) => leaving.has(key) || !watchers.has(key));
  const next = new Map(beginning.map(([, one]) => [objectsOf(one.resource, one.place.namespace), one]));
  const inheritances = new Map<string, Inheritance>();
  for (const [key, { watcher, handlers }] of outdated) {
    const objects = objectsOf(watcher.of.resource, watcher.of.namespace);
    const following = next.get(objects);
    const why = 'it is not served any more';
    if (following === undefined) watcher.stop(why);
    else inheritances.set(objects, watcher.handOver(why, { sameHandlers: sameHandlers(handlers, following.handlers) }));
    watchers.delete(key);
  }
  return inheritances;
}

function storesMemos(ctx: EngineContext, resource: Resource): boolean {
  return contextOfKind(ctx, resource).memoStore !== undefined;
}

/** With the stores of the kind. */
function contextOfKind(ctx: EngineContext, resource: Resource): EngineContext {
  if (ctx.kindStores.length === 0) return ctx;
  return Object.assign(Object.create(ctx) as EngineContext, { ...storesOf(ctx, resource), kindStores: [] });
}

/** The same objects, whatever version serves them; without a namespace all of them, or some. */
function objectsOf({ plural, group }: Resource, namespace: string | undefined): string {
  return `${plural}.${group} ${namespace ?? ''}`;
}

async function withinExitTimeout({ clock, settings, stopping }: EngineContext, wait: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort(OVER);
  const signal = AbortSignal.any([over.signal, stopping]);
  wait.then(end, end);
  await clock.sleep(settings.queueing.exitTimeoutMs, signal).catch(() => undefined);
}

interface WantedCollection {
  readonly resource: Resource;
  readonly place: Place;
  readonly handlers: readonly AnyHandler[];
  readonly selection: KindSelection;
  /** A kind that changed (say, lost its status subresource) is served anew. */
  readonly fingerprint: string;
}

function wantedCollections({ ctx, scope, selections }: Serving, kinds: readonly HandledKind[]): Map<string, WantedCollection> {
  const wanted = new Map<string, WantedCollection>();
  for (const { resource, handlers } of kinds) {
    // What leaves a selection looks as if it were gone: a memo that is stored would go with it.
    const selection = selections.selectionOf(resource, storesMemos(ctx, resource) ? [] : handlers);
    const { namespaced, subresources, kind } = resource;
    const fingerprint = [namespaced, [...subresources].sort().join(','), kind, selection.fromHandlers].join('|');
    for (const place of scope.placesOf(resource)) {
      wanted.set(`${resourceName(resource)} ${place.namespace ?? ''}`, { resource, place, handlers, selection, fingerprint });
    }
  }
  return wanted;
}

interface HandledKind {
  readonly resource: Resource;
  readonly handlers: readonly AnyHandler[];
}

function servedKinds(serving: Serving): HandledKind[] {
  const { ctx, handlers, catalogue, said } = serving;
  const resolved = resolveSelectors(
    handlers.map((handler) => handler.selector),
    catalogue,
    {
      patching: handlers.filter((handler) => handler.family !== 'event' && handler.family !== 'index').map((handler) => handler.selector),
    },
  );
  sayWhatIsNotServed(serving, resolved);
  return [...resolved.served.values()].flatMap(({ resource, selectors }) => {
    for (const selector of selectors) said.delete(`unresolved ${selectorText(selector)}`);
    const own = handlers.filter((handler) => selectors.includes(handler.selector));
    const error = duplicateOf(own) ?? storeConflict(ctx, resource);
    if (error === undefined) return [{ resource, handlers: own }];
    sayOnce(serving, `refused ${resourceName(resource)}: ${error.code}`, () =>
      ctx.emit({ kind: 'kind-refused', selector: resourceName(resource), error: factError(error) }),
    );
    return [];
  });
}

function duplicateOf(handlers: readonly AnyHandler[]): KopfError | undefined {
  const duplicate = findDuplicateIds(handlers)[0];
  return duplicate && new DuplicateIdError(duplicate.id, declarationText(duplicate.first), declarationText(duplicate.second));
}

/** Two stores are chosen for one kind: whatever was read would be the memory of the other one. */
function storeConflict(ctx: EngineContext, resource: Resource): KopfError | undefined {
  try {
    storesOf(ctx, resource);
    return undefined;
  } catch (error) {
    if (isKopfError(error)) return error;
    throw error;
  }
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

function sayWhatSelectsNothing(serving: Serving, kinds: readonly HandledKind[]): void {
  for (const key of serving.selections.idleKeys(kinds.map(({ resource }) => resource))) {
    const message = 'A selector of settings.watching is about no served kind.';
    sayOnce(serving, `idle ${key}`, () => serving.ctx.emit({ kind: 'logged', level: 'warn', message, fields: { key } }));
  }
  for (const selector of idleStores(
    serving.ctx.kindStores,
    kinds.map(({ resource }) => resource),
  )) {
    const message = 'Stores were chosen by forKinds() for a kind that is not served.';
    sayOnce(serving, `idle store ${selector}`, () => serving.ctx.emit({ kind: 'logged', level: 'warn', message, fields: { selector } }));
  }
}

function sayOnce({ said }: Serving, key: string, say: () => void): void {
  if (said.has(key)) return;
  said.add(key);
  say();
}
