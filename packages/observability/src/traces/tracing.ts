// Traces of one operator: facts as spans, active inside of handlers.
import { context, isSpanContextValid, trace, type SpanContext, type TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { VERSION, type ExtensionPoints, type Fact, type FactSink } from '@kopfts/core';
import type { TracesOptions } from '../options.js';
import { registeredProvider, registerForHandlers, withProvider } from './operator-context.js';
import { createFactTracer, type FactTracer } from './trace-facts.js';
import { parseTraceparent, traceparentOf } from './traceparent.js';

const SCOPE = '@kopfts/observability';

export interface Tracing {
  readonly sink: FactSink;
  readonly aroundInvoke: ExtensionPoints['aroundInvoke'];
  /** Reads who wrote an object; never holds it. */
  readonly admitPass: ExtensionPoints['admitPass'];
  readonly contributeToPatch: ExtensionPoints['contributeToPatch'];
  /** In which span a fact happened that was accepted just now. */
  spanOf(fact: Fact): SpanContext | undefined;
  close(): Promise<void>;
}

/** Whether there is somebody to give traces to. */
export function hasTraceReader({ provider, otlp, exporter }: TracesOptions): boolean {
  return (provider ?? otlp ?? exporter ?? registeredProvider()) !== undefined;
}

/** Undefined if there is nobody to give traces to. */
export function openTracing(options: TracesOptions, resource: Resource, prefix: string): Tracing | undefined {
  const { provider, own } = providerOf(options, resource);
  if (provider === undefined) return undefined;
  registerForHandlers();
  const facts = createFactTracer(provider.getTracer(SCOPE, VERSION));
  const annotation = options.annotation === true ? `${prefix}/traceparent` : options.annotation;
  return {
    sink: facts,
    aroundInvoke: (invocation, next) => {
      const span = facts.attempt(invocation);
      return span === undefined ? next() : context.with(withProvider(trace.setSpan(context.active(), span), provider), next);
    },
    admitPass: ({ ref, body }) => {
      const found = annotation === undefined ? undefined : body.metadata.annotations?.[annotation];
      const writer = found === undefined ? undefined : parseTraceparent(found);
      if (writer !== undefined) facts.writtenBy(ref.uid, writer);
      return { go: true };
    },
    spanOf: (fact) => facts.spanOf(fact),
    contributeToPatch: ({ object }) => leaveContext(facts, object.ref.uid, annotation),
    async close() {
      facts.close();
      await own?.shutdown();
    },
  };
}

/** Our own context is left only with what is written anyway: a pass that is contributed to. */
function leaveContext(
  facts: FactTracer,
  uid: string,
  annotation: string | undefined,
): { metadata: { annotations: Record<string, string> } } | undefined {
  const look: SpanContext | undefined = annotation === undefined ? undefined : facts.look(uid);
  if (look === undefined || annotation === undefined || !isSpanContextValid(look)) return undefined;
  return { metadata: { annotations: { [annotation]: traceparentOf(look) } } };
}

interface Provided {
  readonly provider: TracerProvider | undefined;
  /** Ours to end. */
  readonly own?: BasicTracerProvider;
}

/** A provider of the user's is respected; one of our own is made only for what is asked for here. */
function providerOf({ provider, otlp, exporter }: TracesOptions, resource: Resource): Provided {
  if (provider !== undefined) return { provider };
  const exporters: SpanExporter[] = exporter === undefined ? [] : [exporter];
  if (otlp !== undefined) exporters.push(new OTLPTraceExporter({ url: otlp.url, headers: { ...otlp.headers } }));
  if (exporters.length === 0) return { provider: registeredProvider() };
  const own = new BasicTracerProvider({ resource, spanProcessors: exporters.map((one) => new BatchSpanProcessor(one)) });
  return { provider: own, own };
}
