import { Buffer } from 'node:buffer';
import {
  ClusterUnreachableError,
  type Transport,
  type WireHeaders,
  type WireReply,
  type WireRequest,
  type WireStream,
} from '../../src/index.js';

/** A request that waits for the test to answer it. */
export interface PendingRequest extends WireRequest {
  /** The query, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** The path without the query. */
  readonly at: string;
  reply(status: number, body: unknown, headers?: WireHeaders): void;
  /** Accepts a watch. */
  stream(): ScriptedStream;
  fail(error: Error): void;
}

/** The server's end of a stream. */
export interface ScriptedStream {
  send(bytes: Uint8Array | string): void;
  /** One line per event. */
  events(...events: readonly unknown[]): void;
  end(): void;
  break(): void;
  readonly isDestroyed: boolean;
}

/** A transport whose other end is the test. */
export interface ScriptedTransport extends Transport {
  /** The next request that was not taken yet. */
  next(): Promise<PendingRequest>;
  /** Requests that wait to be taken. */
  readonly waiting: number;
}

export function createScriptedTransport(): ScriptedTransport {
  const queue: PendingRequest[] = [];
  const takers: ((request: PendingRequest) => void)[] = [];
  let streams = 0;
  let requests = 0;

  const arrive = (pending: PendingRequest): void => {
    requests += 1;
    const taker = takers.shift();
    if (taker === undefined) queue.push(pending);
    else taker(pending);
  };
  const ask = <T>(
    request: WireRequest,
    signal: AbortSignal,
    shape: (status: number, body: Uint8Array | ScriptedBytes, headers: WireHeaders) => T,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => reject(signal.reason as Error);
      const answer = (value: T): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const [at = '', search = ''] = request.path.split('?');
      arrive({
        ...request,
        at,
        query: Object.fromEntries(new URLSearchParams(search)),
        reply: (status, body, headers = {}) =>
          answer(shape(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), headers)),
        stream: () => {
          streams += 1;
          const bytes = createBytes(signal, () => (streams -= 1));
          answer(shape(200, bytes, {}));
          return bytes;
        },
        fail: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      });
    });

  return {
    send: (request, signal) =>
      ask(request, signal, (status, body, headers): WireReply => {
        if (!(body instanceof Uint8Array)) throw new Error('a stream for a whole answer');
        return { status, headers, body };
      }),
    open: (request, signal) =>
      ask(request, signal, (status, body, headers): WireStream => {
        if (!(body instanceof Uint8Array)) return { status, headers, chunks: body.chunks(), destroy: () => body.destroy() };
        const whole = async function* () {
          yield await Promise.resolve(body);
        };
        return { status, headers, chunks: whole(), destroy: () => undefined };
      }),
    stats: () => ({ requests, inFlight: 0, streams }),
    close: async () => undefined,
    next: () => {
      const first = queue.shift();
      return first === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(first);
    },
    get waiting() {
      return queue.length;
    },
  };
}

interface ScriptedBytes extends ScriptedStream {
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  destroy(): void;
}

function createBytes(signal: AbortSignal, closed: () => void): ScriptedBytes {
  const pieces: Uint8Array[] = [];
  let over: { readonly error: unknown } | 'ended' | undefined;
  let isDestroyed = false;
  let wake = (): void => undefined;
  const finish = (how: { readonly error: unknown } | 'ended'): void => {
    if (over === undefined) closed();
    over ??= how;
    signal.removeEventListener('abort', onAbort);
    wake();
  };
  const onAbort = (): void => finish({ error: signal.reason });
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    send: (bytes) => {
      pieces.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      wake();
    },
    events(...events) {
      this.send(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    },
    end: () => finish('ended'),
    break: () => finish({ error: unreachable('body') }),
    get isDestroyed() {
      return isDestroyed;
    },
    destroy: () => {
      isDestroyed = true;
      finish({ error: new Error('destroyed') });
    },
    async *chunks() {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) yield piece;
        else if (over === 'ended') return;
        else if (over !== undefined) throw over.error;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** The error of a connection that broke in a phase. */
export function unreachable(phase: 'connect' | 'sent' | 'body'): ClusterUnreachableError {
  return new ClusterUnreachableError({ server: 'https://scripted', phase, why: 'scripted' });
}
