// What can be asked for, and what cannot.
import type { ServerOptions } from 'node:https';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { InvalidOptionError, nearestName, UnknownOptionError, type LogLevel } from '@kopfts/core';

/** Where a collector of OpenTelemetry is, by OTLP over HTTP with JSON. */
export interface OtlpOptions {
  /** The full address, for example `http://localhost:4318/v1/traces`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Who may read the metrics. */
export interface AuthorizeOptions {
  /** For whom tokens must have been made; default: for the API server. */
  readonly audiences?: readonly string[] | undefined;
}

/** An endpoint for Prometheus. */
export interface PrometheusOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Default `127.0.0.1`: nobody outside of the pod. Another one needs `tls` and `authorize`, or `open`. */
  readonly host?: string | undefined;
  /** Path; default `/metrics`. */
  readonly path?: string | undefined;
  /**
   * Only bearers of a token of the cluster that may `get` the path, by TokenReview and SubjectAccessReview; answers are kept for a minute.
   * The operator needs the cluster role `system:auth-delegator`, readers a role with `nonResourceURLs: ["/metrics"], verbs: ["get"]`.
   */
  readonly authorize?: boolean | AuthorizeOptions | undefined;
  /** Key and certificate; TLS 1.2 at least. */
  readonly tls?: Pick<ServerOptions, 'key' | 'cert' | 'ca'> | undefined;
  /** Anybody who reaches the host may read, in plain text. */
  readonly open?: boolean | undefined;
}

export interface MetricsOptions {
  readonly prometheus?: PrometheusOptions | undefined;
  /** Sent every `intervalMs`; default 60,000. */
  readonly otlp?: (OtlpOptions & { readonly intervalMs?: number | undefined }) | undefined;
  /** A provider of your own; default: the global one of OpenTelemetry if you registered one and neither `prometheus` nor `otlp` is given. */
  readonly provider?: MeterProvider | undefined;
}

export interface TracesOptions {
  readonly otlp?: OtlpOptions | undefined;
  /** Another way out. Shut down when the operator has ended. */
  readonly exporter?: SpanExporter | undefined;
  /** A provider of your own; default: the global one of OpenTelemetry if you registered one and neither `otlp` nor `exporter` is given. */
  readonly provider?: TracerProvider | undefined;
  /**
   * The annotation of objects that holds the trace context (W3C `traceparent`) of who wrote them: it is read, for a link to that span, and left
   * on objects with the writes of the operator. `true`: one of the operator's own. Default: none.
   */
  readonly annotation?: true | string | undefined;
}

export interface HealthOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Default `0.0.0.0`: the kubelet asks from outside of the pod. Nothing of objects or of the cluster is told there. */
  readonly host?: string | undefined;
  /** For so many milliseconds the event loop may be blocked before liveness turns red; default 4,500, so that whoever asks hears of it within five seconds; at least 50. */
  readonly blockedAfterMs?: number | undefined;
  /**
   * After so many milliseconds of a blocked event loop the process is ended (by SIGKILL, since nothing in it can run), with the handler and its stack on the standard
   * error output: whoever starts it anew need not wait for the kubelet. Default: never. At least `blockedAfterMs`.
   */
  readonly endBlockedAfterMs?: number | undefined;
}

export interface LogsOptions {
  /** The least level; default `info`. */
  readonly level?: LogLevel | undefined;
  /** Where lines of JSON go, each with its newline; default: the standard error output, unless `otlp` or `provider` is given. */
  readonly write?: ((line: string) => void) | undefined;
  /** The key of the object reference in a line; default `object`. */
  readonly refKey?: string | undefined;
  /**
   * The annotation that sets the level for one object (`debug`, `info`, `warn`, `error`). `true` (default): `<prefix>/log-level` with the operator's
   * prefix; `false`: none.
   */
  readonly levelAnnotation?: boolean | string | undefined;
  /** A collector that gets the records, each with the span in which it happened. `http://localhost:4318/v1/logs`, for example. */
  readonly otlp?: OtlpOptions | undefined;
  /** A provider of your own; default: the global one of OpenTelemetry if you registered one and `otlp` is not given. */
  readonly provider?: LoggerProvider | undefined;
}

