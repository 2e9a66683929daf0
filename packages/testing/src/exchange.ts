import { Buffer } from 'node:buffer';
import type { ApiResponse, ApiServer } from '@kopfts/apiserver';
import { ClusterUnreachableError, type WireRequest } from '@kopfts/kubernetes';
import type { CallRecorder, OpenCall } from './call-history.js';
import type { Fault, FaultPlan } from './fault.js';
import type { Life } from './life.js';
import type { Scheduler } from './scheduler.js';

/** One request on its way to the server and back, in steps that the seed orders, with the fault that befalls it. */

/** What a transport of the simulated world is made of. */
export interface ExchangeOptions {
  readonly server: Pick<ApiServer, 'handle'>;
  readonly scheduler: Scheduler;
  /** Whose requests these are; also their user agent, for the audit of the server. */
  readonly instance: string;
  readonly life: Life;
  readonly history: CallRecorder;
  readonly faults: FaultPlan;
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
  const { scheduler, life } = options;
  return new Promise<T>((resolve, reject) => {
    if (life.isOver) return;
    asked.signal.throwIfAborted();
    const open = begin(options, asked);
    const fault = options.faults.take(open.call);
    const pending = holdPending(options, { ...asked, open, reject });
    const arrive = async (): Promise<void> => {
      const response = await responseTo(options, { request: asked.request, fault, signal: pending.hangUp.signal });
      const value = await finish({ response, fault, open, hangUp: () => pending.hangUp.abort() });
      if (value !== undefined) pending.step(() => pending.settle(() => resolve(value)));
    };
    const depart = (): void => {
      if (fault?.kind === 'halfOpen') return;
      if (fault?.kind === 'drop') {
        open.end({ kind: 'dropped' });
        pending.fail(unreachable('connect', 'the connection was refused'));
      } else arrive().catch((error: unknown) => pending.step(() => pending.fail(error)));
    };
    if (fault?.kind === 'kill' && fault.point === 'c1') {
      open.end({ kind: 'dropped' });
      life.end();
    } else if (fault?.kind === 'delay') scheduler.setTimer(fault.ms, () => pending.step(depart));
    else pending.step(depart);
  });
}

function begin({ history, scheduler, instance }: ExchangeOptions, { request }: Asked): OpenCall {
  const { method, path, contentType, body } = request;
  return history.begin({ method, path, contentType, body, at: scheduler.clock.now(), instance });
}

interface Pending {
  readonly hangUp: AbortController;
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
  const hangUp = new AbortController();
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
  const stopTimer = scheduler.setTimer(request.timeoutMs, tooLate);
  const forget = life.onEnd(() => giveUp('aborted', () => undefined));
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    hangUp,
    settle,
    fail: (error) => settle(() => reject(error)),
    step: (act) =>
      scheduler.enqueue({}, () => {
        if (!over) act();
      }),
  };
}

interface Arriving {
  readonly request: WireRequest;
  readonly fault: Fault | undefined;
  readonly signal: AbortSignal;
}

async function responseTo({ server, instance }: ExchangeOptions, { request, fault, signal }: Arriving): Promise<ApiResponse> {
  if (fault?.kind === 'status') {
    return { status: fault.code, headers: { ...fault.headers }, chunks: once(Buffer.from(fault.body ?? '')) };
  }
  const { method, path, body, accept, contentType } = request;
  const headers = {
    'user-agent': instance,
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  };
  return server.handle({ method, path, headers, signal, ...(body === undefined ? {} : { body }) });
}

/** The error of a request that got no answer, or half of one. */
export function unreachable(phase: 'connect' | 'sent' | 'body', why: string): ClusterUnreachableError {
  return new ClusterUnreachableError({ server: 'the in-memory API server', phase, why });
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield chunk;
}
