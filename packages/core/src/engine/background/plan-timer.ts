// The schedule of a timer, step by step: one invocation after another, each with as many attempts as it takes (spec section 18). Pure.
import type { TimerHandler } from '../../handlers/handler-spec.js';
import type { Outcome } from '../../handlers/outcome.js';
import { emptyRecord } from '../../handlers/progress.js';
import type { FactBody } from '../../model/fact.js';
import type { Instant } from '../../model/instant.js';
import type { ProgressRecord } from '../../model/progress-record.js';
import { nextMoment, type Schedule } from '../../model/schedule.js';

/** How late a timer with a schedule hears that the clock on the wall was set. */
const LOOK_MS = 600_000;
/** Clocks are corrected a little all the time, and nothing follows from that. */
const CORRECTION_MS = 1000;

/** What a timer remembers while it waits. */
export interface TimerState {
  /** What is to happen next: an attempt, as soon as the object is idle; a look for a change; the search for the next moment; that moment. */
  readonly stage: 'attempt' | 'change' | 'schedule' | 'moment';
  /** Of an invocation that is to be tried again. */
  readonly record?: ProgressRecord | undefined;
  /** When the invocation started; monotonic. */
  readonly startedMs: number;
  /** Of the newest essential change when its last attempt started; monotonic. */
  readonly changeMs: number;
  /** The moment that is awaited or was there last, on the wall. */
  readonly moment: Instant;
  /** How far the clock on the wall was ahead of the monotonic one when that moment was chosen. */
  readonly aheadMs: number;
  /** The moment of the last invocation. */
  readonly ran?: Instant | undefined;
  /** After the moment. */
  readonly jitterMs: number;
}

/** How things are when the next step is planned. */
export interface TimerTime {
  readonly nowMs: number;
  /** Steady: nobody sets it. */
  readonly now: Instant;
  /** On the wall, for schedules. */
  readonly wallNow: Instant;
  /** Of the newest essential change; monotonic. */
  readonly lastChangeMs: number;
  /** Between 0 and 1. Asked only where it counts. */
  readonly chance: () => number;
}

type Why = Extract<FactBody, { readonly kind: 'task-waiting' }>['why'];

export type TimerStep =
  | {
      readonly kind: 'wait';
      readonly ms: number;
      /** What is said of it: why, and for how long, if that is known. Absent if it was said before. */
      readonly say?: { readonly why: Why; readonly forMs?: number };
      readonly state: TimerState;
    }
  | { readonly kind: 'run'; readonly record: ProgressRecord; readonly state: TimerState }
  /** For good. */
  | { readonly kind: 'end' };

/** The state before the first invocation. */
export function beginTimer({ schedule }: TimerHandler, time: TimerTime): TimerState {
  const { wallNow: moment, lastChangeMs: changeMs } = time;
  return { stage: schedule ? 'schedule' : 'attempt', startedMs: 0, changeMs, moment, aheadMs: aheadOf(time), jitterMs: 0 };
}

/** What comes after a wait. @throws InvalidOptionError if a schedule does not go on. */
export function nextStep(handler: TimerHandler, state: TimerState, time: TimerTime): TimerStep {
  const { schedule, idleMs } = handler;
  switch (state.stage) {
    case 'attempt':
      return attemptWhenIdle(handler, state, time);
    case 'change':
      if (time.lastChangeMs !== state.changeMs) return attemptWhenIdle(handler, { ...state, stage: 'attempt' }, time);
      return { kind: 'wait', ms: Math.max(idleMs ?? 0, 1), state };
    case 'schedule':
      return schedule ? waitForMoment(handler, schedule, { state, time }) : { kind: 'end' };
    case 'moment': {
      // The clock may be set while we wait: it is looked at now and then.
      if (schedule && isSetBack(state, time)) return waitForMoment(handler, schedule, { state, time });
      const leftMs = state.moment + state.jitterMs - time.wallNow;
      return leftMs > 0 ? { kind: 'wait', ms: Math.min(leftMs, LOOK_MS), state } : run(state, time);
    }
  }
}