/** Options of {@link observability}. What is not given is off. */
export interface ObservabilityOptions {
  /**
   * More attributes of the resource, for example `{ 'k8s.cluster.name': 'test' }`. They go before those of the variables `OTEL_RESOURCE_ATTRIBUTES` and
   * `OTEL_SERVICE_NAME`, and these before the operator's own: `service.name` is its name.
   */
  readonly resource?: Readonly<Record<string, string>> | undefined;
  /** `true`, the default: only by a global provider of your own. */
  readonly metrics?: boolean | MetricsOptions | undefined;
  /** `true`, the default: only by a global provider of your own. */
  readonly traces?: boolean | TracesOptions | undefined;
  readonly health?: HealthOptions | undefined;
  /**
   * Facts as records. `true`: lines of JSON. The command line has its own log, so these are for operators that are embedded; `otlp` is for all.
   * Default: only by a global provider of your own.
   */
  readonly logs?: boolean | LogsOptions | undefined;
}

const NAMES = {
  observability: ['resource', 'metrics', 'traces', 'health', 'logs'],
  metrics: ['prometheus', 'otlp', 'provider'],
  prometheus: ['port', 'host', 'path', 'authorize', 'tls', 'open'],
  traces: ['otlp', 'exporter', 'provider', 'annotation'],
  health: ['port', 'host', 'blockedAfterMs', 'endBlockedAfterMs'],
  logs: ['level', 'write', 'refKey', 'levelAnnotation', 'otlp', 'provider'],
} as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`, InvalidOptionError `KOPF_INVALID_OPTION` */
export function checkOptions(options: ObservabilityOptions): void {
  checkNames('observability', options);
  const { metrics, traces, health, logs } = options;
  checkNames('metrics', metrics);
  checkNames('traces', traces);
  checkNames('health', health);
  checkNames('logs', logs);
  const prometheus = typeof metrics === 'object' ? metrics.prometheus : undefined;
  if (prometheus !== undefined) checkPrometheus(prometheus);
  if (health === undefined) return;
  checkPort('health', health.port);
  const { blockedAfterMs = 4500, endBlockedAfterMs = Infinity } = health;
  if (!Number.isFinite(blockedAfterMs) || blockedAfterMs < 50) {
    throw new InvalidOptionError("'health.blockedAfterMs' of observability()", blockedAfterMs, 'milliseconds, at least 50');
  }
  if (typeof endBlockedAfterMs !== 'number' || !(endBlockedAfterMs >= blockedAfterMs)) {
    throw new InvalidOptionError(
      "'health.endBlockedAfterMs' of observability()",
      endBlockedAfterMs,
      'milliseconds, at least `blockedAfterMs`',
    );
  }
}

function checkNames(what: keyof typeof NAMES, given: object | boolean | undefined): void {
  if (typeof given !== 'object') return;
  for (const name of Object.keys(given)) {
    const known: readonly string[] = NAMES[what];
    if (known.includes(name)) continue;
    throw new UnknownOptionError(
      what === 'observability' ? 'observability()' : `${what} of observability()`,
      name,
      nearestName(name, known),
    );
  }
}

function checkPort(what: string, port: unknown): void {
  if (Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535) return;
  throw new InvalidOptionError(`'${what}.port' of observability()`, port, 'a port, or 0 for any that is free');
}

function checkPrometheus(options: PrometheusOptions): void {
  checkNames('prometheus', options);
  checkPort('metrics.prometheus', options.port);
  const { host = '127.0.0.1', open = false, tls, authorize = false } = options;
  if (LOOPBACK.test(host) || open || (tls !== undefined && authorize !== false)) return;
  throw new InvalidOptionError(
    "'metrics.prometheus.host' of observability()",
    host,
    'an address of the loopback interface, unless `tls` and `authorize` are given, or `open: true`',
  );
}
