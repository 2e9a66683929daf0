// Facts as spans: event → cause → attempts of handlers and writes. A change and all its retries are one trace: each look is a span of its own below the event, an
// attempt links to the one before, a write to the attempts whose results it carries. Spans are short, so nothing is lost when the process ends.
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import type { Fact, HandlerFamily, Invocation, ObjectRef } from '@kopfts/core';
import { createObjectTraces, type ObjectTrace, type ObjectTraces } from './object-trace.js';
import { errorAttributes, objectAttributes } from './span-words.js';

export interface FactTracer {
  accept(fact: Fact): void;
  /** The span of an attempt that goes on. */
  attempt(invocation: Pick<Invocation, 'object' | 'handler' | 'family'>): Span | undefined;
  /** The span of the look at an object that goes on, or of its change. */
  look(uid: string): SpanContext | undefined;
  /** The state that is looked at now was written by this span. */
  writtenBy(uid: string, writer: SpanContext): void;
  /** The span in which a fact happened that was accepted just now: the attempt of its handler, else the look at its object. */
  spanOf(fact: Fact): SpanContext | undefined;
  close(): void;
}

interface Tracing {
  readonly tracer: Tracer;
  readonly traces: ObjectTraces;
  readonly attempts: Map<string, Span>;
  /** The attempt that ended last: others may want to know where it belonged. */
  ended: { readonly key: string; readonly context: SpanContext } | undefined;
}

type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

export function createFactTracer(tracer: Tracer): FactTracer {
  const tracing: Tracing = { tracer, traces: createObjectTraces(), attempts: new Map(), ended: undefined };
  const { traces, attempts } = tracing;
  return {
    accept: (fact) => acceptFact(tracing, fact),
    attempt: (invocation) => attempts.get(attemptKey(invocation)),
    look: (uid) => traces.get(uid)?.cause?.spanContext(),
    writtenBy(uid, context) {
      traces.of(uid).writer = { context };
    },
    spanOf: (fact) => spanOf(tracing, fact),
    close() {
      for (const span of attempts.values()) span.end();
      attempts.clear();
      traces.clear();
    },
  };
}

function acceptFact(tracing: Tracing, fact: Fact): void {
  switch (fact.kind) {
    case 'event-seen': {
      const open = tracing.traces.of(fact.object.uid);
      if (!open.wroteFirst) open.pending = { at: fact.at, type: fact.type, resourceVersion: fact.resourceVersion };
      return;
    }
    case 'cause-detected':
      return beginLook(tracing, fact);
    case 'handler-started':
      return beginAttempt(tracing, fact);
    case 'handler-ended':
      return endAttempt(tracing, fact);
    case 'write-sent':
      return beginWrite(tracing, fact);
    case 'write-ended':
      return endWrite(tracing, fact);
    case 'pass-ended': {
      const open = tracing.traces.get(fact.object.uid);
      if (open !== undefined) open.done = true;
      return;
    }
    case 'turn-ended':
      return endLook(tracing, fact);
    case 'object-forgotten':
      return tracing.traces.drop(fact.object.uid);
    default:
      return;
  }
}

const PURPOSES: readonly string[] = ['create', 'update', 'delete', 'resume'];

/** Nothing to do is no trace: most states that arrive are of that kind. */
function beginLook({ tracer, traces }: Tracing, { object, reason, initial, diff, at }: Of<'cause-detected'>): void {
  if (!PURPOSES.includes(reason)) return traces.drop(object.uid);
  const open = traces.of(object.uid);
  if (open.change?.reason !== reason) {
    const links = [
      ...(open.writer === undefined ? [] : [open.writer]),
      ...(open.change === undefined ? [] : [{ context: open.change.root }]),
    ];
    open.change = { reason, root: eventSpan(tracer, object, { open, at, links }) };
    open.attempts.clear();
    open.unwritten = [];
  }
  open.done = false;
  open.wroteFirst = false;
  open.pending = undefined;
  open.cause?.end(at);
  open.cause = undefined;
  const { root } = open.change;
  const own = { 'kopf.cause.reason': reason, 'kopf.cause.initial': initial, 'kopf.cause.changes': diff.length };
  open.beginCause = () =>
    tracer.startSpan(
      `${reason} ${object.resource.plural}`,
      { startTime: at, attributes: { ...objectAttributes(object), ...own } },
      below(root),
    );
}

function causeOf(open: ObjectTrace | undefined): Span | undefined {
  if (open !== undefined) open.cause ??= open.beginCause?.();
  return open?.cause;
}

/** From the moment that the state arrived to the one that it was looked at. */
function eventSpan(
  tracer: Tracer,
  object: ObjectRef,
  { open, at, links }: { readonly open: ObjectTrace; readonly at: number; readonly links: Link[] },
): SpanContext {
  const { pending } = open;
  if (pending?.span !== undefined) return pending.span;
  const type = pending?.type ?? 'LISTED';
  const attributes = {
    ...objectAttributes(object),
    'kopf.event.type': type,
    ...(pending === undefined ? {} : { 'k8s.object.resource_version': pending.resourceVersion }),
  };
  const span = tracer.startSpan(
    `event ${object.resource.plural}`,
    { kind: SpanKind.CONSUMER, startTime: pending?.at ?? at, attributes, links },
    ROOT_CONTEXT,
  );
  span.end(at);
  if (pending !== undefined) pending.span = span.spanContext();
  return span.spanContext();
}

