// What the engine holds of one object (one per kind and uid): its newest state while there is work, hardly anything at rest.
import type { Contest } from '../cause/contest.js';
import { BugError } from '../errors.js';
import type { BackgroundHandler } from '../handlers/handler-spec.js';
import type { StopCause } from '../model/handler-function.js';
import type { HandlerId, ResourceVersion } from '../model/ids.js';
import { deepFreeze } from '../model/json.js';
import type { Essence, ObjectBody, ObjectRef, SeenObject } from '../model/object.js';
import type { EventType } from '../model/watch-event.js';
import type { ObjectInspection } from '../model/inspection.js';
import type { Expectation } from '../queue/consistency.js';
import { enqueue, type QueuedEvent } from '../queue/object-queue.js';
import { moreUrgent, type Ticket, type Urgency } from '../queue/turn-queue.js';
import { isNewer, isOrdered } from '../watch/versions.js';
import type { EngineContext } from './context.js';
import { createEventProgress, type EventProgress } from './event-progress.js';
import { fillMemo, type KeptMemo } from './memo-content.js';
import type { SlotIndexing } from './slot-indexing.js';
import type { ServedKind } from './served-kind.js';
import type { SlotLife } from './slot-life.js';
import type { Wakeup } from './wakeup.js';

/** Where a state came from. */
export type Channel = { readonly from: 'watch'; readonly type: EventType; readonly inferred: boolean } | { readonly from: 'answer' };

/** A timer or daemon that was started and has not ended. */
export interface RunningTask {
  readonly handler: BackgroundHandler;
  stop(cause: StopCause): void;
  /** It only waits: nothing runs for it, and it ends as soon as it is told to. */
  readonly isParked: boolean;
  /** It asks for the finalizer, and was not let go yet. */
  readonly isHolding: boolean;
  /** Resolves when it has ended or was given up: nothing has to wait for it. */
  readonly isLetGo: Promise<void>;
}

/** Timers and daemons of an object, by handler. */
export interface SlotBackground {
  /** Called at each essential change, by reconcile handlers that run; made by the first of them. */
  essenceChanged: Set<() => void> | undefined;
  readonly running: Map<HandlerId, RunningTask>;
  /** Those that never start again in this process (spec DM-03, T-12, T-16). */
  endedForGood: ReadonlySet<HandlerId>;
  /** While a signal is heard whose abort stops them all: how to hear it no more. */
  deafen: (() => void) | undefined;
}

/** What an object has only while something runs for it. */
export interface SlotWork {
  /** That of all objects of the kind. */
  readonly base: EngineContext;
  readonly ctx: EngineContext;
  readonly life: SlotLife;
  /** Rings when a newer state came. The change lane waits for it. */
  readonly bell: Wakeup;
  /** What is being written, with all its requests. */
  readonly writes: Set<Promise<unknown>>;
  /** Called when a newer state came: what waits in a back-off looks whether it still has to. */
  onNews: Set<() => void> | undefined;
}

