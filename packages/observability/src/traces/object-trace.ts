// What is known of the traces of one object, as long as something of it is open.
import type { Link, Span, SpanContext } from '@opentelemetry/api';
import type { EventType } from '@kopfts/core';

export interface PendingEvent {
  readonly at: number;
  readonly type: EventType;
  readonly resourceVersion: string;
  /** Its span, once something happened for it. */
  span?: SpanContext;
}

export interface ObjectTrace {
  /** A state that arrived and was not looked at yet. */
  pending: PendingEvent | undefined;
  /** Something was written before the state was looked at, as a finalizer is: what comes of that belongs to the same event. */
  wroteFirst: boolean;
  /** The change that is being handled: all its looks belong to one trace. */
  change: { readonly reason: string; readonly root: SpanContext } | undefined;
  /** The span of the look that goes on, once something happened in it. */
  cause: Span | undefined;
  /** Begins the span of the look that goes on. A look that finds nothing to do has none. */
  beginCause: (() => Span) | undefined;
  /** All handlers of the change have ended. */
  done: boolean;
  /** The last attempt of each handler of the change. */
  readonly attempts: Map<string, SpanContext>;
  /** Attempts whose results were not written yet. */
  unwritten: SpanContext[];
  readonly writes: Map<string, Span>;
  /** Who wrote the state that was seen. */
  writer: Link | undefined;
}

export function emptyTrace(): ObjectTrace {
  return {
    pending: undefined,
    wroteFirst: false,
    change: undefined,
    cause: undefined,
    beginCause: undefined,
    done: false,
    attempts: new Map(),
    unwritten: [],
    writes: new Map(),
    writer: undefined,
  };
}

/** Objects whose traces are open, at most so many: beyond it the oldest are let go. */
const MOST = 10_000;

export interface ObjectTraces {
  get(uid: string): ObjectTrace | undefined;
  /** Opened if it is not. */
  of(uid: string): ObjectTrace;
  drop(uid: string): void;
  /** Lets all go. */
  clear(): void;
  readonly size: number;
}

export function createObjectTraces(): ObjectTraces {
  const traces = new Map<string, ObjectTrace>();
  const drop = (uid: string): void => {
    const trace = traces.get(uid);
    traces.delete(uid);
    trace?.cause?.end();
    for (const write of trace?.writes.values() ?? []) write.end();
  };
  return {
    get: (uid) => traces.get(uid),
    of(uid) {
      let trace = traces.get(uid);
      if (trace !== undefined) return trace;
      traces.set(uid, (trace = emptyTrace()));
      const [oldest] = traces.keys();
      if (traces.size > MOST && oldest !== undefined) drop(oldest);
      return trace;
    },
    drop,
    clear() {
      for (const uid of [...traces.keys()]) drop(uid);
    },
    get size() {
      return traces.size;
    },
  };
}
