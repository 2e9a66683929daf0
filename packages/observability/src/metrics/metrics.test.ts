import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createManualClock, type FactBody } from '@kopfts/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openMetrics } from './metrics.js';

interface Export {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string; readonly histogram?: object }[] }[];
  }[];
}

const resource = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' };
const attempt = { object: { resource, namespace: 'default', name: 'a', uid: 'u' }, handler: 'h', family: 'change', attempt: 1 };
const FACTS = [
  { kind: 'kind-served', of: { resource, namespace: undefined }, handlers: ['h', 'idle'] },
  { kind: 'handler-started', ...attempt, resourceVersion: '1' },
  { kind: 'handler-ended', ...attempt, result: 'succeeded', tookMs: 250 },
];

/** What a collector gets of these facts when the operator ends. */
async function collected(): Promise<Export['resourceMetrics'][number]['scopeMetrics'][number]['metrics']> {
  const bodies: Promise<string>[] = [];
  const server = createServer((request, response) => {
    const body = text(request);
    bodies.push(body);
    body.then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/v1/metrics`;
  const metrics = await openMetrics({
    options: { otlp: { url } },
    operator: 'o',
    resource: resourceFromAttributes({}),
    clock: createManualClock(),
    served: () => undefined,
    serving: () => undefined,
  });
  for (const fact of FACTS) metrics?.sink.accept({ at: 0, ...(fact as FactBody) });
  await metrics?.close();
  const exports = (await Promise.all(bodies)).map((body) => JSON.parse(body) as Export);
  return exports.flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: some }) => some)),
  );
}

it.each([
  { preference: 'cumulative', aggregationTemporality: 2, handlers: ['h', 'idle'] },
  { preference: 'delta', aggregationTemporality: 1, handlers: ['h'] },
])(
  'a collector that prefers what is $preference gets the histograms so, once each',
  async ({ preference, aggregationTemporality, handlers }) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', preference);
    onTestFinished(() => void vi.unstubAllEnvs());
    const histograms = (await collected()).filter(({ name }) => name === 'kopf_handler_duration_seconds').map(({ histogram }) => histogram);
    const points = handlers.map((handler) => ({
      count: handler === 'h' ? 1 : 0,
      sum: handler === 'h' ? 0.25 : 0,
      attributes: expect.arrayContaining([{ key: 'handler', value: { stringValue: handler } }]) as unknown,
    }));
    expect(histograms).toMatchObject([{ aggregationTemporality, dataPoints: points }]);
  },
);
