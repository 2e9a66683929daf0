// One timer of one object. While it waits it is an entry of the queue and nothing else; an attempt is a task with signals of its own (spec section 18).
import type { TimerHandler } from '../../handlers/handler-spec.js';
import type { StopCause } from '../../model/handler-function.js';
import { plainOf } from '../../model/json.js';
import type { ObjectBody } from '../../model/object.js';
import type { ProgressRecord } from '../../model/progress-record.js';
import type { EngineContext } from '../context.js';
import { bodyOf, restSlot, type ObjectSlot, type RunningTask } from '../object-slot.js';
import { workOf } from '../slot-work.js';
import { attempt, type Attempted } from './attempt.js';
import { afterAttempt, beginTimer, nextStep, type TimerState, type TimerStep, type TimerTime } from './plan-timer.js';
import { endTask, sayFailed, sayWaiting, Task } from './task.js';
import type { QueuedTimer } from './timer-queue.js';

export interface TimerStart {
  readonly handler: TimerHandler;
  readonly initialDelayMs: number;
  /** Filters may match again since it was told to stop (spec DM-15). The same function for all timers: there may be many. */
  readonly again: (ctx: EngineContext, slot: ObjectSlot) => void;
}

/** Starts a timer with an interval, an idle time or a schedule. */
export function startTimer(base: EngineContext, slot: ObjectSlot, start: TimerStart): void {
  const timer = new Timer(base, slot, start);
  const { handler, initialDelayMs } = start;
  const predecessor = base.background.predecessor(slot.ref.uid, handler.id);
  slot.background.running.set(handler.id, timer);
  base.emit({ kind: 'timer-spawned', object: slot.ref, handler: handler.id });
  const begin = (): void => timer.begin(initialDelayMs);
  if (predecessor === undefined) begin();
  else {
    base.timers.put(timer, undefined);
    predecessor.then(begin, begin);
  }
}

type Tried = Attempted | { readonly error: unknown };

/** Never throws. */
function tried(task: Task, record: ProgressRecord): Tried | Promise<Tried> {
  const failed = (error: unknown): Tried => ({ error });
  try {
    const attempted = attempt(task, record);
    return attempted instanceof Promise ? attempted.catch(failed) : attempted;
  } catch (error) {
    return failed(error);
  }
}

class Timer implements RunningTask, QueuedTimer {
  readonly handler: TimerHandler;
  dueMs = 0;
  turn = 0;
  place = -1;
  readonly #base: EngineContext;
  readonly #slot: ObjectSlot;
  readonly #again: TimerStart['again'];
  #state: TimerState;
  /** Unexpected ones, in a row. */
  #failures = 0;
  /** While there is an attempt. */
  #attempt: RunningTask | undefined;
  #isOver = false;
  /** What handlers see after its end. */
  #last: ObjectBody | undefined;

  constructor(base: EngineContext, slot: ObjectSlot, { handler, again }: TimerStart) {
    this.handler = handler;
    this.#base = base;
    this.#slot = slot;
    this.#again = again;
    this.#state = beginTimer(handler, this.#time());
  }

  get isHolding(): boolean {
    return this.#attempt?.isHolding ?? (this.handler.finalizer && !this.#isOver);
  }

  get isLetGo(): Promise<void> {
    return this.#attempt?.isLetGo ?? Promise.resolve();
  }

  get isParked(): boolean {
    return this.#attempt === undefined;
  }

  begin(delayMs: number): void {
    if (this.#isOver) return;
    this.#base.timers.take(this);
    this.#wait(delayMs, delayMs > 0 ? { why: 'initial-delay', forMs: delayMs } : undefined);
  }

  fire(): void {
    try {
      this.#follow(nextStep(this.handler, this.#state, this.#time()));
    } catch (error) {
      this.#backOff(error);
    }
  }

  stop(cause: StopCause): void {
    if (this.#attempt) this.#attempt.stop(cause);
    // Whoever stops one that waits looks at what is to start next, since it has ended when this returns.
    else if (!this.#isOver) this.#end(cause, () => undefined);
  }

  #time(): TimerTime {
    const { clock, wallClock, random } = this.#base;
    const { lastChangeMs } = this.#slot;
    return { nowMs: clock.monotonicMs(), now: clock.now(), wallNow: wallClock.now(), lastChangeMs, chance: () => random.next() };
  }

  #follow(step: TimerStep): void {
    if (step.kind === 'end') return this.#end(undefined, () => undefined);
    this.#state = step.state;
    if (step.kind === 'run') this.#run(step.record);
    else this.#wait(step.ms, step.say);
  }

  #wait(ms: number, say: Extract<TimerStep, { readonly kind: 'wait' }>['say']): void {
    if (say) sayWaiting({ base: this.#base, slot: this.#slot, handler: this.handler }, say.why, say.forMs);
    this.#base.timers.put(this, ms);
  }

  #run(record: ProgressRecord): void {
    const task = new Task(this.#base, this.#slot, { handler: this.handler, live: () => this.#live() });
    this.#attempt = task;
    const attempted = tried(task, record);
    // One that is over when its function returns needs no task of the operator, and no signals.
    if (attempted instanceof Promise) this.#base.spawn('timer', async () => this.#conclude(task, await attempted));
    else this.#conclude(task, attempted);
  }

  /** What comes next, unless it was told to stop meanwhile. */
  #conclude(task: Task, tried: Tried): void {
    // Its flag is that of the attempt: whoever still holds it hears that it is over (spec DM-23).
    task.switch.raise('done');
    task.end((cause) => {
      this.#attempt = undefined;
      if (cause === undefined) this.#goOn(tried);
      else this.#end(cause, () => this.#again(workOf(this.#base, this.#slot).ctx, this.#slot));
    });
    if (this.#slot.work) restSlot(this.#slot);
  }

  #goOn(tried: Tried): void {
    if ('error' in tried) return this.#backOff(tried.error);
    this.#failures = 0;
    try {
      this.#follow(afterAttempt(this.handler, this.#state, { ...tried, time: this.#time() }));
    } catch (error) {
      this.#backOff(error);
    }
  }

  /** An unexpected error backs off, and it begins anew: a timer does not die silently (the successor of spec DM-11). */
  #backOff(error: unknown): void {
    this.#failures += 1;
    this.#state = beginTimer(this.handler, this.#time());
    this.#base.timers.put(this, sayFailed(this.#base, this.#slot, { error, failures: this.#failures }));
  }

  #live(): ObjectBody {
    return this.#last ?? plainOf(bodyOf(this.#slot));
  }

  #end(cause: StopCause | undefined, again: () => void): void {
    this.#base.timers.take(this);
    this.#isOver = true;
    // An object at rest has shown its body to nobody.
    if (!this.#slot.resting) this.#last = this.#live();
    endTask(this.#base, this.#slot, { handler: this.handler, cause, again });
    restSlot(this.#slot);
  }
}
