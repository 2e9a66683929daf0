// Lines of JSON, by pino: the same keys as `kopf run --log-format json`.
import { pino, type Logger } from 'pino';
import { formatInstant, type ObjectRef } from '@kopfts/core';
import type { LogWriter } from './log-sink.js';

/** Lines, each with its newline. `refKey`: the key of the object reference. */
export function openJsonLines(write: (line: string) => void, refKey = 'object'): LogWriter {
  const logger = createLogger(write);
  return ({ level, message, object, fields }, { at }) => {
    const reference = object === undefined ? {} : { [refKey]: referenceOf(object) };
    logger[level]({ ...fields, timestamp: formatInstant(at), ...reference }, message);
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
