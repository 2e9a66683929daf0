import { context, metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createManualClock,
  createSeededRandom,
  identityOf,
  type ExtensionPoint,
  type ExtensionPoints,
  type Fact,
  type FactSink,
  type HandlerId,
  type ObjectRef,
} from '@kopfts/core';
import { observability } from './plugin.js';

const resource = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' };
const object = { resource, namespace: 'default', name: 'a', uid: 'u' } as unknown as ObjectRef;
const invocation = { object, handler: 'made' as HandlerId, family: 'change' as const, attempt: 1 };

/** The plugin, set up and opened, without an operator around it. */
async function open(plugin = observability()) {
  const parts: { readonly point: ExtensionPoint; readonly part: unknown }[] = [];
  const closers: (() => void | Promise<void>)[] = [];
  plugin.setup({
    identity: identityOf('mine'),
    clock: createManualClock(),
    random: createSeededRandom(1),
    cluster: {},
    emit: () => undefined,
    contribute: (point, part) => void parts.push({ point, part }),
  });
  const of = <Point extends ExtensionPoint>(point: Point) =>
    parts.filter((one) => one.point === point).map(({ part }) => part as ExtensionPoints[Point]);
  const scope = { signal: new AbortController().signal, onClose: (close: () => void | Promise<void>) => void closers.push(close) };
  const sinks: FactSink[] = [];
  for (const part of of('factSink')) sinks.push(await part.open(scope));
  const tell = (fact: object): void => {
    for (const sink of sinks) sink.accept({ at: 1000, object, ...fact } as Fact);
  };
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  return { of, tell, close };
}

/** One change, with one handler. */
function handle({ tell }: { readonly tell: (fact: object) => void }, during: () => void = () => undefined): void {
  tell({ kind: 'kind-served', of: { resource, namespace: undefined }, handlers: ['made'], object: undefined });
  tell({ kind: 'event-seen', type: 'ADDED', resourceVersion: '1', inferred: false });
  tell({ kind: 'turn-taken', waitedMs: 0 });
  tell({ kind: 'cause-detected', reason: 'create', diff: [], initial: false });
  tell({ kind: 'handler-started', handler: 'made', family: 'change', attempt: 1, resourceVersion: '1' });
  during();
  tell({ kind: 'handler-ended', handler: 'made', family: 'change', attempt: 1, result: 'succeeded', tookMs: 1 });
  tell({ kind: 'pass-ended', reason: 'create', succeeded: 1, failed: 0 });
  tell({ kind: 'turn-ended', tookMs: 2 });
}

