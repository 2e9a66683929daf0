import { trace } from '@opentelemetry/api';
import { createRegistry, defineConfig, TemporaryError, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability, type ObservabilityOptions } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition, startRunner } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { openCollector, type Collector } from './support/collector.js';
import { example, KIND } from './world.js';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface LogRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timeUnixNano: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly Attribute[];
  readonly traceId?: string;
  readonly spanId?: string;
  /** Of the resource. */
  readonly resource: Readonly<Record<string, unknown>>;
}

interface Export {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly { readonly logRecords: readonly Omit<LogRecord, 'resource'>[] }[];
  }[];
}

interface Spans {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly name: string; readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
}

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

function bodiesOf<Body>({ received }: Collector, signal: string): readonly Body[] {
  return received.filter(({ path }) => path === `/v1/${signal}`).map(({ body }) => JSON.parse(body) as Body);
}

function recordsOf(collector: Collector): readonly LogRecord[] {
  return bodiesOf<Export>(collector, 'logs').flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ resource, scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => ({ ...record, resource: valuesOf(resource.attributes) }))),
    ),
  );
}

/** Creates an object, waits until it was handled, and stops: what is on its way is sent then. */
async function handleOne(declare: (kopf: Registry) => void, options: ObservabilityOptions, name = 'test'): Promise<void> {
  const kopf = createRegistry();
  declare(kopf);
  const plugins = [kubernetes(), annotations(), observability(options)];
  const config = defineConfig({ name, handlers: [kopf], namespaces: ['default'], plugins });
  const runner = await startRunner({ config, crds: [customResourceDefinition(KIND)], timeout: '60s' });
  await runner.create(example());
  await runner.until(() => expect(runner.facts.filter(({ kind }) => kind === 'pass-ended')).toHaveLength(1));
  await runner.stop();
}

describe('the log', () => {
  it('reaches a collector: severity, object, words without secrets, and the span in which it happened', async () => {
    const collector = await openCollector();
    const traces = { otlp: { url: collector.url('traces') } };
    const logs = { level: 'debug', otlp: { url: collector.url('logs') } } as const;
    const declare = (kopf: Registry) =>
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry, logger }) => {
        logger.info('working with token=hunter2', { round: retry });
        if (retry === 0) throw new TemporaryError('not yet, password=hunter2', { delay: '20ms' });
      });
    await handleOne(declare, { traces, logs, resource: { 'k8s.pod.name': 'operator-0' } });

    const records = recordsOf(collector);
    const attempts = bodiesOf<Spans>(collector, 'traces')
      .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
      .filter(({ name }) => name === 'handler made');
    expect(attempts).toHaveLength(2);
    const said = records.filter(({ body }) => body.stringValue.startsWith('working'));
    expect(said).toMatchObject(
      attempts.map(({ traceId, spanId }) => ({
        severityNumber: 9,
        severityText: 'INFO',
        body: { stringValue: 'working with token=[redacted]' },
        traceId,
        spanId,
      })),
    );
    expect(said.map(({ attributes }) => valuesOf(attributes))).toMatchObject([
      { 'k8s.object.name': 'a', 'k8s.namespace.name': 'default', 'kopf.resource': 'kopfexamples.v1.kopf.dev', round: 0 },
      { round: 1 },
    ]);
    const ends = records.filter(({ body }) => body.stringValue === 'handler ended');
    expect(ends.map(({ severityText, spanId, attributes }) => ({ severityText, spanId, ...valuesOf(attributes) }))).toMatchObject([
      {
        severityText: 'WARN',
        spanId: attempts[0]?.spanId,
        'kopf.handler.id': 'made',
        'kopf.handler.attempt': 1,
        'kopf.handler.result': 'retry',
        'kopf.handler.retry_in_ms': 20,
        'error.type': 'KOPF_TEMPORARY',
        'error.message': 'not yet, password=[redacted]',
      },
      { severityText: 'INFO', spanId: attempts[1]?.spanId, 'kopf.handler.attempt': 2, 'kopf.handler.result': 'succeeded' },
    ]);
    // A write belongs to the look that it is for, in the same trace.
    const writes = records.filter(({ body }) => body.stringValue === 'write sent');
    expect(new Set(writes.map(({ traceId }) => traceId))).toEqual(new Set([attempts[0]?.traceId]));
    expect(records[0]?.resource).toMatchObject({
      'service.name': 'test',
      'telemetry.sdk.name': 'opentelemetry',
      'k8s.pod.name': 'operator-0',
    });
    const times = records.map(({ timeUnixNano }) => BigInt(timeUnixNano));
    expect(times).toEqual([...times].sort((one, other) => (one < other ? -1 : 1)));
  });

  it('goes to the collector with the span of whoever is active, where the traces are not ours', async () => {
    const collector = await openCollector();
    const inside: string[] = [];
    const declare = (kopf: Registry) =>
      kopf.on.create('KopfExample', { id: 'made' }, ({ logger }) => {
        const active = trace.getActiveSpan()?.spanContext().spanId;
        if (active !== undefined) inside.push(active);
        logger.warn('on its own');
      });
    await handleOne(declare, { traces: false, logs: { otlp: { url: collector.url('logs') } } });
    const records = recordsOf(collector);
    expect(records.filter(({ body }) => body.stringValue === 'on its own')).toMatchObject([{ severityText: 'WARN' }]);
    // Nobody made a span, and none is invented; steps are left out.
    expect([inside, records.filter(({ spanId }) => (spanId ?? '') !== '')]).toEqual([[], []]);
    expect(records.filter(({ severityNumber }) => severityNumber < 9)).toEqual([]);
  });

  it('of two operators in one process do not mix', async () => {
    const collectors = [await openCollector(), await openCollector()];
    const declare = (name: string) => (kopf: Registry) =>
      kopf.on.create('KopfExample', { id: 'made' }, ({ logger }) => logger.info(`made by ${name}`));
    const names = ['one', 'other'];
    await Promise.all(
      collectors.map((collector, index) => {
        const name = names[index] ?? '';
        return handleOne(declare(name), { logs: { otlp: { url: collector.url('logs') } } }, name);
      }),
    );
    for (const [index, collector] of collectors.entries()) {
      const records = recordsOf(collector);
      expect(new Set(records.map(({ resource }) => resource['service.name']))).toEqual(new Set([names[index]]));
      const said = records.map(({ body }) => body.stringValue).filter((body) => body.startsWith('made by'));
      expect(said).toEqual([`made by ${names[index] ?? ''}`]);
    }
  });
});
