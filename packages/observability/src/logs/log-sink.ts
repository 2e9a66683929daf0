// Facts as records of a log, from the level on that is wanted: for all, or for one object.
import type { ExtensionPoints, Fact, FactSink, LogLevel } from '@kopfts/core';
import type { LogsOptions } from '../options.js';
import { recordOf, type LogRecord } from './fact-record.js';

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Takes one record, and the fact that it is made of. */
export type LogWriter = (record: LogRecord, fact: Fact) => void;

export interface LogOutput {
  readonly sink: FactSink;
  /** Reads the level that an object asks for; never holds it. */
  readonly admitPass: ExtensionPoints['admitPass'];
}

/** Each record goes to all writers. */
export function openLogs(
  { level: least = 'info', levelAnnotation = true }: LogsOptions,
  prefix: string,
  writers: readonly LogWriter[],
): LogOutput {
  const annotation = levelAnnotation === true ? `${prefix}/log-level` : levelAnnotation;
  const levels = new Map<string, LogLevel>();
  return {
    sink: {
      accept(fact) {
        const record = recordOf(fact);
        const wanted = (record.object === undefined ? undefined : levels.get(record.object.uid)) ?? least;
        if (fact.kind === 'object-forgotten') levels.delete(fact.object.uid);
        if (ORDER.indexOf(record.level) < ORDER.indexOf(wanted)) return;
        for (const write of writers) write(record, fact);
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
