import type { Instant } from '@kopfts/core';

/** How a request ended, as the world saw it. */
export type CallResult =
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly status: number }
  /** Never reached the server. */
  | { readonly kind: 'dropped' }
  /** The server carried it out, the client does not know. */
  | { readonly kind: 'lost'; readonly status: number | undefined }
  | { readonly kind: 'timed-out' }
  /** The client gave up, or died. */
  | { readonly kind: 'aborted' };

/** One request of an operator, written down outside of the code under test. */
export interface RecordedCall {
  /** From 0, over all operators of the harness. */
  readonly index: number;
  readonly at: Instant;
  /** Which life of the operator: `my-operator#1`, after a restart `my-operator#2`. */
  readonly instance: string;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly contentType: string | undefined;
  /** Parsed, if it is JSON. */
  readonly body: unknown;
  readonly result: CallResult;
}

export interface CallHistory {
  /** Oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Those that may change something. */
  writes(): readonly RecordedCall[];
}

/** A call that is being made. */
export interface OpenCall {
  readonly call: RecordedCall;
  /** Writes down how it ended, and with which answer; the first word counts. */
  end(result: CallResult, answer?: Uint8Array): void;
}

export interface CallRecorder extends CallHistory {
  /** `signal` is that of the request. */
  begin(call: Omit<RecordedCall, 'index' | 'result' | 'body'> & { readonly body: string | undefined }, signal: AbortSignal): OpenCall;
}

/** Hears of every call, and of its end. */
export interface CallObserver {
  began(call: RecordedCall, signal: AbortSignal): void;
  ended(call: RecordedCall, result: CallResult, answer: Uint8Array | undefined): void;
}

/** Whether a request may change something. */
export function isWrite({ method }: Pick<RecordedCall, 'method'>): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Creates an empty history. */
export function createCallRecorder(observer?: CallObserver): CallRecorder {
  const calls: RecordedCall[] = [];
  return {
    calls,
    writes: () => calls.filter(isWrite),
    begin: (request, signal) => {
      let result: CallResult = { kind: 'pending' };
      const call: RecordedCall = {
        ...request,
        index: calls.length,
        body: parseBody(request.body),
        get result() {
          return result;
        },
      };
      calls.push(call);
      observer?.began(call, signal);
      return {
        call,
        end: (how, answer) => {
          if (result.kind !== 'pending') return;
          result = how;
          observer?.ended(call, how, answer);
        },
      };
    },
  };
}

function parseBody(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
