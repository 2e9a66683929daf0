import { trace } from '@opentelemetry/api';
import { createRegistry, defineConfig, TemporaryError, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability, type TracesOptions } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition, startRunner } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { openCollector, type Collector } from './support/collector.js';
import { A, example, KIND } from './world.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: number } }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly service: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, 'service'>[] }[];
  }[];
}

/** What came by now. */
function spansIn({ received }: Collector): readonly Span[] {
  return received.flatMap(({ body }) => (JSON.parse(body) as Export).resourceSpans.flatMap(spansOf));
}

function spansOf({ resource, scopeSpans }: Export['resourceSpans'][number]): readonly Span[] {
  const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
  return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
}

/** In real time, as the collector is: spans are on their way when the operator ends. */
function start(declare: (kopf: Registry) => void, traces: TracesOptions, name = 'test') {
  const kopf = createRegistry();
  declare(kopf);
  const plugins = [kubernetes(), annotations(), observability({ traces })];
  const config = defineConfig({ name, handlers: [kopf], namespaces: ['default'], plugins });
  return startRunner({ config, crds: [customResourceDefinition(KIND)], timeout: '60s' });
}

/** Creates the object, and waits until it was handled. */
async function handled(runner: Awaited<ReturnType<typeof start>>, object = example()): Promise<void> {
  await runner.create(object);
  await runner.until(() => expect(runner.facts.filter(({ kind }) => kind === 'pass-ended')).toHaveLength(1));
}

const attributeOf = (span: Span | undefined, key: string) => {
  const value = span?.attributes.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};
const named = (spans: readonly Span[], name: string) =>
  spans.filter((span) => span.name === name).sort((one, other) => (one.startTimeUnixNano < other.startTimeUnixNano ? -1 : 1));
const ms = (nano: string) => Number(BigInt(nano) / 1_000_000n);

describe('traces', () => {
  it('of a creation with retries: event, look, attempt and write, in one trace, linked in their order', async () => {
    const collector = await openCollector();
    const runner = await start(
      (kopf) =>
        kopf.on.create('KopfExample', { id: 'made' }, ({ retry }) => {
          trace
            .getTracer('mine')
            .startSpan(`own work ${String(retry)}`)
            .end();
          if (retry < 2) throw new TemporaryError('not yet, password=hunter2', { delay: '20ms' });
          return 'done';
        }),
      { otlp: { url: collector.url('traces') } },
    );
    await handled(runner);
    await runner.stop();
    const spans = spansIn(collector);

    const [event, ...others] = named(spans, 'event kopfexamples');
    expect(others).toEqual([]);
    expect(event).toMatchObject({ kind: 5, service: 'test' });
    expect(event?.parentSpanId ?? '').toBe('');
    expect(attributeOf(event, 'kopf.event.type')).toBe('ADDED');
    expect(attributeOf(event, 'k8s.object.name')).toBe('a');
    expect(attributeOf(event, 'kopf.resource')).toBe('kopfexamples.v1.kopf.dev');

    const looks = named(spans, 'create kopfexamples');
    expect(looks).toHaveLength(3);
    const attempts = named(spans, 'handler made');
    expect(attempts.map((span) => attributeOf(span, 'kopf.handler.result'))).toEqual(['retry', 'retry', 'succeeded']);
    expect(attempts.map((span) => attributeOf(span, 'kopf.handler.attempt'))).toEqual([1, 2, 3]);
    for (const [index, look] of looks.entries()) {
      expect(look.parentSpanId).toBe(event?.spanId);
      expect(attempts[index]?.parentSpanId).toBe(look.spanId);
      // The handler's own spans are below its attempt: it is active inside.
      expect(named(spans, `own work ${String(index)}`)).toMatchObject([{ parentSpanId: attempts[index]?.spanId, service: 'test' }]);
      const before = attempts[index - 1];
      expect(attempts[index]?.links ?? []).toMatchObject(before === undefined ? [] : [{ spanId: before.spanId }]);
    }
    expect(ms(attempts[1]?.startTimeUnixNano ?? '0') - ms(attempts[0]?.endTimeUnixNano ?? '0')).toBeGreaterThanOrEqual(20);
    expect(attempts[0]?.status).toMatchObject({ code: 2, message: 'not yet, password=[redacted]' });
    expect(attributeOf(attempts[0], 'error.type')).toBe('KOPF_TEMPORARY');

    const writes = named(spans, 'write kopfexamples');
    const parents = new Set(looks.map(({ spanId }) => spanId));
    expect(writes.length).toBeGreaterThanOrEqual(3);
    for (const write of writes) {
      expect(parents).toContain(write.parentSpanId);
      expect(attributeOf(write, 'kopf.write.outcome')).toBe('committed');
    }
    const last = writes.filter(({ parentSpanId }) => parentSpanId === looks[2]?.spanId);
    expect(last.flatMap(({ links = [] }) => links)).toContainEqual(expect.objectContaining({ spanId: attempts[2]?.spanId }));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('link to the span that wrote the object, where an annotation may hold it', async () => {
    const collector = await openCollector();
    const writer = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
    const runner = await start((kopf) => kopf.on.create('KopfExample', { id: 'made' }, () => 'done'), {
      otlp: { url: collector.url('traces') },
      annotation: true,
    });
    const key = 'test.kopf.zalando.org/traceparent';
    await handled(runner, example('a', { metadata: { annotations: { [key]: `00-${writer.traceId}-${writer.spanId}-01` } } }));
    const left = (await runner.get(A))?.metadata.annotations?.[key];
    const attempts = runner.facts.filter(({ kind }) => kind === 'handler-ended').length;
    await runner.stop();
    const spans = spansIn(collector);
    expect(named(spans, 'event kopfexamples')).toMatchObject([{ links: [writer] }]);
    // Our own context takes its place, and is no change that anybody would handle.
    const [look] = named(spans, 'create kopfexamples');
    expect(left).toBe(`00-${look?.traceId ?? ''}-${look?.spanId ?? ''}-01`);
    expect([attempts, named(spans, 'create kopfexamples').length]).toEqual([1, 1]);
  });

  it('of two operators in one process do not mix, not even the spans that handlers make themselves', async () => {
    const collectors = [await openCollector(), await openCollector()];
    const runners = await Promise.all(
      collectors.map((collector, index) =>
        start(
          (kopf) =>
            kopf.on.create('KopfExample', { id: `made_by_${String(index)}` }, async () => {
              await Promise.resolve();
              trace
                .getTracer('mine')
                .startSpan(`work of ${String(index)}`)
                .end();
            }),
          { otlp: { url: collector.url('traces') } },
          `operator-${String(index)}`,
        ),
      ),
    );
    await Promise.all(runners.map((runner) => handled(runner)));
    await Promise.all(runners.map((runner) => runner.stop()));
    for (const [index, collector] of collectors.entries()) {
      const spans = spansIn(collector);
      const number = String(index);
      expect(new Set(spans.map(({ service }) => service))).toEqual(new Set([`operator-${number}`]));
      expect(named(spans, `work of ${number}`)).toHaveLength(1);
      expect(spans.filter(({ name }) => name.endsWith(String(1 - index)))).toEqual([]);
    }
  });
});
