// The table as instruments of OpenTelemetry. Counters and gauges are read from our figures when somebody asks; only histograms are recorded as it happens.
import type { Attributes, BatchObservableResult, Histogram, Meter, Observable } from '@opentelemetry/api';
import type { Histograms } from './histograms.js';
import { BUCKETS, METRICS, type MetricDescription } from './metric-table.js';

/** One value of a metric; labels in the order of the table. */
export interface Reading {
  readonly labels: readonly string[];
  readonly value: number;
}

export interface Instruments {
  /** Into a histogram with one label. */
  readonly record: (metric: string, label: string, value: number) => void;
  /** Makes a label of a histogram known, with zero, where that can be said. */
  readonly announce: (metric: string, label: string) => void;
  /** Lets the meter forget how to ask. */
  close(): void;
}

export interface InstrumentOptions {
  /** The value of the label `operator`, so that several in one process do not mix. */
  readonly operator: string;
  readonly read: (metric: MetricDescription) => Iterable<Reading>;
  /** Called before the metrics of one collection are read. */
  readonly begin: () => void;
  /** Absent: those of the meter. */
  readonly histograms?: Histograms | undefined;
}

export function openInstruments(meter: Meter, { operator, read, begin, histograms: own }: InstrumentOptions): Instruments {
  const observed: (readonly [Observable, MetricDescription])[] = [];
  const histograms = new Map<string, (label: string, value: number) => void>();
  for (const metric of METRICS) {
    const { name, kind, unit, meaning: description } = metric;
    if (kind === 'histogram') {
      if (own !== undefined) continue;
      const made = meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...BUCKETS] } });
      histograms.set(name, recorder(made, metric, operator));
    } else if (kind === 'counter') observed.push([meter.createObservableCounter(name, { unit, description }), metric]);
    else observed.push([meter.createObservableGauge(name, { unit, description }), metric]);
  }
  const observe = (result: BatchObservableResult): void => {
    begin();
    for (const [observable, metric] of observed) {
      for (const { labels, value } of read(metric)) result.observe(observable, value, attributesOf(metric, labels, operator));
    }
  };
  const observables = observed.map(([observable]) => observable);
  meter.addBatchObservableCallback(observe, observables);
  return {
    record: own?.record ?? ((metric, label, value) => histograms.get(metric)?.(label, value)),
    announce: (metric, label) => own?.announce(metric, label),
    close: () => meter.removeBatchObservableCallback(observe, observables),
  };
}

/** One object of attributes per label: the set is small, and making them costs more than recording. */
function recorder(histogram: Histogram, metric: MetricDescription, operator: string): (label: string, value: number) => void {
  const known = new Map<string, Attributes>();
  return (label, value) => {
    let attributes = known.get(label);
    if (attributes === undefined) known.set(label, (attributes = attributesOf(metric, [label], operator)));
    histogram.record(value, attributes);
  };
}

function attributesOf(metric: MetricDescription, labels: readonly string[], operator: string): Attributes {
  const own = metric.labels.map((name, index) => [name, labels[index] ?? ''] as const);
  return { operator, ...Object.fromEntries(own) };
}