describe("an OpenTelemetry set-up of the user's own", () => {
  afterEach(() => {
    trace.disable();
    metrics.disable();
    logs.disable();
    context.disable();
  });

  it('gets the spans, and stays where it is: handlers meet their own provider', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const opened = await open();
    let inside: Promise<unknown> | undefined;
    handle(opened, () => {
      inside = opened.of('aroundInvoke')[0]?.(invocation, async () => trace.getTracer('mine').startSpan('own').end());
    });
    await inside;
    await opened.close();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name).sort()).toEqual(['create kopfexamples', 'event kopfexamples', 'handler made', 'own']);
    const attempt = spans.find(({ name }) => name === 'handler made');
    expect(spans.find(({ name }) => name === 'own')?.parentSpanContext?.spanId).toBe(attempt?.spanContext().spanId);
    // It is the user's to end: it still takes spans.
    trace.getTracer('mine').startSpan('later').end();
    expect(exporter.getFinishedSpans()).toHaveLength(5);
  });

  it('gets a span of each write, also of a timer, which no event precedes, and the next event is as it was seen', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const opened = await open();
    opened.tell({ kind: 'write-sent', endpoint: 'status', why: 'results' });
    opened.tell({ kind: 'write-ended', endpoint: 'status', outcome: 'committed', resourceVersion: '2' });
    handle(opened);
    await opened.close();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name, parentSpanContext }) => [name, parentSpanContext === undefined])).toEqual([
      ['write kopfexamples', true],
      ['event kopfexamples', true],
      ['handler made', false],
      ['create kopfexamples', false],
    ]);
    expect(spans[1]?.attributes['kopf.event.type']).toBe('ADDED');
  });

  it('gets the metrics, too, until the operator has ended', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    const opened = await open();
    handle(opened);
    const seen = async () => {
      exporter.reset();
      await provider.forceFlush();
      const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      return all
        .find(({ descriptor }) => descriptor.name === 'kopf_handler_attempts_total')
        ?.dataPoints.map(({ attributes, value }) => [attributes['result'], value]);
    };
    expect(await seen()).toEqual([
      ['succeeded', 1],
      ['failed', 0],
      ['retry', 0],
      ['ignored', 0],
    ]);
    await opened.close();
    handle(opened);
    expect((await seen())?.[0]).toEqual(['succeeded', 1]);
    await provider.shutdown();
  });

  it('gets the log, too, from the level of information on, each record with the span in which it happened', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    logs.setGlobalLoggerProvider(provider);
    const spans = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
    const opened = await open();
    handle(opened, () => opened.tell({ kind: 'logged', handler: 'made', level: 'warn', message: 'careful', fields: { size: 3 } }));
    await provider.forceFlush();
    const attempt = spans.getFinishedSpans().find(({ name }) => name === 'handler made');
    const records = exporter.getFinishedLogRecords();
    expect(records.map(({ body, severityText }) => [body, severityText])).toEqual([
      ['careful', 'WARN'],
      ['handler ended', 'INFO'],
      ['pass ended', 'INFO'],
    ]);
    expect(records[0]?.attributes).toMatchObject({ size: 3, 'k8s.object.name': 'a' });
    expect(records[1]?.spanContext?.spanId).toBe(attempt?.spanContext().spanId);
    expect(records.map(({ hrTime }) => hrTime)).toEqual(records.map(() => [1, 0]));
    await opened.close();
    // It is the user's to end: it still takes records.
    logs.getLogger('mine').emit({ body: 'later' });
    await provider.forceFlush();
    expect(exporter.getFinishedLogRecords()).toHaveLength(4);
  });

  it('gets no log where that is not wanted', async () => {
    const exporter = new InMemoryLogRecordExporter();
    logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
    const opened = await open(observability({ logs: false }));
    handle(opened);
    await opened.close();
    expect(exporter.getFinishedLogRecords()).toEqual([]);
  });

  it('is none, and nothing else is asked for: nothing stands around handlers, nothing is registered', async () => {
    const opened = await open();
    handle(opened);
    expect([opened.of('aroundInvoke'), opened.of('admitPass'), opened.of('contributeToPatch')]).toEqual([[], [], []]);
    await opened.close();
    const own = new BasicTracerProvider();
    expect(trace.setGlobalTracerProvider(own)).toBe(true);
  });
});

describe('the resource', () => {
  it('is the operator, with what the environment says of its pod in the words of OpenTelemetry, and before that what the code says', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'k8s.pod.name=operator-0,k8s.namespace.name=operators,k8s.node.name=n1,service.version=2.0.0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const resources: unknown[] = [];
    const exporter = {
      export: (spans: readonly ReadableSpan[], done: (result: { code: number }) => void) => {
        resources.push(...spans.map((span) => span.resource.attributes));
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const told = async (plugin = observability({ traces: { exporter } })) => {
      const opened = await open(plugin);
      handle(opened);
      await opened.close();
      return resources.at(-1);
    };
    const pod = { 'k8s.pod.name': 'operator-0', 'k8s.namespace.name': 'operators', 'k8s.node.name': 'n1', 'service.version': '2.0.0' };
    expect(await told()).toMatchObject({ ...pod, 'service.name': 'mine', 'service.instance.id': expect.any(String) as string });
    const resource = { 'k8s.node.name': 'n2', 'k8s.cluster.name': 'c' };
    expect(await told(observability({ traces: { exporter }, resource }))).toMatchObject({ ...pod, ...resource });
    vi.stubEnv('OTEL_SERVICE_NAME', 'of the deployment');
    expect(await told()).toMatchObject({ ...pod, 'service.name': 'of the deployment' });
  });
});

describe('options', () => {
  it.each([
    [{ metric: {} }, 'KOPF_UNKNOWN_OPTION'],
    [{ metrics: { prometheus: { port: 0, authorise: true } } }, 'KOPF_UNKNOWN_OPTION'],
    [{ metrics: { prometheus: { port: -1 } } }, 'KOPF_INVALID_OPTION'],
    [{ logs: { otpl: { url: 'http://collector' } } }, 'KOPF_UNKNOWN_OPTION'],
    [{ health: { port: 'http' } }, 'KOPF_INVALID_OPTION'],
    [{ health: { port: 0, blockedAfterMs: 1 } }, 'KOPF_INVALID_OPTION'],
  ])('such as %j are refused before anything begins', (options, code) => {
    expect(() => observability(options as Parameters<typeof observability>[0])).toThrow(expect.objectContaining({ code }));
  });
});