/** Waits until the object had no essential change for `idle`; changes prolong it (spec T-06). */
function attemptWhenIdle({ idleMs }: TimerHandler, state: TimerState, time: TimerTime): TimerStep {
  const leftMs = idleMs === undefined ? 0 : time.lastChangeMs + idleMs - time.nowMs;
  return leftMs > 0 ? { kind: 'wait', ms: leftMs, say: { why: 'idle', forMs: leftMs }, state } : run(state, time);
}

function run(state: TimerState, { nowMs, now, lastChangeMs }: TimerTime): TimerStep {
  if (state.record) return { kind: 'run', record: state.record, state: { ...state, changeMs: lastChangeMs } };
  const begun = { ...state, startedMs: nowMs, changeMs: lastChangeMs, ran: state.moment };
  return { kind: 'run', record: emptyRecord(undefined, now), state: begun };
}

function aheadOf({ wallNow, nowMs }: TimerTime): number {
  return wallNow - nowMs;
}

/** The clock that chose the moment was wrong, or is now. */
function isSetBack({ aheadMs }: TimerState, time: TimerTime): boolean {
  return aheadOf(time) < aheadMs - CORRECTION_MS;
}

/** After which moment of the wall the next one is looked for. */
function searchFrom(schedule: Schedule, state: TimerState, time: TimerTime): Instant {
  if (!isSetBack(state, time)) return Math.max(state.moment, time.wallNow);
  if (state.ran === undefined) return time.wallNow;
  // A clock that is set back does not bring a moment again, nor does it stop what is due more often: half of the usual time lies in between at least.
  const usual = (schedule.next(state.ran) ?? state.ran) - state.ran;
  return time.wallNow + Math.max(0, state.startedMs + usual / 2 - time.nowMs);
}

/** By the clock on the wall: moments that pass while it runs, or while the operator is down, are not made up for. */
function waitForMoment(
  { id, jitterMs }: TimerHandler,
  schedule: Schedule,
  { state, time }: { readonly state: TimerState; readonly time: TimerTime },
): TimerStep {
  const moment = nextMoment(schedule, searchFrom(schedule, state, time), `'${id}'`);
  if (moment === undefined) return { kind: 'end' };
  const forMs = moment - time.wallNow;
  const jittered = {
    ...state,
    stage: 'moment',
    moment,
    aheadMs: aheadOf(time),
    jitterMs: jitterMs > 0 ? time.chance() * jitterMs : 0,
  } as const;
  return { kind: 'wait', ms: Math.min(forMs + jittered.jitterMs, LOOK_MS), say: { why: 'schedule', forMs }, state: jittered };
}

export interface TimerAttempt {
  readonly outcome: Exclude<Outcome, { readonly kind: 'cancelled' }>;
  /** After it. */
  readonly record: ProgressRecord;
  /** At its end. */
  readonly time: TimerTime;
}

/** What comes after an attempt: attempts until success or final failure, then the next invocation (spec T-02, T-03, T-10..T-15). */
export function afterAttempt(handler: TimerHandler, state: TimerState, { outcome, record, time }: TimerAttempt): TimerStep {
  if (outcome.kind === 'failed') return { kind: 'end' };
  if (outcome.kind === 'retry' || outcome.kind === 'unfinished')
    return { kind: 'wait', ms: outcome.delayMs ?? 0, state: { ...state, stage: 'attempt', record } };
  const next = { ...state, record: undefined } as const;
  if (handler.schedule) return nextStep(handler, { ...next, stage: 'schedule' }, time);
  if (handler.intervalMs !== undefined) {
    const ms = untilNext(handler, handler.intervalMs, time.nowMs - state.startedMs);
    return { kind: 'wait', ms, say: { why: 'interval', forMs: ms }, state: { ...next, stage: 'attempt' } };
  }
  if (handler.idleMs === undefined) return { kind: 'end' };
  // Once per idle period: then it waits for a next essential change.
  const step = nextStep(handler, { ...next, stage: 'change' }, time);
  return step.kind === 'wait' && step.say === undefined ? { ...step, say: { why: 'change' } } : step;
}

/** From the end of the last invocation, or on the grid of the interval from its start. */
function untilNext({ sharp }: TimerHandler, intervalMs: number, elapsedMs: number): number {
  return sharp && intervalMs > 0 ? intervalMs - (elapsedMs % intervalMs) : intervalMs;
}
