// The public catalogue of @kopfts/observability.
export { observability } from './plugin.js';
export type {
  AuthorizeOptions,
  HealthOptions,
  LogsOptions,
  MetricsOptions,
  ObservabilityOptions,
  OtlpOptions,
  PrometheusOptions,
  TracesOptions,
} from './options.js';
export { METRICS, type MetricDescription, type MetricSource } from './metrics/metric-table.js';
export { EndpointUnavailableError } from './errors.js';
