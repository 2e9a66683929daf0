// One timer or daemon of one object: from its start, over its being told to stop, to its end or to its being given up (spec DM-01..DM-45).
import type { BackgroundHandler } from '../../handlers/handler-spec.js';
import type { FactBody } from '../../model/fact.js';
import type { StopCause } from '../../model/handler-function.js';
import type { ObjectBody } from '../../model/object.js';
import { plainOf } from '../../model/json.js';
import { contextOf, errorDelayMs, factError, type EngineContext } from '../context.js';
import { bodyOf, lookNow, restSlot, type ObjectSlot, type RunningTask } from '../object-slot.js';
import { LateAbort, LateEnd } from '../late-abort.js';
import { OVER, raceAbort } from '../race-abort.js';
import { workOf } from '../slot-work.js';
import { createStopSwitch, type StopSwitch } from './stop-flag.js';
import { stopStep, type StopPatience } from './stop-step.js';

/** What the schedule of a timer and the loop of a daemon work with. */
export interface TaskRun {
  /** That of what opened it: for what needs no signal. */
  readonly base: EngineContext;
  /** Its `stopping` and `ended` are those of this task: an invocation is left behind when `ended` aborts. Made at the first use. */
  readonly ctx: EngineContext;
  readonly slot: ObjectSlot;
  readonly handler: BackgroundHandler;
  readonly switch: StopSwitch;
  /** Aborts when it is told to stop: nothing new starts, waits between attempts end. */
  readonly told: LateAbort;
  /** The handler's: aborts after `cancellationBackoff`. */
  readonly cancelled: LateAbort;
  /** Aborts when nobody waits for it any more. */
  readonly leave: LateAbort;
  /** The newest body, at each call; the last one after the end. */
  readonly live: () => ObjectBody;
}

export interface TaskStart {
  readonly handler: BackgroundHandler;
  readonly initialDelayMs: number;
  /** Resolves when it is over for good; rejects when it was stopped. */
  readonly run: (run: TaskRun) => Promise<void>;
  /** Filters may match again since it was told to stop (spec DM-15), or it has a successor. */
  readonly again: () => void;
}

/** A task, or one attempt of a timer. */
export interface TaskParts {
  readonly handler: BackgroundHandler;
  readonly live: () => ObjectBody;
}

/** What runs under signals of its own, each of them made when somebody asks for it. Who opens it also stops it when the operator ends. */
export class Task implements TaskRun, RunningTask {
  readonly base: EngineContext;
  readonly slot: ObjectSlot;
  readonly handler: BackgroundHandler;
  readonly switch: StopSwitch;
  readonly live: () => ObjectBody;
  readonly told = new LateAbort();
  readonly cancelled: LateAbort;
  readonly leave = new LateAbort();
  readonly isParked = false;
  isHolding: boolean;
  /** Of its being told to stop. */
  cause: StopCause | undefined;
  readonly #ended = new LateEnd();
  readonly #letGo = new LateEnd();
  #ctx: EngineContext | undefined;

  constructor(base: EngineContext, slot: ObjectSlot, { handler, live }: TaskParts) {
    this.base = base;
    this.slot = slot;
    this.handler = handler;
    this.live = live;
    this.switch = createStopSwitch(base.clock);
    // A timer has nobody to be patient with: what tells it to stop tells its function, too (spec DM-38).
    this.cancelled = handler.family === 'timer' ? this.told : new LateAbort();
    this.isHolding = handler.finalizer;
  }

  get ctx(): EngineContext {
    if (this.#ctx === undefined) {
      const { ctx } = workOf(this.base, this.slot);
      this.#ctx = contextOf(ctx, { stopping: ctx.stopping, ended: this.leave.signal });
    }
    return this.#ctx;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get isLetGo(): Promise<void> {
    return this.#letGo.promise;
  }

  stop(cause: StopCause): void {
    stopTask(this, cause);
  }

  /** Stops waiting for it. */
  letGo(): void {
    this.isHolding = false;
    this.#letGo.end();
  }

  /** It runs no more. `conclude` is called before anybody hears of it. */
  end(conclude: (cause: StopCause | undefined) => void): void {
    conclude(this.cause);
    this.#ended.end();
    this.letGo();
  }
}

/** There is nothing to do for it for so long, or before something happens. */
export function sayWaiting(
  { base, slot, handler }: Pick<TaskRun, 'base' | 'slot' | 'handler'>,
  why: Extract<FactBody, { readonly kind: 'task-waiting' }>['why'],
  waitMs?: number,
): void {
  const waiting = { kind: 'task-waiting', object: slot.ref, handler: handler.id, why } as const;
  base.emit(waitMs === undefined ? waiting : { ...waiting, until: base.clock.now() + waitMs });
}

