// Metrics of one operator, from facts and looks to whoever wants them.
import { createNoopMeter, metrics as globalMetrics, type MeterProvider as AnyMeterProvider } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { VERSION, type Clock, type FactSink, type ServedOperator } from '@kopfts/core';
import type { MetricsOptions } from '../options.js';
import { createGate } from './access.js';
import { countFact } from './count-facts.js';
import { createFigures } from './figures.js';
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
  const prometheus =
    options.prometheus === undefined ? undefined : new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const { provider, own } = providerOf(parts, prometheus);
  if (provider === undefined) return undefined;
  const figures = createFigures();
  const shared = { labels: createLabelValues(), work: createRunningWork(), watches: createWatchLedger() };
  const look = openLook({ ...shared, clock, served });
  const instruments = openInstruments(provider.getMeter(SCOPE, VERSION), {
    operator,
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
  const counting = { ...shared, figures, record: (...recorded: Parameters<typeof instruments.record>) => instruments.record(...recorded) };
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
}

/** A provider of the user's is respected; one of our own is made only for what is asked for here. */
function providerOf({ options, resource }: MetricsParts, prometheus: PrometheusExporter | undefined): Provided {
  if (options.provider !== undefined) return { provider: options.provider };
  const readers: MetricReader[] = prometheus === undefined ? [] : [prometheus];
  if (options.otlp !== undefined) {
    const { url, headers = {}, intervalMs = EVERY_MS } = options.otlp;
    const exporter = new OTLPMetricExporter({ url, headers: { ...headers } });
    readers.push(
      new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: intervalMs, exportTimeoutMillis: Math.min(intervalMs, 30_000) }),
    );
  }
  if (readers.length > 0) {
    const own = new MeterProvider({ resource, readers });
    return { provider: own, own };
  }
  const registered = globalMetrics.getMeterProvider();
  return { provider: registered.getMeter(SCOPE) === createNoopMeter() ? undefined : registered };
}