export interface ObjectSlot {
  readonly ref: ObjectRef;
  /** Others take its place when handlers are exchanged: see `equipSlot`. */
  kind: ServedKind;
  /** See `memoOf`. */
  memo: { readonly value: unknown } | undefined;
  /** Where memos are stored: what is known of that, since it was read. */
  keptMemo: KeptMemo | undefined;
  /** First met in a list, not in a watch (spec C-27). */
  readonly noticedByListing: boolean;
  /** Starts the lanes that have something to do; one function for all objects of a watch. */
  readonly wake: (slot: ObjectSlot) => void;
  /** While something runs for the object. */
  work: SlotWork | undefined;
  /** Its kind is not served any more by this slot. */
  released: boolean;
  /** `newest` has no body: nothing needed it. */
  resting: boolean;
  /** Shared, and empty, where the kind has none. */
  background: SlotBackground;
  /** Only where the kind is indexed. */
  indexing: SlotIndexing | undefined;
  /** Takes each new state into the indexes, before anybody is woken. Only where the kind is indexed. */
  toIndexes: ((slot: ObjectSlot) => void) | undefined;
  newest: SeenObject;
  /** Version of `newest`; `undefined` after an epoch, when versions fell: then everything is newer. */
  version: ResourceVersion | undefined;
  /** It does not exist any more. */
  gone: boolean;
  /**
   * A write was answered that it does not exist any more, before the watch told so: nothing is handled or written until that comes, whatever
   * older states come before it. A uid never returns, except from a backup.
   */
  vanished: boolean;
  /** A handling cycle was completed in this process (spec C-27). */
  fullyHandledOnce: boolean;
  /** A handler of ours matched it once: only then a finalizer with Kopf's own name is ours (design 6.1). */
  matchedOnce: boolean;
  events: readonly QueuedEvent[];
  /** Versions that the watch brought lately, where they have no order: an answer with one of them comes late. */
  watched: readonly ResourceVersion[] | undefined;
  /** Of the last own write, where versions cannot be compared. */
  expectation: Expectation | undefined;
  /** Timers and daemons are to be matched although nothing happened to the object: they are others now. */
  backgroundPending: boolean;
  /** `newest` has not been looked at by the change lane. */
  changePending: boolean;
  /** Of what is pending. */
  urgency: Urgency;
  /** While a pass waits for its turn. */
  awaitedTurn: Ticket | undefined;
  /** `queued`: it goes on when its turn comes, and nothing runs for it until then. */
  changeLane: 'idle' | 'queued' | 'running';
  eventLane: 'idle' | 'running';
  /** Counts the events that came in, and tells how far they were handled. Shared, and unused, where nobody wants events. */
  eventProgress: EventProgress;
  /** Of the newest essential change, monotonic (spec T-07). */
  lastChangeMs: number;
  /** Of the essence seen last, to tell essential changes from others (spec T-21). */
  essenceHash: string | undefined;
  /** The essence handled last, where the store cannot keep it: known as long as this process lives. */
  unstored: Essence | undefined;
  /** Of what our last write left on it, or a pass saw since (see `markOf`); 0 before the first write. */
  mark: number;
  /** Made when something of that was taken away. */
  contest: Contest | undefined;
  /** Aborts the running change handlers, e.g. because the object is being deleted. */
  cancelChange: ((why: string) => void) | undefined;
  /** Aborts the running change handler if another one takes its place. */
  cancelReplaced: (() => void) | undefined;
}

// There may be hundreds of thousands of slots, nearly all at rest: what a kind never needs is shared by all of its objects.
const NONE_ENDED: ReadonlySet<HandlerId> = new Set();
const NO_BACKGROUND = createBackground();
const NOBODY: readonly (() => void)[] = [];
const NO_EVENTS: readonly QueuedEvent[] = Object.freeze([]);
const NO_PROGRESS = createEventProgress();

/** An object that the watch brought first, and what its slot is connected to. */
export interface FoundObject {
  readonly object: SeenObject;
  readonly noticedByListing: boolean;
  readonly wake: (slot: ObjectSlot) => void;
  readonly toIndexes: (slot: ObjectSlot) => void;
}

export function createSlot(ctx: EngineContext, kind: ServedKind, found: FoundObject): ObjectSlot {
  const { object, noticedByListing, wake, toIndexes } = found;
  const slot: ObjectSlot = {
    ref: { resource: kind.resource, namespace: object.namespace, name: object.name, uid: object.uid },
    kind,
    memo: undefined,
    keptMemo: undefined,
    noticedByListing,
    wake,
    work: undefined,
    released: false,
    resting: false,
    background: NO_BACKGROUND,
    indexing: undefined,
    toIndexes: undefined,
    newest: object,
    version: undefined,
    gone: false,
    vanished: false,
    fullyHandledOnce: false,
    matchedOnce: false,
    events: NO_EVENTS,
    watched: undefined,
    expectation: undefined,
    backgroundPending: false,
    changePending: false,
    urgency: 'initial',
    awaitedTurn: undefined,
    changeLane: 'idle',
    eventLane: 'idle',
    eventProgress: NO_PROGRESS,
    lastChangeMs: 0,
    essenceHash: undefined,
    unstored: undefined,
    mark: 0,
    contest: undefined,
    cancelChange: undefined,
    cancelReplaced: undefined,
  };
  equipSlot(ctx, slot, { kind, toIndexes });
  return slot;
}

