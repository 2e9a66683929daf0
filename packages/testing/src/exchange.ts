import { Buffer } from 'node:buffer';
import type { ApiResponse, ApiServer } from '@kopfts/apiserver';
import { ClusterUnreachableError, type WireRequest } from '@kopfts/kubernetes';
import type { CallRecorder, OpenCall, RecordedCall } from './call-history.js';
import { faultText, type Fault, type FaultPlan } from './fault.js';
import type { Journal } from './history/journal.js';
import type { Life } from './life.js';
import type { Scheduler } from './scheduler.js';
import { subjectOfRequest } from './schedules/order.js';

/** One request on its way to the server and back, in steps that the seed orders, with the fault that befalls it. */

/** What a transport of the simulated world is made of. */
export interface ExchangeOptions {
  readonly server: Pick<ApiServer, 'handle'>;
  readonly scheduler: Scheduler;
  /** Whose requests these are; also their user agent, for the audit of the server. */
  readonly instance: string;
  readonly life: Life;
  readonly calls: CallRecorder;
  readonly faults: FaultPlan;
  /** What happens is written down here, too. */
  readonly journal?: Journal | undefined;
}

export interface Asked {
  readonly request: WireRequest;
  readonly signal: AbortSignal;
}

/** The answer of the server begins; what is still needed is handed over with it. */
export interface Begun {
  readonly response: ApiResponse;
  readonly fault: Fault | undefined;
  readonly open: OpenCall;
  /** Tells the server that nobody listens any more. */
  readonly hangUp: () => void;
}

/**
 * Sends a request and makes the outcome of the beginning answer by `finish`, which gives `undefined` when nobody is left to hear it.
 * Never settles for the dead.
 */
export function exchange<T>(options: ExchangeOptions, asked: Asked, finish: (begun: Begun) => Promise<T | undefined>): Promise<T> {
  const { life } = options;
  return new Promise<T>((resolve, reject) => {
    if (life.isOver) return;
    asked.signal.throwIfAborted();
    const open = begin(options, asked);
    const fault = options.faults.take(open.call);
    if (fault !== undefined) noteFault(options, open.call, fault);
    const pending = holdPending(options, { ...asked, open, reject });
    const reach = async (): Promise<void> => {
      const response = await responseTo(options, { request: asked.request, fault, open, signal: pending.hangUp.signal });
      const value = await finish({ response, fault, open, hangUp: () => pending.hangUp.abort() });
      if (value === undefined) return;
      pending.step(() =>
        life.let(() => {
          pending.settle(() => resolve(value));
          if (fault?.kind === 'pause' && fault.point === 'c4') pauseFor(options, fault.ms);
        }),
      );
    };
    const arrive = (): void => {
      reach().catch((error: unknown) => pending.step(() => pending.fail(error)));
    };
    leave(options, { fault, open, pending, arrive });
  });
}

interface Leaving {
  readonly fault: Fault | undefined;
  readonly open: OpenCall;
  readonly pending: Pending;
  readonly arrive: () => void;
}

/** The way to the server, with what happens to the request or its sender on it. */
function leave(options: ExchangeOptions, { fault, open, pending, arrive }: Leaving): void {
  const { scheduler, life } = options;
  const die = (): void => {
    open.end({ kind: 'dropped' });
    life.end();
  };
  const depart = (): void => {
    if (fault?.kind === 'halfOpen') return;
    if (fault?.kind === 'pause' && fault.point === 'c2') {
      pauseFor(options, fault.ms);
      return;
    }
    if (fault?.kind === 'kill' && fault.point === 'c2') die();
    else if (fault?.kind === 'drop') {
      open.end({ kind: 'dropped' });
      pending.fail(unreachable('connect', 'the connection was refused'));
    } else arrive();
  };
  if (fault?.kind === 'kill' && fault.point === 'c1') die();
  else if (fault?.kind === 'delay') scheduler.setTimer(fault.ms, () => pending.step(depart));
  else {
    if (fault?.kind === 'pause' && fault.point === 'c1') pauseFor(options, fault.ms);
    // Nothing leaves while its sender stands still.
    pending.step(() => life.let(depart));
  }
}

