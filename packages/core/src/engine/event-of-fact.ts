// Which facts people find as Kubernetes Events of the object (spec EV-06, EV-07; design 6.8). Pure.
import { contestText } from '../explain/contest-text.js';
import type { LogLevel } from '../config/settings.js';
import type { FactBody, HandlerFamily } from '../model/fact.js';
import type { ObjectRef } from '../model/object.js';

export interface NotedEvent {
  readonly object: ObjectRef;
  readonly level: LogLevel;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

const TYPES: Readonly<Record<LogLevel, string>> = { debug: 'Debug', info: 'Normal', warn: 'Warning', error: 'Error' };

const TITLES: Readonly<Record<HandlerFamily, string>> = {
  change: 'Handler',
  event: 'Handler',
  timer: 'Timer',
  daemon: 'Daemon',
  index: 'Indexer',
};

/** `undefined`: only observers hear of it. Log lines count only where `loggers` is on. */
export function eventOfFact(fact: FactBody, loggers: boolean): NotedEvent | undefined {
  if (fact.kind === 'result-dropped') {
    const message = `The result of handler '${fact.handler}' was refused and is dropped: ${fact.message}`;
    return { object: fact.object, level: 'warn', type: 'Warning', reason: 'InvalidResult', message };
  }
  if (fact.kind === 'handler-ended' && fact.error?.code === 'KOPF_QUARANTINED')
    return { object: fact.object, level: 'warn', type: 'Warning', reason: 'Quarantined', message: fact.error.message };
  if (fact.kind === 'notes-contested') {
    if (fact.news === 'none') return undefined;
    return { object: fact.object, level: 'warn', type: 'Warning', reason: 'NotesContested', message: contestText(fact) };
  }
  if (!loggers) return undefined;
  if (fact.kind === 'logged') {
    return fact.object === undefined || fact.local ? undefined : logging(fact.object, fact.level, fact.message);
  }
  if (fact.kind === 'handler-ended' && fact.family !== 'event' && fact.family !== 'index') return endOf(fact);
  return undefined;
}

function endOf(fact: Extract<FactBody, { kind: 'handler-ended' }>): NotedEvent | undefined {
  const title = `${TITLES[fact.family]} '${fact.handler}'`;
  const why = fact.error === undefined ? '' : `: ${fact.error.message}`;
  switch (fact.result) {
    case 'succeeded':
      return logging(fact.object, fact.family === 'timer' ? 'debug' : 'info', `${title} succeeded.`);
    case 'failed':
      return logging(fact.object, 'error', `${title} failed permanently${why}`);
    case 'retry':
      return logging(fact.object, 'error', `${title} failed temporarily${why}`);
    case 'ignored':
      return logging(fact.object, 'error', `${title} failed with an exception and will ignore it${why}`);
    case 'cancelled':
    case 'unfinished':
      return undefined;
  }
}

function logging(object: ObjectRef, level: LogLevel, message: string): NotedEvent {
  return { object, level, type: TYPES[level], reason: 'Logging', message };
}