/** Gives it what the handlers of its kind need, and it does not have yet. */
export function equipSlot(
  ctx: EngineContext,
  slot: ObjectSlot,
  { kind, toIndexes }: Pick<FoundObject, 'toIndexes'> & { readonly kind: ServedKind },
): void {
  slot.kind = kind;
  if (kind.background.length > 0 && slot.background === NO_BACKGROUND) {
    slot.background = createBackground();
    slot.lastChangeMs = ctx.clock.monotonicMs();
  }
  const isIndexed = kind.indexes.length > 0;
  if (isIndexed) slot.indexing ??= { records: new Map(), running: undefined, next: undefined };
  slot.toIndexes = isIndexed ? toIndexes : undefined;
  if (wantsEvents(kind) && slot.eventProgress === NO_PROGRESS) slot.eventProgress = createEventProgress();
}

function createBackground(): SlotBackground {
  return { running: new Map(), endedForGood: NONE_ENDED, deafen: undefined, essenceChanged: undefined };
}

/** Somebody reacts to each event: event handlers, or timers and daemons that come and go. */
function wantsEvents({ events, background }: ServedKind): boolean {
  return events.length > 0 || background.length > 0;
}

/** Of the object, made at the first use: what makes it is the user's and may fail. It begins with what was stored of it. */
export function memoOf(ctx: EngineContext, slot: ObjectSlot): unknown {
  return (slot.memo ??= { value: fillMemo(ctx.createMemo(), slot.keptMemo?.seen.memo) }).value;
}

/**
 * Takes a state in, from whichever channel comes first: each version counts once, nothing older than the newest counts at all
 * (design 6.6). True if it is news.
 */
export function offerState(
  ctx: EngineContext,
  slot: ObjectSlot,
  { object, channel }: { readonly object: SeenObject; readonly channel: Channel },
): boolean {
  if (slot.gone || slot.released) return false;
  const deleted = channel.from === 'watch' && channel.type === 'DELETED';
  if (channel.from === 'watch' && slot.expectation?.version === object.resourceVersion) slot.expectation = undefined;
  const age = ageOf(slot, { object, channel });
  if (!deleted && (age === 'same' || age === 'older')) {
    // The answer that takes the last finalizer away keeps the version (spec PA-34): it knows more than the watch does.
    if (age === 'same' && channel.from === 'answer' && !slot.resting) slot.newest = object;
    ctx.emit({ kind: 'event-dropped', object: slot.ref, resourceVersion: object.resourceVersion, why: age === 'same' ? 'echo' : 'older' });
    return false;
  }
  takeState(ctx, slot, { object, channel, deleted });
  const end = endOf(slot);
  if (end !== undefined) slot.cancelChange?.(end);
  slot.work?.bell.ring();
  sayNews(slot);
  slot.toIndexes?.(slot);
  slot.wake(slot);
  return true;
}

/** Enough for the events that come while one write is on its way. */
const MOST_WATCHED = 32;

/** How a state relates to the newest. The watch tells states in their order; an answer may come after what the watch told meanwhile. */
function ageOf(
  slot: ObjectSlot,
  { object, channel }: { readonly object: SeenObject; readonly channel: Channel },
): ReturnType<typeof isNewer> {
  const { resourceVersion } = object;
  const age = isNewer(resourceVersion, slot.version);
  if (channel.from === 'answer') return age === 'unknown' && slot.watched?.includes(resourceVersion) ? 'older' : age;
  if (!isOrdered(resourceVersion)) slot.watched = [...(slot.watched ?? []).slice(1 - MOST_WATCHED), resourceVersion];
  return age;
}

/** A write learned that the object is no more. */
export function markVanished(slot: ObjectSlot): void {
  slot.vanished = true;
  slot.cancelChange?.('the object is gone');
  sayNews(slot);
}

function sayNews({ work }: ObjectSlot): void {
  for (const hear of work?.onNews ?? NOBODY) hear();
}

/** Why running change handlers are not wanted any more. */
function endOf(slot: ObjectSlot): string | undefined {
  if (slot.gone) return 'the object is gone';
  return slot.newest.deleting ? 'the object is being deleted' : undefined;
}

