// Records of the log for whoever collects logs by OpenTelemetry, each with the span in which it happened.
import { context, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { logs as globalLogs, SeverityNumber, type LogAttributes, type LoggerProvider as AnyLoggerProvider } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { VERSION, type Fact, type LogLevel } from '@kopfts/core';
import type { LogsOptions } from '../options.js';
import { objectAttributes } from '../traces/span-words.js';
import type { LogRecord } from './fact-record.js';
import type { LogWriter } from './log-sink.js';

const SCOPE = '@kopfts/observability';

const SEVERITIES: Readonly<Record<LogLevel, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** Fields that spans have, too, are called as there. */
const KNOWN: Readonly<Record<string, string>> = {
  fact: 'kopf.fact',
  error: 'error.message',
  code: 'error.type',
  handler: 'kopf.handler.id',
  family: 'kopf.handler.family',
  attempt: 'kopf.handler.attempt',
  result: 'kopf.handler.result',
  retryInMs: 'kopf.handler.retry_in_ms',
  resourceVersion: 'k8s.object.resource_version',
  namespace: 'k8s.namespace.name',
};

export interface OtelRecords {
  readonly write: LogWriter;
  close(): Promise<void>;
}

/** Whether there is somebody to give records to. */
export function hasLogReader({ otlp, provider }: LogsOptions): boolean {
  return (otlp ?? provider ?? registeredProvider()) !== undefined;
}

/** `spanOf` says in which span a fact belongs, where we made one. Undefined if there is nobody to give records to. */
export function openOtelRecords(
  options: LogsOptions,
  resource: Resource,
  spanOf: (fact: Fact) => SpanContext | undefined,
): OtelRecords | undefined {
  const { provider, own } = providerOf(options, resource);
  if (provider === undefined) return undefined;
  const logger = provider.getLogger(SCOPE, VERSION);
  return {
    write(record, fact) {
      // What a handler logs belongs to the span that is active in it, which may be one of its own.
      const span = fact.kind === 'logged' && trace.getActiveSpan() !== undefined ? undefined : spanOf(fact);
      const { level, message: body } = record;
      logger.emit({
        timestamp: [Math.floor(fact.at / 1000), (fact.at % 1000) * 1e6],
        severityNumber: SEVERITIES[level],
        severityText: level.toUpperCase(),
        body,
        attributes: attributesOf(record, fact),
        // Without a span of ours, whoever is active: a user's own, perhaps.
        context: span === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, span),
      });
    },
    async close() {
      await own?.shutdown();
    },
  };
}

/** What handlers log has the names that they gave it. */
function attributesOf({ object, fields }: LogRecord, fact: Fact): LogAttributes {
  const nameOf = (key: string): string => (fact.kind === 'logged' ? key : (KNOWN[key] ?? `kopf.${snakeCase(key)}`));
  const entries = Object.entries(fields).map(([key, value]) => [nameOf(key), value] as const);
  return { ...(object === undefined ? {} : objectAttributes(object)), ...(Object.fromEntries(entries) as LogAttributes) };
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

interface Provided {
  readonly provider: AnyLoggerProvider | undefined;
  /** Ours to end. */
  readonly own?: LoggerProvider;
}

/** A provider of the user's is respected; one of our own is made only for what is asked for here. */
function providerOf({ provider, otlp }: LogsOptions, resource: Resource): Provided {
  if (provider !== undefined) return { provider };
  if (otlp === undefined) return { provider: registeredProvider() };
  const exporter = new OTLPLogExporter({ url: otlp.url, headers: { ...otlp.headers } });
  const own = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  return { provider: own, own };
}

/** The user's own provider, if one was registered: without one, no record would go anywhere. */
function registeredProvider(): AnyLoggerProvider | undefined {
  const global = globalLogs.getLoggerProvider();
  const logger = global.getLogger(SCOPE, VERSION);
  // Providers of older versions do not say.
  const isHeard = !('enabled' in logger) || logger.enabled({ severityNumber: SeverityNumber.ERROR });
  return isHeard ? global : undefined;
}
