import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { defaultResource, detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { VERSION, type FactSink, type PartScope, type Plugin, type PluginHost, type ServedOperator } from '@kopfts/core';
import { checksOf, healthAfter, UNKNOWN_HEALTH } from './health/checks.js';
import type { Lagging } from './health/lag-window.js';
import { openWatchdog, type Blockage, type Watchdog } from './health/watchdog.js';
import { openJsonLines } from './logs/json-lines.js';
import { openLogs, type LogWriter } from './logs/log-sink.js';
import { hasLogReader, openOtelRecords } from './logs/otel-records.js';
import { openMetrics } from './metrics/metrics.js';
import { checkOptions, type HealthOptions, type LogsOptions, type ObservabilityOptions } from './options.js';
import { hasTraceReader, openTracing, type Tracing } from './traces/tracing.js';

const NAME = 'observability';

/**
 * The plugin that makes visible what the operator does: traces, metrics, logs and health. Only what is asked for is opened; without options it gives traces,
 * metrics and logs to the providers of OpenTelemetry that you registered, if any.
 *
 * *Errors* when the operator starts: `KOPF_OBSERVABILITY_UNAVAILABLE` if an endpoint cannot listen.
 *
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`, InvalidOptionError `KOPF_INVALID_OPTION`
 * @example plugins: [kubernetes(), annotations(), observability({ metrics: { prometheus: { port: 9090 } }, health: { port: 8081 } })]
 */
export function observability(options: ObservabilityOptions = {}): Plugin {
  checkOptions(options);
  return { name: NAME, apiVersion: 1, setup: (host) => setUp(host, options) };
}

interface SettingUp {
  readonly host: PluginHost;
  readonly options: ObservabilityOptions;
  readonly resource: Resource;
  readonly served: () => ServedOperator | undefined;
}

/** All parts are opened with the sink of facts, before anything happens; what stands around handlers does nothing until then. */
function setUp(host: PluginHost, options: ObservabilityOptions): void {
  let served: ServedOperator | undefined;
  const settingUp: SettingUp = { host, options, resource: resourceOf(host, options), served: () => served };
  const sinks: FactSink[] = [];
  const accept: FactSink['accept'] = (fact) => {
    for (const sink of sinks) sink.accept(fact);
  };
  // Traces hear of a fact before the log does, which says in which span it happened.
  const tracing = setUpTraces(settingUp);
  const openLog = setUpLogs(settingUp, sinks, tracing);
  const openHealth = setUpHealth(settingUp, sinks);
  host.contribute('factSink', {
    async open(scope) {
      await openMeters(settingUp, sinks, scope);
      openLog?.(scope);
      await openHealth?.(scope);
      return { accept };
    },
  });
  const run = async (signal: AbortSignal, operator: ServedOperator): Promise<void> => {
    served = operator;
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };
  host.contribute('service', { name: NAME, run });
}

/** Who the operator is; what the variables of OpenTelemetry say of its pod goes before that, what the code says before both. */
function resourceOf({ identity }: PluginHost, { resource = {} }: ObservabilityOptions): Resource {
  const own = { 'service.name': identity.name ?? 'kopf', 'service.instance.id': randomUUID(), 'kopf.version': VERSION };
  return [resourceFromAttributes(own), detectResources({ detectors: [envDetector] }), resourceFromAttributes(resource)].reduce(
    (before, more) => before.merge(more),
    defaultResource(),
  );
}

async function openMeters({ host, options, resource, served }: SettingUp, sinks: FactSink[], scope: PartScope): Promise<void> {
  const { metrics = true } = options;
  if (metrics === false) return;
  const opened = await openMetrics({
    options: metrics === true ? {} : metrics,
    operator: host.identity.name ?? 'kopf',
    resource,
    clock: host.clock,
    served,
    serving: (url) => tell(host, 'serving-metrics', { level: 'debug', message: `Serving metrics at ${url}`, url }),
  });
  if (opened === undefined) return;
  sinks.push(opened.sink);
  scope.onClose(() => opened.close());
}

/** What is open of it: nothing before the sinks are. */
function setUpTraces({ host, options, resource }: SettingUp): () => Tracing | undefined {
  const { traces = true } = options;
  const wanted = traces === true ? {} : traces;
  let tracing: Tracing | undefined;
  const opened = (): Tracing | undefined => tracing;
  // Nothing stands around handlers that has nothing to do there.
  if (wanted === false || !hasTraceReader(wanted)) return opened;
  const { annotation } = wanted;
  host.contribute('factSink', {
    open(scope) {
      tracing = openTracing(wanted, resource, host.identity.prefix);
      if (tracing !== undefined) scope.onClose(() => tracing?.close());
      return { accept: (fact) => tracing?.sink.accept(fact) };
    },
  });
  host.contribute('aroundInvoke', (invocation, next) => tracing?.aroundInvoke(invocation, next) ?? next());
  if (annotation === undefined) return opened;
  host.contribute('admitPass', (object) => tracing?.admitPass(object) ?? { go: true });
  host.contribute('contributeToPatch', (pass) => tracing?.contributeToPatch(pass));
  return opened;
}

/** Nothing is asked of objects where nobody reads. */
function setUpLogs(
  { host, options: { logs }, resource }: SettingUp,
  sinks: FactSink[],
  tracing: () => Tracing | undefined,
): ((scope: PartScope) => void) | undefined {
  if (logs === false) return undefined;
  const wanted: LogsOptions = typeof logs === 'object' ? logs : {};
  const write = logs === undefined ? undefined : linesOf(wanted);
  if (write === undefined && !hasLogReader(wanted)) return undefined;
  const writers: LogWriter[] = write === undefined ? [] : [openJsonLines(write, wanted.refKey)];
  const output = openLogs(wanted, host.identity.prefix, writers);
  sinks.push(output.sink);
  host.contribute('admitPass', output.admitPass);
  return (scope) => {
    const records = openOtelRecords(wanted, resource, (fact) => tracing()?.spanOf(fact));
    if (records === undefined) return;
    writers.push(records.write);
    scope.onClose(() => records.close());
  };
}

/** Where lines go, if anywhere. */
function linesOf({ write, otlp, provider }: LogsOptions): LogsOptions['write'] {
  if (write !== undefined || otlp !== undefined || provider !== undefined) return write;
  return (line) => {
    process.stderr.write(line);
  };
}

function setUpHealth(
  { host, options: { health }, served }: SettingUp,
  sinks: FactSink[],
): ((scope: PartScope) => Promise<void>) | undefined {
  if (health === undefined) return undefined;
  let state = UNKNOWN_HEALTH;
  let watchdog: Watchdog | undefined;
  sinks.push({
    accept(fact) {
      state = healthAfter(state, fact);
    },
  });
  host.contribute('aroundInvoke', (invocation, next) => watchdog?.aroundInvoke(invocation, next) ?? next());
  return async (scope) => {
    const checks = () => checksOf(state, served()?.readiness() ?? []);
    watchdog = await openWatchdog({
      ...health,
      checks,
      blocked: (blockage) => tellBlocked(host, blockage),
      lagging: (lagging) => tellLagging(host, lagging),
    });
    scope.onClose(() => watchdog?.close());
    tellServing(host, health, watchdog.port);
  };
}

function tellServing(host: PluginHost, { host: address = '0.0.0.0' }: HealthOptions, port: number): void {
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  tell(host, 'serving-health', { level: 'debug', message: `Serving health at ${url}/livez, /readyz and /startupz`, url });
}

function tellBlocked(host: PluginHost, { handler, certain, blockedMs, stack }: Blockage): void {
  const whom = handler === undefined ? '' : ` ${certain ? '' : 'probably '}by the handler '${handler}'`;
  const message = `The event loop was blocked for ${(blockedMs / 1000).toFixed(1)} seconds${whom}.`;
  tell(host, 'event-loop-blocked', { level: 'warn', message, handler: handler ?? '', blockedMs, stack: [...stack] });
}

function tellLagging(host: PluginHost, { handler, lagMs, stack = [] }: Lagging): void {
  const whom = handler === undefined ? '' : `, by the handler '${handler}'`;
  const message = `The event loop is late by ${lagMs.toFixed(0)} ms again and again${whom}.`;
  tell(host, 'event-loop-lagging', { level: 'warn', message, handler: handler ?? '', lagMs, stack: [...stack] });
}

function tell(host: PluginHost, name: string, data: Parameters<PluginHost['emit']>[0]['data']): void {
  host.emit({ kind: 'plugin', plugin: NAME, name, data });
}
