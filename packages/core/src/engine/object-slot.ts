// What the engine holds of one object (one per kind and uid): its newest state while there is work, hardly anything at rest.
import { BugError } from '../errors.js';
import type { TimerHandler } from '../handlers/handler-spec.js';
import type { StopReason } from '../model/handler-function.js';
import type { HandlerId, ResourceVersion } from '../model/ids.js';
import { deepFreeze } from '../model/json.js';
import type { ObjectBody, ObjectRef, SeenObject } from '../model/object.js';
import type { EventType } from '../model/watch-event.js';
import type { Expectation } from '../queue/consistency.js';
import { enqueue, type QueuedEvent } from '../queue/object-queue.js';
import { isNewer } from '../watch/versions.js';
import type { EngineContext } from './context.js';
import type { ServedKind } from './served-kind.js';
import { createWakeup, type Wakeup } from './wakeup.js';

/** Where a state came from. */
export type Channel = { readonly from: 'watch'; readonly type: EventType; readonly inferred: boolean } | { readonly from: 'answer' };

/** A timer at work. */
export interface RunningTimer {
  readonly handler: TimerHandler;
  stop(reason: StopReason): void;
  /** Resolves when no invocation of it runs any more. */
  readonly ended: Promise<void>;
}

export interface ObjectSlot {
  readonly ref: ObjectRef;
  readonly kind: ServedKind;
  readonly memo: unknown;
  /** First met in a list, not in a watch (spec C-27). */
  readonly noticedByListing: boolean;
  readonly bell: Wakeup;
  /** Timers by handler, and those that never start again in this process (spec T-12, T-16). */
  readonly timers: Map<HandlerId, RunningTimer>;
  readonly endedTimers: Set<HandlerId>;
  newest: SeenObject;
  /** Version of `newest`; `undefined` after an epoch, when versions fell: then everything is newer. */
  version: ResourceVersion | undefined;
  /** It does not exist any more. */
  gone: boolean;
  /** A handling cycle was completed in this process (spec C-27). */
  fullyHandledOnce: boolean;
  /** A handler of ours matched it once: only then a finalizer with Kopf's own name is ours (design 6.1). */
  matchedOnce: boolean;
  events: readonly QueuedEvent[];
  /** Of the last own write, where versions cannot be compared. */
  expectation: Expectation | undefined;
  /** `newest` has not been looked at by the change lane. */
  changePending: boolean;
  changeLane: 'idle' | 'running';
  eventLane: 'idle' | 'running';
  /** Resolves when the events that wait now have been handled. */
  eventsDrained: Promise<void>;
  /** Of the newest essential change, monotonic (spec T-07). */
  lastChangeMs: number;
  /** Of the essence seen last, to tell essential changes from others (spec T-21). */
  essenceHash: string | undefined;
  /** Aborts the running change handlers, e.g. because the object is being deleted. */
  cancelChange: ((why: string) => void) | undefined;
}

export function createSlot(
  ctx: EngineContext,
  kind: ServedKind,
  { object, noticedByListing }: { readonly object: SeenObject; readonly noticedByListing: boolean },
): ObjectSlot {
  return {
    ref: { resource: kind.resource, namespace: object.namespace, name: object.name, uid: object.uid },
    kind,
    memo: ctx.createMemo(),
    noticedByListing,
    bell: createWakeup(ctx.clock),
    timers: new Map(),
    endedTimers: new Set(),
    newest: object,
    version: undefined,
    gone: false,
    fullyHandledOnce: false,
    matchedOnce: false,
    events: [],
    expectation: undefined,
    changePending: false,
    changeLane: 'idle',
    eventLane: 'idle',
    eventsDrained: Promise.resolve(),
    lastChangeMs: ctx.clock.monotonicMs(),
    essenceHash: undefined,
    cancelChange: undefined,
  };
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
  if (slot.gone) return false;
  const deleted = channel.from === 'watch' && channel.type === 'DELETED';
  const age = isNewer(object.resourceVersion, slot.version);
  if (!deleted && (age === 'same' || age === 'older')) {
    ctx.emit({ kind: 'event-dropped', object: slot.ref, resourceVersion: object.resourceVersion, why: age === 'same' ? 'echo' : 'older' });
    return false;
  }
  const type = channel.from === 'answer' ? 'MODIFIED' : channel.type;
  const inferred = channel.from === 'watch' && channel.inferred;
  // An inferred deletion knows nothing but the identity: the last body that we have is better.
  if (!(deleted && inferred && slot.version !== undefined)) slot.newest = object;
  slot.version = object.resourceVersion;
  slot.gone = deleted;
  slot.changePending = true;
  ctx.emit({ kind: 'event-seen', object: slot.ref, type, resourceVersion: object.resourceVersion, inferred });
  if (slot.kind.events.length > 0 || slot.kind.timers.length > 0) {
    const { queue, merged } = enqueue(slot.events, { type, object: slot.newest, inferred }, ctx.settings.queueing.eventLimit);
    slot.events = queue;
    if (merged > 0) ctx.emit({ kind: 'events-merged', object: slot.ref, count: merged });
  }
  if (slot.gone || slot.newest.deleting) slot.cancelChange?.(slot.gone ? 'the object is gone' : 'the object is being deleted');
  slot.bell.ring();
  return true;
}

/** The newest body, frozen: handlers get views of it. */
export function bodyOf(slot: ObjectSlot): ObjectBody {
  return deepFreeze(slot.newest.body());
}

/** Lets the body go when nothing needs it; identity and version stay. */
export function restSlot(slot: ObjectSlot): void {
  if (slot.changePending || slot.events.length > 0 || slot.timers.size > 0 || slot.changeLane === 'running' || slot.eventLane === 'running')
    return;
  const { uid, name, namespace, resourceVersion, deleting } = slot.newest;
  slot.newest = {
    uid,
    name,
    namespace,
    resourceVersion,
    deleting,
    body: () => {
      throw new BugError(`The body of ${name} was asked for at rest.`);
    },
  };
}