/** Stops the sender for a while. */
export function pauseFor({ scheduler, life, journal, instance }: ExchangeOptions, ms: number): void {
  if (life.isOver || life.isPaused) return;
  life.pause();
  journal?.note({ kind: 'life', instance, change: 'paused' });
  scheduler.setTimer(ms, () => {
    if (!life.isOver) journal?.note({ kind: 'life', instance, change: 'woken' });
    const channel = {};
    life.wake((act) => scheduler.enqueue(channel, act));
  });
}

function noteFault({ journal }: ExchangeOptions, { index }: RecordedCall, fault: Fault): void {
  journal?.note({ kind: 'fault', what: faultText(fault), call: index });
}

function begin({ calls, scheduler, instance }: ExchangeOptions, { request, signal }: Asked): OpenCall {
  const { method, path, contentType, body } = request;
  return calls.begin({ method, path, contentType, body, at: scheduler.clock.now(), instance }, signal);
}

/** What the server is told when nobody listens any more: an error of its own for each would cost more than the request. */
const NOBODY_LISTENS = new Error('nobody listens any more');

interface HangUp {
  readonly signal: AbortSignal;
  abort(): void;
}

function createHangUp(): HangUp {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(NOBODY_LISTENS) };
}

interface Pending {
  readonly hangUp: HangUp;
  /** Makes the next step ready; it does not happen if the request ended before. */
  step(act: () => void): void;
  /** Ends the request; only the first end counts. */
  settle(act: () => void): void;
  fail(error: unknown): void;
}

/** What can end a request on its way: its signal, its time, the life of its client. */
function holdPending(
  { scheduler, life }: ExchangeOptions,
  { request, signal, open, reject }: Asked & { readonly open: OpenCall; readonly reject: (error: unknown) => void },
): Pending {
  const hangUp = createHangUp();
  const about = subjectOfRequest(request.path);
  let over = false;
  const settle = (act: () => void) => {
    if (over) return;
    over = true;
    stopTimer();
    forget();
    signal.removeEventListener('abort', onAbort);
    act();
  };
  const giveUp = (kind: 'aborted' | 'timed-out', act: () => void) => {
    open.end({ kind });
    hangUp.abort();
    settle(act);
  };
  const onAbort = () => giveUp('aborted', () => reject(signal.reason));
  const tooLate = () => giveUp('timed-out', () => reject(unreachable('sent', `no answer within ${String(request.timeoutMs)} ms`)));
  // Who stands still notices nothing before it wakes: neither that it waited too long nor that the connection broke.
  const stopTimer = scheduler.setTimer(request.timeoutMs, () => life.let(tooLate));
  const forget = life.onEnd(() => giveUp('aborted', () => undefined));
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    hangUp,
    settle,
    fail: (error) => life.let(() => settle(() => reject(error))),
    step: (act) =>
      scheduler.enqueue({ about }, () => {
        if (!over) act();
      }),
  };
}

interface Arriving {
  readonly request: WireRequest;
  readonly fault: Fault | undefined;
  readonly open: OpenCall;
  readonly signal: AbortSignal;
}

async function responseTo({ server, instance, journal }: ExchangeOptions, arriving: Arriving): Promise<ApiResponse> {
  const { request, fault, open, signal } = arriving;
  const answered = fault?.kind === 'status' ? fault : undefined;
  if (answered && !answered.commits) return forged(answered);
  if (fault?.kind === 'meanwhile' && fault.when === 'before') await fault.act();
  const { method, path, body, accept, contentType } = request;
  const headers = {
    'user-agent': instance,
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  };
  const ask = (): Promise<ApiResponse> => server.handle({ method, path, headers, signal, ...(body === undefined ? {} : { body }) });
  const response = await (journal === undefined ? ask() : journal.during(open.call.index, ask));
  if (fault?.kind === 'meanwhile' && fault.when === 'after') await fault.act();
  return answered ? forged(answered) : response;
}

/** An answer of something in between. */
function forged({ code, headers, body }: Extract<Fault, { kind: 'status' }>): ApiResponse {
  return { status: code, headers: { ...headers }, chunks: once(Buffer.from(body ?? '')) };
}

/** The error of a request that got no answer, or half of one. */
export function unreachable(phase: 'connect' | 'sent' | 'body', why: string): ClusterUnreachableError {
  return new ClusterUnreachableError({ server: 'the in-memory API server', phase, why });
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield chunk;
}