function beginAttempt({ tracer, traces, attempts }: Tracing, fact: Of<'handler-started'>): void {
  const { object, handler, family, attempt, at } = fact;
  if (family === 'index') return;
  const open = traces.get(object.uid);
  const before = family === 'change' ? open?.attempts.get(handler) : undefined;
  const attributes = {
    ...objectAttributes(object),
    'kopf.handler.id': handler,
    'kopf.handler.family': family,
    'kopf.handler.attempt': attempt,
  };
  const links = before === undefined ? [] : [{ context: before, attributes: { 'kopf.link': 'previous attempt' } }];
  const span = tracer.startSpan(`handler ${handler}`, { startTime: at, attributes, links }, parentOf(tracer, fact, open));
  attempts.set(attemptKey(fact), span);
}

function parentOf(tracer: Tracer, { family, object, at }: Of<'handler-started'>, open: ObjectTrace | undefined): Context {
  const cause = family === 'change' ? causeOf(open) : undefined;
  if (cause !== undefined) return trace.setSpan(ROOT_CONTEXT, cause);
  return family === 'event' && open !== undefined ? ofEvent(tracer, object, { open, at }) : ROOT_CONTEXT;
}

/** Below the event that arrived, where there is one. */
function ofEvent(tracer: Tracer, object: ObjectRef, { open, at }: { readonly open: ObjectTrace; readonly at: number }): Context {
  if (open.pending === undefined) return ROOT_CONTEXT;
  return below(eventSpan(tracer, object, { open, at, links: open.writer === undefined ? [] : [open.writer] }));
}

function spanOf({ attempts, ended, traces }: Tracing, fact: Fact): SpanContext | undefined {
  if (!('object' in fact)) return undefined;
  if ('handler' in fact && 'family' in fact) {
    const key = attemptKey(fact);
    const context = attempts.get(key)?.spanContext() ?? (ended?.key === key ? ended.context : undefined);
    if (context !== undefined) return context;
  }
  return traces.get(fact.object.uid)?.cause?.spanContext();
}

function endAttempt(tracing: Tracing, fact: Of<'handler-ended'>): void {
  const { traces, attempts } = tracing;
  const key = attemptKey(fact);
  const span = attempts.get(key);
  if (span === undefined) return;
  attempts.delete(key);
  span.setAttribute('kopf.handler.result', fact.result);
  if (fact.retryInMs !== undefined) span.setAttribute('kopf.handler.retry_in_ms', fact.retryInMs);
  if (fact.error !== undefined) {
    const attributes = errorAttributes(fact.error);
    span.setAttributes(attributes);
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(attributes['error.message']) });
  }
  span.end(fact.at);
  tracing.ended = { key, context: span.spanContext() };
  const open = traces.get(fact.object.uid);
  if (open === undefined || fact.family !== 'change') return;
  open.attempts.set(fact.handler, span.spanContext());
  open.unwritten.push(span.spanContext());
}

function beginWrite({ tracer, traces }: Tracing, { object, endpoint, why, at }: Of<'write-sent'>): void {
  const open = traces.of(object.uid);
  const attributes = { ...objectAttributes(object), 'kopf.write.endpoint': endpoint, 'kopf.write.reason': why };
  const links = open.unwritten.map((context) => ({ context, attributes: { 'kopf.link': 'result of' } }));
  const cause = causeOf(open);
  // A timer writes without any event.
  if (cause === undefined) open.wroteFirst = open.pending !== undefined;
  const parent = cause === undefined ? ofEvent(tracer, object, { open, at }) : trace.setSpan(ROOT_CONTEXT, cause);
  open.writes.set(
    endpoint,
    tracer.startSpan(`write ${object.resource.plural}`, { kind: SpanKind.CLIENT, startTime: at, attributes, links }, parent),
  );
}

function endWrite({ traces }: Tracing, fact: Of<'write-ended'>): void {
  const open = traces.get(fact.object.uid);
  const span = open?.writes.get(fact.endpoint);
  if (open === undefined || span === undefined) return;
  open.writes.delete(fact.endpoint);
  span.setAttribute('kopf.write.outcome', fact.outcome);
  if (fact.resourceVersion !== undefined) span.setAttribute('k8s.object.resource_version', fact.resourceVersion);
  if (fact.error !== undefined) span.setAttributes(errorAttributes(fact.error)).setStatus({ code: SpanStatusCode.ERROR });
  span.end(fact.at);
  const isOver = open.pending === undefined && open.change === undefined && open.writes.size === 0;
  if (isOver) traces.drop(fact.object.uid);
}

/** What is left is what the retries need: where they belong, and which attempts there were. */
function endLook({ traces }: Tracing, { object, at }: Of<'turn-ended'>): void {
  const open = traces.get(object.uid);
  if (open === undefined) return;
  open.cause?.end(at);
  open.cause = undefined;
  open.beginCause = undefined;
  open.unwritten = [];
  open.writer = undefined;
  if (open.done || (open.change === undefined && !open.wroteFirst)) traces.drop(object.uid);
}

function below(parent: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

function attemptKey({
  object,
  handler,
  family,
}: {
  readonly object: ObjectRef;
  readonly handler: string;
  readonly family: HandlerFamily;
}): string {
  return `${object.uid} ${family} ${handler}`;
}
