import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { createHistograms } from './histograms.js';
import { openInstruments } from './meters.js';

const NAME = 'kopf_handler_duration_seconds';
const scope = { name: 'test', version: '1' };

/** What a reader gets of the histogram. */
async function readOf(provider: { readonly producers: MetricProducer[]; readonly record?: (reader: MeterProvider) => void }) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, metricProducers: provider.producers });
  const meters = new MeterProvider({ readers: [reader] });
  provider.record?.(meters);
  await meters.forceFlush();
  const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  await meters.shutdown();
  const { descriptor, dataPointType, aggregationTemporality, dataPoints } =
    found.find((one) => one.descriptor.name === NAME) ?? expect.unreachable();
  const { name, description, unit, valueType } = descriptor;
  const points = dataPoints.map(({ attributes, value }) => {
    const { buckets, sum, count } = value as { readonly buckets: unknown; readonly sum?: number; readonly count: number };
    return { attributes, buckets, sum, count };
  });
  return { descriptor: { name, description, unit, valueType }, dataPointType, aggregationTemporality, points };
}

it('histograms of our own are to a reader what those of OpenTelemetry are, at the bounds of buckets, too', async () => {
  const values = [0, 0.001, 0.0011, 0.1, 0.3, 300, 301, 1e6];
  const ours = createHistograms({ operator: 'o', resource: resourceFromAttributes({}), clock: { now: () => 1500 }, scope });
  for (const value of values) ours.record(NAME, 'h', value);
  const theirs = await readOf({
    producers: [],
    record(meters) {
      const instruments = openInstruments(meters.getMeter('test'), { operator: 'o', read: () => [], begin: () => undefined });
      for (const value of values) instruments.record(NAME, 'h', value);
    },
  });
  expect(await readOf({ producers: [ours.producer] })).toEqual(theirs);
});

it('a label is there with zero once it is known, each counts for itself, and what is no histogram is none', async () => {
  const ours = createHistograms({ operator: 'o', resource: resourceFromAttributes({}), clock: { now: () => 1500 }, scope });
  ours.announce(NAME, 'later');
  ours.record(NAME, 'now', 2);
  ours.announce(NAME, 'now');
  ours.record('kopf_ready', 'now', 2);
  const { points } = await readOf({ producers: [ours.producer] });
  expect(points.map(({ attributes, sum, count }) => ({ attributes, sum, count }))).toEqual([
    { attributes: { operator: 'o', handler: 'later' }, sum: 0, count: 0 },
    { attributes: { operator: 'o', handler: 'now' }, sum: 2, count: 1 },
  ]);
});
