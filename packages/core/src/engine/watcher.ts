// One watch of one collection: puts what it says into the slots of the objects. It waits for nobody, and a failed watch
// neither ends nor takes anything else down (design 6.3, 6.5).
import type { ObjectUid } from '../model/ids.js';
import type { CollectionInspection, ObjectInspection } from '../model/inspection.js';
import type { ObjectRef } from '../model/object.js';
import { resourceName, type CollectionRef } from '../model/resource.js';
import type { EventType, WatchChange, WatchSignal } from '../model/watch-event.js';
import { stopBackground } from './background/match-background.js';
import type { WatchOptions } from '../ports/cluster-client.js';
import type { KindSelection } from './selection.js';
import { factError, isAbort, type EngineContext } from './context.js';
import { exchangeKind } from './exchange-kind.js';
import { forgetInIndexes, offerToIndexes } from './index-object.js';
import { forgetMissing, inherit, NOTHING_INHERITED, type Inheritance } from './inheritance.js';
import type { IndexGate } from './indexes.js';
import { wakeLanes } from './lanes.js';
import { createSlot, inspectSlot, offerState, type ObjectSlot } from './object-slot.js';
import type { ServedKind } from './served-kind.js';
import { createEarlySettler, type EarlySettler } from './settle-early.js';
import { placesOf } from './wait-for-place.js';

/** So long a kind that is put off by the server may hold up the start of the operator: a server that restarts needs less. */
const PUT_OFF_MS = 10_000;

