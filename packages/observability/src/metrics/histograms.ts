// Histograms that we count ourselves and hand out when somebody collects. Those of OpenTelemetry make a text of the attributes of each value that is recorded, which
// costs several times as much as all other metrics together.
import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type HistogramMetricData, type MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Clock } from '@kopfts/core';
import { BUCKETS, METRICS } from './metric-table.js';

interface Series {
  readonly attributes: Attributes;
  /** Of each bucket, and of what is beyond the last. */
  readonly counts: number[];
  sum: number;
  count: number;
}

export interface Histograms {
  /** Into a histogram with one label. */
  readonly record: (metric: string, label: string, value: number) => void;
  /** Makes a label known, with zero. */
  readonly announce: (metric: string, label: string) => void;
  /** Gives readers what was counted since the beginning. */
  readonly producer: MetricProducer;
}

export interface HistogramOptions {
  /** The value of the label `operator`. */
  readonly operator: string;
  readonly resource: Resource;
  readonly clock: Pick<Clock, 'now'>;
  readonly scope: { readonly name: string; readonly version: string };
}

const HISTOGRAMS = METRICS.filter(({ kind }) => kind === 'histogram');

export function createHistograms({ operator, resource, clock, scope }: HistogramOptions): Histograms {
  const startTime = hrTimeOf(clock.now());
  const metrics = new Map(HISTOGRAMS.map((metric) => [metric.name, { metric, series: new Map<string, Series>() }]));
  const seriesOf = (name: string, label: string): Series | undefined => {
    const known = metrics.get(name);
    if (known === undefined) return undefined;
    let series = known.series.get(label);
    if (series === undefined) {
      const attributes = { operator, [known.metric.labels[0] ?? '']: label };
      known.series.set(label, (series = { attributes, counts: [...BUCKETS, Infinity].map(() => 0), sum: 0, count: 0 }));
    }
    return series;
  };
  const dataOf = (endTime: HrTime): HistogramMetricData[] =>
    [...metrics.values()].map(({ metric: { name, meaning: description, unit }, series }) => ({
      descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...series.values()].map(({ attributes, counts, sum, count }) => ({
        startTime,
        endTime,
        attributes,
        value: { buckets: { boundaries: [...BUCKETS], counts: [...counts] }, sum, count },
      })),
    }));
  return {
    record(metric, label, value) {
      const series = seriesOf(metric, label);
      if (series === undefined) return;
      const bucket = bucketOf(value);
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += value;
      series.count += 1;
    },
    announce(metric, label) {
      seriesOf(metric, label);
    },
    producer: {
      collect: () =>
        Promise.resolve({ resourceMetrics: { resource, scopeMetrics: [{ scope, metrics: dataOf(hrTimeOf(clock.now())) }] }, errors: [] }),
    },
  };
}

/** The first whose bound is not below the value. */
function bucketOf(value: number): number {
  const index = BUCKETS.findIndex((bound) => value <= bound);
  return index < 0 ? BUCKETS.length : index;
}

function hrTimeOf(ms: number): HrTime {
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
}