/** Starts a daemon, or what else is at work from its start to its end. */
export function startTask(ctx: EngineContext, slot: ObjectSlot, start: TaskStart): void {
  const { handler } = start;
  const predecessor = ctx.background.predecessor(slot.ref.uid, handler.id);
  let last: ObjectBody | undefined;
  const live = (): ObjectBody => last ?? plainOf(bodyOf(slot));
  ctx.emit({ kind: `${handler.family}-spawned`, object: slot.ref, handler: handler.id });
  hearExit(ctx, slot);
  const task = new Task(ctx, slot, { handler, live });
  const conclude = (cause: StopCause | undefined): void => {
    last = live();
    endTask(ctx, slot, { handler, cause, again: start.again });
  };
  ctx.spawn(handler.family, () => runUntilOver(task, start, { predecessor, conclude }));
  slot.background.running.set(handler.id, task);
}

export interface TaskEnd {
  readonly handler: BackgroundHandler;
  /** `undefined`: it ended on its own. */
  readonly cause: StopCause | undefined;
  readonly again: () => void;
}

/** It runs no more, and everybody may know. */
export function endTask(ctx: EngineContext, slot: ObjectSlot, { handler, cause, again }: TaskEnd): void {
  const { background } = slot;
  background.running.delete(handler.id);
  // Ended on its own: never again for this object in this process (spec DM-03, DM-24, T-12, T-16).
  if (cause === undefined) background.endedForGood = new Set(background.endedForGood).add(handler.id);
  ctx.emit({ kind: `${handler.family}-ended`, object: slot.ref, handler: handler.id, why: cause ?? 'ended on its own' });
  if (slot.released || ctx.stopping.aborted) return;
  if (cause === 'filters-mismatch' || cause === 'handler-replaced') again();
  // The finalizer may not be needed any more (spec Z-04, Z-12).
  if (handler.finalizer && !slot.gone) lookNow(slot);
}

/** One listener for all tasks of an object: Node warns of more than ten. The signal lasts as long as any of them runs. */
function hearExit({ stopping }: EngineContext, slot: ObjectSlot): void {
  if (slot.background.deafen) return;
  const exit = (): void => {
    for (const task of slot.background.running.values()) task.stop(slot.released ? 'filters-mismatch' : 'operator-stopping');
  };
  stopping.addEventListener('abort', exit, { once: true });
  slot.background.deafen = () => {
    stopping.removeEventListener('abort', exit);
    slot.background.deafen = undefined;
  };
}

interface Around {
  /** Of the same object and handler, and still coming to its end. */
  readonly predecessor: Promise<void> | undefined;
  readonly conclude: (cause: StopCause | undefined) => void;
}

/** One function, from the start to the end: thousands of daemons wait in it. */
async function runUntilOver(task: Task, start: TaskStart, { predecessor, conclude }: Around): Promise<void> {
  const { told } = task;
  try {
    if (predecessor) await told.race(predecessor, undefined);
    await waitForStart(task, start.initialDelayMs);
    await runAgainAndAgain(task, start);
  } catch (error) {
    if (!told.aborted) throw error;
  } finally {
    task.switch.raise('done');
    task.end(conclude);
    restSlot(task.slot);
  }
}

/** Without a delay it gives others a turn, and needs no signal for that: each weighs three quarters of a kilobyte, and thousands may wait. */
async function waitForStart(task: Task, delayMs: number): Promise<void> {
  const { clock } = task.base;
  if (delayMs <= 0) return clock.yield();
  sayWaiting(task, 'initial-delay', delayMs);
  await clock.sleep(delayMs, task.told.signal);
}

/** An unexpected error backs off, and it begins anew: a task does not die silently (the successor of spec DM-11). */
async function runAgainAndAgain(task: Task, start: TaskStart): Promise<void> {
  const { base, slot, told } = task;
  for (let failures = 1; ; failures += 1) {
    try {
      told.throwIfAborted();
      await start.run(task);
      return;
    } catch (error) {
      if (told.aborted) throw error;
      await base.clock.sleep(sayFailed(base, slot, { error, failures }), told.signal);
    }
  }
}

/** An unexpected error: told, and how long to wait now. */
export function sayFailed(
  ctx: EngineContext,
  slot: ObjectSlot,
  { error, failures }: { readonly error: unknown; readonly failures: number },
): number {
  const retryInMs = errorDelayMs(ctx, failures);
  ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs });
  return retryInMs;
}

