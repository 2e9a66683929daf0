// Facts as lines of JSON, by pino: the same keys as `kopf run --log-format json`.
import process from 'node:process';
import { pino, type Logger } from 'pino';
import { formatInstant, type ExtensionPoints, type FactSink, type LogLevel, type ObjectRef } from '@kopfts/core';
import type { LogsOptions } from '../options.js';
import { recordOf } from './fact-record.js';

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LogOutput {
  readonly sink: FactSink;
  /** Reads the level that an object asks for; never holds it. */
  readonly admitPass: ExtensionPoints['admitPass'];
}

export function openLogs(options: LogsOptions, prefix: string): LogOutput {
  const { level: least = 'info', refKey = 'object', levelAnnotation = true } = options;
  const annotation = levelAnnotation === true ? `${prefix}/log-level` : levelAnnotation;
  const logger = createLogger(options.write ?? ((line) => process.stderr.write(line)));
  const levels = new Map<string, LogLevel>();
  return {
    sink: {
      accept(fact) {
        const { level, message, object, fields } = recordOf(fact);
        const wanted = (object === undefined ? undefined : levels.get(object.uid)) ?? least;
        if (fact.kind === 'object-forgotten') levels.delete(fact.object.uid);
        if (ORDER.indexOf(level) < ORDER.indexOf(wanted)) return;
        const reference = object === undefined ? {} : { [refKey]: referenceOf(object) };
        logger[level]({ ...fields, timestamp: formatInstant(fact.at), ...reference }, message);
      },
    },
    admitPass({ ref, body }) {
      const asked = annotation === false ? undefined : body.metadata.annotations?.[annotation];
      const level = ORDER.find((one) => one === asked);
      if (level === undefined) levels.delete(ref.uid);
      else levels.set(ref.uid, level);
      return { go: true };
    },
  };
}

/** Levels are ours, and so is the time, which is that of the fact. */
function createLogger(write: (line: string) => void): Logger {
  const formatters = { level: (severity: string) => ({ severity }) };
  return pino({ level: 'trace', base: null, timestamp: false, messageKey: 'message', formatters }, { write });
}

function referenceOf({ resource, name, namespace, uid }: ObjectRef): Readonly<Record<string, string>> {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { apiVersion, kind: resource.kind, name, uid, ...(namespace === undefined ? {} : { namespace }) };
}