const TYPES: Readonly<Record<WatchChange['type'], EventType>> = { listed: null, added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' };

export interface Watcher {
  readonly of: CollectionRef;
  /** Resolves when the first list is complete, or the cluster refuses it: what can be known is known. */
  readonly firstSync: Promise<void>;
  /** Resolves when the first list is complete. */
  readonly firstList: Promise<void>;
  /** The objects that it holds now. */
  uids(): Iterable<ObjectUid>;
  /** What it holds now, of all objects or of some. */
  inspect(which?: (ref: ObjectRef) => boolean): CollectionInspection;
  /** Resolves when what is being written now has been written. */
  written(): Promise<void>;
  /** From now on these are the handlers of the kind; those that are the same as before go on. Resolves when all objects are indexed by them. */
  exchange(kind: ServedKind): Promise<void>;
  /** Ends the watch and lets go of its objects; nothing is written for that. */
  stop(why: string): void;
  /** The same for a watch that is to follow it. With the same handlers the indexes keep what they have until that has listed. */
  handOver(why: string, following: Pick<Inheritance, 'sameHandlers'>): Inheritance;
}

/** What is watched, and which of the objects that arrive are served, by their namespace; absent: all. */
export interface WatchedPlace {
  readonly of: CollectionRef;
  /** Opens when the indexes are complete; before, nothing is handled. */
  readonly gate: IndexGate;
  readonly accepts?: ((namespace: string | undefined) => boolean) | undefined;
  /** Called when we may not watch it (any more), where it can be watched otherwise; else handlers go on without it. */
  readonly denied?: (() => void) | undefined;
  /** What to ask the cluster for. */
  readonly selection?: KindSelection | undefined;
  /** Of the watch before it. */
  readonly inherited?: Inheritance | undefined;
}

const EVERYTHING: KindSelection = { options: {}, fromHandlers: undefined };

export function startWatcher(
  ctx: EngineContext,
  kind: ServedKind,
  { of, gate, accepts = () => true, denied, selection = EVERYTHING, inherited = NOTHING_INHERITED }: WatchedPlace,
): Watcher {
  const { options } = selection;
  const life = ctx.lives.open();
  let known: () => void = () => undefined;
  const firstSync = new Promise<void>((resolve) => (known = resolve));
  const wakeOne = (slot: ObjectSlot): void => wake(state, slot);
  let listed: () => void = () => undefined;
  const firstList = new Promise<void>((resolve) => (listed = resolve));
  const release = kind.indexes.length > 0 ? gate.hold() : () => false;
  const early = createEarlySettler(ctx, kind, wakeOne);
  const toIndexes = (slot: ObjectSlot): void => offerToIndexes(ctx, slot);
  const objects = { slots: new Map(), wake: wakeOne, forget: (slot: ObjectSlot) => forget(state, slot), toIndexes, early };
  const place = { of, accepts, denied, isWhole: isEverything(options), gate, stopping: life.stopping };
  const state: WatcherState = { ctx, kind, ...place, ...objects, inherited, synced: false, known, listed, release };
  const unwatch = ctx.watched.add(kind.resource, state.slots);
  gate.onOpen(() => {
    if (state.synced) wakeAll(state);
  });
  ctx.spawn('watch', async () => {
    try {
      for await (const signal of ctx.client.watch(of, options, life.stopping)) {
        if (signal.kind !== 'change' || accepts(signal.object.namespace)) takeSignal(state, signal);
        // A turn, not until they are done: a store that does not answer must not hold up the list.
        if (state.early.isBehind()) await ctx.clock.yield();
      }
    } catch (error) {
      if (!isAbort(error, life.stopping)) throw error;
    } finally {
      life.close();
      unwatch();
      known();
      release();
    }
  });
  return {
    of,
    firstSync,
    firstList,
    uids: () => state.slots.keys(),
    inspect: (which) => inspectWatcher(state, selection, which),
    async written() {
      await Promise.allSettled([...state.slots.values()].flatMap(({ work }) => [...(work?.writes ?? [])]));
    },
    exchange: (to) => exchangeHandlers(state, to),
    stop(why) {
      life.release(why);
      unwatch();
      endWatch(state, why, false);
    },
    handOver(why, { sameHandlers }) {
      life.release(why);
      unwatch();
      return { slots: endWatch(state, why, sameHandlers), sameHandlers };
    },
  };
}

/** Returns the objects that are left. */
function endWatch(state: WatcherState, why: string, keepsIndexed: boolean): Inheritance['slots'] {
  const { ctx, of, slots, inherited, release } = state;
  const left = new Map([...inherited.slots].filter(([uid]) => !slots.has(uid)));
  state.inherited = NOTHING_INHERITED;
  for (const [uid, slot] of slots) {
    // Its end was seen, and its handlers are to hear of it; nothing else will come.
    if (slot.gone) continue;
    releaseSlot(slot, why);
    left.set(uid, slot);
  }
  for (const [uid, slot] of [...slots, ...left]) if (!keepsIndexed || !left.has(uid)) forgetInIndexes(ctx, slot);
  slots.clear();
  release();
  ctx.emit({ kind: 'kind-released', of });
  return left;
}

function releaseSlot(slot: ObjectSlot, why: string): void {
  slot.released = true;
  slot.awaitedTurn?.leave();
  slot.cancelChange?.(why);
  stopBackground(slot, 'filters-mismatch');
  slot.work?.life.release(why);
}

async function exchangeHandlers(state: WatcherState, to: ServedKind): Promise<void> {
  const { ctx, slots, toIndexes } = state;
  state.kind = to;
  state.early = createEarlySettler(ctx, to, state.wake);
  for (const slot of slots.values()) exchangeKind(ctx, slot, { to, toIndexes });
  const indexing = [...slots.values()].flatMap((slot) => slot.indexing?.running ?? []);
  if (state.synced && state.gate.isOpen()) wakeAll(state);
  await Promise.all(indexing);
}

function inspectWatcher(
  { of, synced, gate, slots }: WatcherState,
  { options, fromHandlers }: KindSelection,
  which: (ref: ObjectRef) => boolean = () => true,
): CollectionInspection {
  const { labelSelector, fieldSelector, shardSelector } = options;
  const objects: ObjectInspection[] = [];
  for (const slot of slots.values()) if (which(slot.ref)) objects.push(inspectSlot(slot));
  return {
    of,
    synced,
    awaitsIndexes: !gate.isOpen(),
    selection: isEverything(options) ? undefined : { labelSelector, fieldSelector, shardSelector, fromHandlers },
    objects,
  };
}

function isEverything({ labelSelector, fieldSelector, shardSelector }: WatchOptions): boolean {
  return labelSelector === undefined && fieldSelector === undefined && shardSelector === undefined;
}

interface WatcherState {
  readonly ctx: EngineContext;
  /** Others take its place when handlers are exchanged. */
  kind: ServedKind;
  readonly of: CollectionRef;
  readonly slots: Map<ObjectUid, ObjectSlot>;
  /** Before the first list is complete nothing is handled, and nothing seen is dropped. */
  synced: boolean;
  readonly known: () => void;
  readonly listed: () => void;
  /** What is indexed here was indexed; only then those who wait for indexes are woken. The first call says true. */
  readonly release: () => boolean;
  readonly gate: IndexGate;
  /** Aborts when the watch is to end. */
  readonly stopping: AbortSignal;
  /** Wakes one of its objects, once the first list is complete. */
  readonly wake: (slot: ObjectSlot) => void;
  /** It is gone, and all was done for it. */
  readonly forget: (slot: ObjectSlot) => void;
  readonly toIndexes: (slot: ObjectSlot) => void;
  early: EarlySettler;
  /** Until the first list is complete. */
  inherited: Inheritance;
  readonly accepts: (namespace: string | undefined) => boolean;
  readonly denied: (() => void) | undefined;
  /** Nothing narrows what the cluster is asked for. */
  readonly isWhole: boolean;
}

function takeSignal(state: WatcherState, signal: WatchSignal): void {
  const { ctx, of, slots } = state;
  switch (signal.kind) {
    case 'sync-begin':
      if (signal.newEpoch) openEpoch(state);
      return;
    case 'change':
      takeChange(state, signal);
      return;
    case 'sync-end':
      state.synced = true;
      forgetMissing(ctx, state.inherited, slots);
      state.inherited = NOTHING_INHERITED;
      releaseWhenIndexed(state);
      if (state.gate.isOpen()) wakeAll(state);
      ctx.emit({ kind: 'watch-synced', of, objects: slots.size, resourceVersion: signal.resourceVersion });
      sweepPlaces(state);
      state.known();
      state.listed();
      return;
    case 'health': {
      const error = signal.error === undefined ? {} : { error: factError(signal.error) };
      ctx.emit({ kind: 'watch-health', of, state: signal.state, ...error });
      if (isRefusal(signal)) state.known();
      else if (isPutOff(signal)) waitAWhile(state);
      if (signal.state === 'denied') (state.denied ?? beginWithoutIndexes)(state);
      return;
    }
    case 'bookmark':
      ctx.emit({ kind: 'bookmark-seen', of, resourceVersion: signal.resourceVersion });
      return;
    default:
      return; // a newer adapter may say more
  }
}

/**
 * The cluster answers, but not this: waiting for it could take for ever, and one kind holds up no others. A server that is away, or that
 * says when to come back, is waited for. Those who read the indexes of the kind wait for its list in any case (spec I-20).
 */
function isRefusal({ state, error }: Extract<WatchSignal, { kind: 'health' }>): boolean {
  if (state === 'denied') return true;
  return state === 'retrying' && typeof error?.context['status'] === 'number' && error.context['retryAfterMs'] === undefined;
}

/** A right that is missing may be missing for ever. Whatever else fails is waited for: a handler must not meet half of an index. */
function beginWithoutIndexes({ ctx, kind, of, release }: WatcherState): void {
  if (!release()) return;
  const indexes = [...new Set(kind.indexes.map(({ id }) => id))].join(', ');
  const fields = { resource: resourceName(of.resource), ...(of.namespace === undefined ? {} : { namespace: of.namespace }), indexes };
  ctx.emit({ kind: 'logged', level: 'warn', message: 'Handlers begin without what is to be indexed: it may not be listed.', fields });
}

/** "Come back later" is what a storage says for ever that does not initialize, as that of a kind whose conversion fails. */
function isPutOff({ state, error }: Extract<WatchSignal, { kind: 'health' }>): boolean {
  return state === 'retrying' && typeof error?.context['status'] === 'number';
}

/** It holds up the start of the operator no longer; those who read its indexes go on waiting for them. */
function waitAWhile({ ctx, stopping, known }: WatcherState): void {
  ctx.spawn('first list', async () => {
    await ctx.clock.sleep(PUT_OFF_MS, stopping).catch(() => undefined);
    known();
  });
}

function takeChange(state: WatcherState, { type, object, inferred }: WatchChange): void {
  const { ctx, kind, slots } = state;
  let slot = slots.get(object.uid);
  if (!slot) {
    // Nothing is known of it and nothing will be: only event handlers want to hear of its end.
    if (type === 'deleted' && (inferred || kind.events.length === 0)) return;
    slot = createSlot(ctx, kind, { object, noticedByListing: type === 'listed', wake: state.wake, toIndexes: state.toIndexes });
    inherit(slot, state.inherited);
    slots.set(object.uid, slot);
  }
  offerState(ctx, slot, { object, channel: { from: 'watch', type: TYPES[type], inferred } });
  if (!state.synced) state.early.offer(slot);
}

function wake(state: WatcherState, slot: ObjectSlot): void {
  if (!state.synced || !state.gate.isOpen()) return;
  wakeLanes(state.ctx, slot, state.forget);
}

function forget({ ctx, slots }: Pick<WatcherState, 'ctx' | 'slots'>, { ref }: ObjectSlot): void {
  slots.delete(ref.uid);
  for (const place of placesOf(ctx)) place.forget?.(ref);
  ctx.emit({ kind: 'object-forgotten', object: ref });
}

/** What stores outside the cluster keep of objects that are gone may go. A narrowed list says nothing of the objects outside it. */
function sweepPlaces({ ctx, kind, of, slots, isWhole, accepts }: WatcherState): void {
  if (!isWhole) return;
  const covers = (namespace: string | undefined): boolean =>
    (of.namespace === undefined || of.namespace === namespace) && accepts(namespace);
  for (const place of placesOf(ctx)) place.sweep?.({ resource: kind.resource, covers, exists: (uid) => slots.has(uid) });
}

/** Each object of the first list was indexed once, whatever came of it (spec I-20). */
function releaseWhenIndexed({ kind, slots, release }: WatcherState): void {
  if (kind.indexes.length === 0) return;
  const waiting = [...slots.values()].flatMap((slot) => slot.indexing?.running ?? []);
  Promise.all(waiting).then(release, release);
}

/** Objects woken at once, before others have a turn of the event loop: some milliseconds of work. */
const SLICE = 64;

/** A long list is taken up piece by piece: live changes, writes and timers go on between. */
function wakeAll(state: WatcherState): void {
  const { ctx, slots } = state;
  const waiting = slots.values();
  const wakeSlice = (): boolean => {
    const most = ctx.rarely?.('slices-of-one') ? 1 : SLICE;
    for (let woken = 0; woken < most; woken += 1) {
      const { value: slot, done } = waiting.next();
      if (done) return false;
      wake(state, slot);
    }
    return !ctx.stopping.aborted;
  };
  if (!wakeSlice()) return;
  ctx.spawn('list', async () => {
    do await ctx.clock.yield();
    while (wakeSlice());
  });
}

/** Versions fell, e.g. a backup was restored: forget versions and expectations, keep diff bases, detect everything anew (design 6.4). */
function openEpoch({ ctx, of, slots }: WatcherState): void {
  for (const slot of slots.values()) {
    slot.version = undefined;
    slot.expectation = undefined;
    slot.watched = undefined;
    slot.vanished = false;
  }
  ctx.emit({ kind: 'epoch-opened', of });
}