/** Tells it to stop: at once what waits, its function by the flag, and then by what its options say. */
function stopTask(task: Task, cause: StopCause): void {
  const { base, slot, handler, told, ended } = task;
  task.switch.raise(cause);
  if (task.cause !== undefined) return;
  task.cause = cause;
  base.background.leaving(slot.ref.uid, handler.id, ended);
  base.spawn('stop', () => waitForEnd(task));
  told.abort(new Error(`the ${handler.family} '${handler.id}' is to end: ${cause}`));
}

/** Turns of the event loop in which a function may hear the flag before its signal is aborted (Kopf: `instant_exit_zero_time_cycles`). */
const INSTANT_EXIT_TURNS = 10;

/** Until it has ended, or the operator has no more time for it. */
async function waitForEnd(task: Task): Promise<void> {
  const { base, handler, leave, ended } = task;
  const life = base.lives.open();
  const over = new AbortController();
  const end = (): void => over.abort(OVER);
  ended.then(end, end);
  try {
    await Promise.resolve();
    if (handler.family === 'daemon') await stepDown(task, AbortSignal.any([life.ended, over.signal]), over.signal);
    await raceAbort(ended, life.ended, undefined);
    if (!over.signal.aborted) await cancelBeforeLeaving(task, over.signal);
    if (!over.signal.aborted) abandon(task);
  } finally {
    leave.abort(OVER);
    life.close();
  }
}

/** The ladder of a daemon: flag, signal, given up. Returns when there is nothing left to do but to wait. */
async function stepDown(task: Task, cut: AbortSignal, over: AbortSignal): Promise<void> {
  const { base, slot, handler, cause = 'operator-stopping' } = task;
  const patience = patienceOf(task);
  const startedMs = base.clock.monotonicMs();
  for (let turn = 0; turn < INSTANT_EXIT_TURNS && !over.aborted; turn += 1) await base.clock.yield();
  let before: string | undefined;
  while (!cut.aborted) {
    const { stage, waitMs } = stopStep(patience, base.clock.monotonicMs() - startedMs);
    if (stage !== 'signalled') cancel(task);
    if (stage === 'abandoned' || waitMs === undefined) return abandon(task);
    if (stage === 'signalled') task.switch.raise('signalled');
    const said = stage === before ? 'still-exiting' : stage;
    base.emit({ kind: 'daemon-stopping', object: slot.ref, handler: handler.id, stage: said, why: cause, nextCheckInMs: waitMs });
    before = stage;
    await base.clock.sleep(waitMs, cut).catch(() => undefined);
  }
}

/** False: it was before. */
function cancel({ switch: raised, cancelled, handler, cause = 'operator-stopping' }: Task): boolean {
  if (cancelled.aborted) return false;
  raised.raise('cancelled');
  cancelled.abort(new Error(`the ${handler.family} '${handler.id}' is cancelled: ${cause}`));
  return true;
}

/** The time of the operator is shorter than its back-off: its signal comes late, not never (spec DM-40). */
async function cancelBeforeLeaving(task: Task, over: AbortSignal): Promise<void> {
  if (!cancel(task)) return;
  for (let turn = 0; turn < INSTANT_EXIT_TURNS && !over.aborted; turn += 1) await task.base.clock.yield();
}

function patienceOf({ handler, base }: Task): StopPatience {
  const pollingMs = base.settings.background.cancellationPollingMs;
  if (handler.family === 'timer') return { backoffMs: undefined, timeoutMs: undefined, pollingMs };
  const { cancellationBackoffMs: backoffMs, cancellationTimeoutMs: timeoutMs, cancellationPollingMs = pollingMs } = handler;
  return { backoffMs, timeoutMs, pollingMs: cancellationPollingMs };
}

/** It is named and counted, and holds nothing up any more; it cannot be killed (spec DM-35, DM-39). */
function abandon(task: Task): void {
  const { base, slot, handler, ended, cause = 'operator-stopping' } = task;
  if (task.switch.flag.reasons.includes('abandoned')) return;
  task.switch.raise('abandoned');
  const isOver = base.background.abandon({ object: slot.ref, handler: handler.id, family: handler.family });
  ended.then(isOver, isOver);
  base.emit({
    kind: 'handler-abandoned',
    object: slot.ref,
    handler: handler.id,
    family: handler.family,
    why: cause,
    abandoned: base.background.abandoned().length,
  });
  task.letGo();
  if (handler.finalizer && !slot.gone && !slot.released) lookNow(slot);
}
