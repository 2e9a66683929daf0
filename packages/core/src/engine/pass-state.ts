// What a pass works with and accumulates, for all handlers of it, of any depth.
import type { SubHandlerIds } from '../handlers/declare-sub-handler.js';
import type { Progress } from '../handlers/progress.js';
import type { HandlerId } from '../model/ids.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { LoadedProgress } from '../ports/progress-store.js';
import type { EngineContext } from './context.js';
import type { LateAbort } from './late-abort.js';
import type { ObjectSlot } from './object-slot.js';
import type { PassInput } from './pass-input.js';
import type { Refusing } from './refusal.js';

/** The time in ms after which the object is to be looked at again by itself, if any. */
export type NextLook = number | undefined;

export interface PassState {
  progress: Progress;
  readonly obsolete: readonly HandlerId[];
  readonly contributions: Map<HandlerId, MergePatch>;
  readonly transformations: Map<HandlerId, readonly PatchFunction[]>;
  /** All handlers that were called, of any depth, and who they were called by, from the outermost on. */
  readonly attempted: Map<HandlerId, { readonly handler: ChangeHandler; readonly ancestors: readonly HandlerId[] }>;
  /** Contributions that a flush wrote: others may have changed them since, and have the last word. */
  readonly written: Set<HandlerId>;
  /** What is in the store: what was read, then what a flush wrote. */
  stored: LoadedProgress;
  /** What this pass has been writing of its progress, whether or not it knows that it is there. */
  readonly tried: Set<Progress>;
  /** The attempts that run now, and how many sub-handlers each of them waits for: a flush counts those that wait for none. */
  readonly running: Map<HandlerId, number>;
  cancelled: boolean;
  /** The attempts of this pass are over: whatever was left behind must not touch it any more. */
  over: boolean;
  /** The lifecycle left out everything that was due. */
  deferred: boolean;
  /** The cluster refused what a handler of this pass returned. */
  refused: boolean;
  /** What to do while it refuses the writes of this pass. */
  readonly refusing: Refusing;
}

/** A pass at work. */
export interface ChangePass {
  readonly ctx: EngineContext;
  readonly slot: ObjectSlot;
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly state: PassState;
  readonly subHandlerIds: SubHandlerIds;
  /** Ours: its abort makes attempts cancelled ones. */
  readonly cancel: LateAbort;
}

/** The attempts whose own code runs: their crash is on them, not on those that wait for them (faults A5). */
export function runningAlone({ running }: PassState): readonly HandlerId[] {
  return [...running].filter(([, children]) => children === 0).map(([id]) => id);
}

/** Counts a sub-handler in or out. */
export function countChild({ running }: PassState, parent: HandlerId, change: 1 | -1): void {
  running.set(parent, (running.get(parent) ?? 0) + change);
}
