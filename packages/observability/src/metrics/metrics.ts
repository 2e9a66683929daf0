// Metrics of one operator, from facts and looks to whoever wants them.
import { createNoopMeter, metrics as globalMetrics, type MeterProvider as AnyMeterProvider } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricReader,
} from '@opentelemetry/sdk-metrics';
import { VERSION, type Clock, type FactSink, type ServedOperator } from '@kopfts/core';
import type { MetricsOptions } from '../options.js';
import { createGate } from './access.js';
import { countFact } from './count-facts.js';
import { createFigures } from './figures.js';
import { createHistograms, type Histograms } from './histograms.js';
import { createLabelValues } from './label-values.js';
import { openLook } from './look.js';
import { openInstruments } from './meters.js';
import { serveMetrics } from './metrics-server.js';
import { createRunningWork } from './running-work.js';
import { createWatchLedger } from './watch-ledger.js';

const SCOPE = '@kopfts/observability';
const EVERY_MS = 60_000;

export interface MetricsParts {
  readonly options: MetricsOptions;
  readonly operator: string;
  readonly resource: Resource;
  readonly clock: Clock;
  /** The operator, while it serves. */
  readonly served: () => ServedOperator | undefined;
  readonly serving: (url: string) => void;
}

export interface Metrics {
  readonly sink: FactSink;
  close(): Promise<void>;
}

/** Opens what is asked for; undefined if there is nobody to give metrics to. @throws EndpointUnavailableError `KOPF_OBSERVABILITY_UNAVAILABLE` */
export async function openMetrics(parts: MetricsParts): Promise<Metrics | undefined> {
  const { options, operator, clock, served } = parts;
  const { provider, own, prometheus, histograms } = providerOf(parts);
  if (provider === undefined) return undefined;
  const figures = createFigures();
  const labels = createLabelValues();
  const shared = { labels, work: createRunningWork(), watches: createWatchLedger((resource) => labels.kind(resource)) };
  const look = openLook({ ...shared, clock, served });
  const instruments = openInstruments(provider.getMeter(SCOPE, VERSION), {
    operator,
    histograms,
    begin: () => look.begin(),
    read: ({ name, source }) => (source === 'look' ? look.read(name) : figures.of(name)),
  });
  const closers: (() => unknown)[] = [() => own?.shutdown(), () => instruments.close(), () => look.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0)) await one();
  };
  if (prometheus !== undefined && options.prometheus !== undefined) {
    const server = await serveMetrics({ options: options.prometheus, exporter: prometheus, gate: gateOf(parts) }).catch(
      async (error: unknown) => {
        await close();
        throw error;
      },
    );
    closers.unshift(() => server.close());
    parts.serving(server.url);
  }
  const { record, announce } = instruments;
  const counting = { ...shared, figures, record, announce };
  return { sink: { accept: (fact) => countFact(counting, fact) }, close };
}

function gateOf({ options: { prometheus }, clock, served }: MetricsParts): ReturnType<typeof createGate> | undefined {
  const authorize = prometheus?.authorize ?? false;
  if (authorize === false) return undefined;
  const audiences = typeof authorize === 'object' ? (authorize.audiences ?? []) : [];
  return createGate({ clock, served, audiences, path: prometheus?.path ?? '/metrics' });
}

interface Provided {
  readonly provider: AnyMeterProvider | undefined;
  /** Ours to end. */
  readonly own?: MeterProvider;
  readonly prometheus?: PrometheusExporter | undefined;
  readonly histograms?: Histograms | undefined;
}

/** A provider of the user's is respected; one of our own is made only for what is asked for here. */
function providerOf(parts: MetricsParts): Provided {
  const { options } = parts;
  if (options.provider !== undefined) return { provider: options.provider };
  if (options.prometheus !== undefined || options.otlp !== undefined) return ownProvider(parts);
  const registered = globalMetrics.getMeterProvider();
  return { provider: registered.getMeter(SCOPE) === createNoopMeter() ? undefined : registered };
}

/** Our own histograms begin with the operator: a collector that wants only what is new has those of OpenTelemetry. */
function ownProvider({ options, resource, operator, clock }: MetricsParts): Provided {
  const { otlp } = options;
  const exporter = otlp && new OTLPMetricExporter({ url: otlp.url, headers: { ...otlp.headers } });
  const temporality = exporter?.selectAggregationTemporality(InstrumentType.HISTOGRAM) ?? AggregationTemporality.CUMULATIVE;
  const histograms =
    temporality === AggregationTemporality.CUMULATIVE
      ? createHistograms({ operator, resource, clock, scope: { name: SCOPE, version: VERSION } })
      : undefined;
  const metricProducers = histograms === undefined ? [] : [histograms.producer];
  const prometheus = options.prometheus && new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true, metricProducers });
  const readers: MetricReader[] = prometheus === undefined ? [] : [prometheus];
  if (exporter !== undefined) {
    const exportIntervalMillis = otlp?.intervalMs ?? EVERY_MS;
    const exportTimeoutMillis = Math.min(exportIntervalMillis, 30_000);
    readers.push(new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis, metricProducers }));
  }
  const own = new MeterProvider({ resource, readers });
  return { provider: own, own, prometheus, histograms };
}