function takeState(
  ctx: EngineContext,
  slot: ObjectSlot,
  { object, channel, deleted }: { readonly object: SeenObject; readonly channel: Channel; readonly deleted: boolean },
): void {
  const type = channel.from === 'answer' ? 'MODIFIED' : channel.type;
  const inferred = channel.from === 'watch' && channel.inferred;
  // An inferred deletion knows nothing but the identity: the last body is better, if there is one.
  if (!(deleted && inferred && slot.version !== undefined && !slot.resting)) slot.newest = object;
  slot.resting = false;
  slot.version = object.resourceVersion;
  slot.gone = deleted;
  notePending(slot, channel);
  ctx.emit({ kind: 'event-seen', object: slot.ref, type, resourceVersion: object.resourceVersion, inferred });
  if (!wantsEvents(slot.kind)) return;
  const { queue, merged } = enqueue(slot.events, { type, object: slot.newest, inferred }, ctx.settings.queueing.eventLimit);
  slot.eventProgress.came(slot.newest);
  slot.events = queue;
  if (merged > 0) ctx.emit({ kind: 'events-merged', object: slot.ref, count: merged });
}

/** A pass is due; the most urgent of what it will see counts. */
function notePending(slot: ObjectSlot, channel: Channel): void {
  const isListed = channel.from === 'watch' && channel.type === null;
  const urgency = slot.newest.deleting || slot.gone ? 'deletion' : isListed ? 'initial' : 'change';
  slot.urgency = slot.changePending ? moreUrgent(slot.urgency, urgency) : urgency;
  slot.changePending = true;
  slot.awaitedTurn?.raise(slot.urgency);
}

/** The newest body, frozen: handlers get views of it. */
export function bodyOf(slot: ObjectSlot): ObjectBody {
  return deepFreeze(slot.newest.body());
}

/** What is held for the object, for observers. */
export function inspectSlot(slot: ObjectSlot): ObjectInspection {
  const { uid, namespace, name } = slot.ref;
  return {
    uid,
    namespace,
    name,
    resourceVersion: slot.version,
    resting: slot.resting,
    queuedEvents: slot.events.length,
    inPass: slot.changeLane !== 'idle',
    awaitsTurn: slot.awaitedTurn !== undefined,
    handled: slot.fullyHandledOnce,
    timers: runningOf(slot, 'timer'),
    daemons: runningOf(slot, 'daemon'),
  };
}

function runningOf({ background }: ObjectSlot, family: BackgroundHandler['family']): readonly HandlerId[] {
  return [...background.running].filter(([, { handler }]) => handler.family === family).map(([id]) => id);
}

/** A pass is due without news of the object; a newer state that came meanwhile counts for what it is. */
export function lookAgain(slot: ObjectSlot): void {
  if (!slot.changePending) slot.urgency = slot.newest.deleting ? 'deletion' : 'retry';
  slot.changePending = true;
}

/** The same, now: also if the object waits for something else. */
export function lookNow(slot: ObjectSlot): void {
  lookAgain(slot);
  slot.work?.bell.ring();
  slot.wake(slot);
}

/**
 * Lets go what nothing needs: its signals when nothing runs, its body when nothing is pending and no timer waits, either; identity and
 * version stay. Thousands may wait for their turn at once: of what they need only then, they have nothing.
 */
export function restSlot(slot: ObjectSlot): void {
  const { running } = slot.background;
  if (
    (slot.changePending && slot.changeLane !== 'queued') ||
    slot.events.length > 0 ||
    slot.backgroundPending ||
    slot.indexing?.running ||
    slot.changeLane === 'running' ||
    slot.eventLane === 'running' ||
    [...running.values()].some(({ isParked }) => !isParked)
  )
    return;
  slot.background.deafen?.();
  // Handlers of events, also those that were exchanged since, were given a signal of the object's.
  if (slot.kind.events.length > 0 || slot.kind.keepsBodies) slot.work?.life.close();
  else slot.work?.life.recycle();
  slot.work = undefined;
  if (slot.changePending) return;
  slot.watched = undefined;
  if (slot.resting || running.size > 0 || slot.kind.keepsBodies) return;
  slot.resting = true;
  const { uid, name, namespace, resourceVersion, deleting } = slot.newest;
  slot.newest = {
    uid,
    name,
    namespace,
    resourceVersion,
    deleting,
    body: noBody,
  };
}

function noBody(): never {
  throw new BugError('The body of an object was asked for while it was at rest.');
}
