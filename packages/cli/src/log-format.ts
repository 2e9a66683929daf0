import picocolors from 'picocolors';
import { withoutSecrets } from '@kopfts/core';
import type { ObjectRef } from '@kopfts/core';
import type { LogLevel, LogOptions } from './log-options.js';
import { visibleJson, visibleText } from './visible-text.js';

/** One line, before it is text. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly object?: ObjectRef | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** Shown behind the line, if stacks are asked for. */
  readonly stack?: string | undefined;
}

const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' };
const PLAIN_MARKS: Readonly<Record<LogLevel, string>> = { debug: '', info: '', warn: 'warning ', error: 'error ' };

export type LineOptions = Pick<LogOptions, 'format' | 'color' | 'stacks' | 'prefix' | 'refkey'>;

/** The text of a line, with its newline (spec LO-02..LO-04), without what looks like a credential, whoever said it. Pure. */
export function formatLine(line: LogLine, options: LineOptions): string {
  const prefix = (options.prefix ?? options.format !== 'json') ? prefixOf(line.object) : '';
  if (options.format === 'json') return `${visibleJson(jsonText({ ...line, message: prefix + withoutSecrets(line.message) }, options))}\n`;
  const message = visibleText(`${prefix}${withoutSecrets(line.message)}${fieldsText(line.fields)}`);
  const text = options.format === 'full' ? fullText(line, message) : `${PLAIN_MARKS[line.level]}${message}`;
  const stack = options.stacks && line.stack !== undefined ? `\n${withoutSecrets(line.stack)}` : '';
  return `${painted(text, line.level, options.color)}${stack}\n`;
}

function fullText(line: LogLine, message: string): string {
  const logger = line.object === undefined ? 'kopf.operator' : 'kopf.objects';
  return `[${localTime(line.at)}] ${logger.padEnd(20).slice(0, 20)} [${LEVEL_NAMES[line.level].padEnd(8)}] ${message}`;
}

// Log shippers want one line per record and real fields, hence no prefix by default (spec LO-03).
function jsonText(line: LogLine, { stacks, refkey = 'object' }: LineOptions): string {
  const extras = Object.fromEntries(Object.entries(line.fields ?? {}).map(([key, value]) => [key, jsonSafe(value, key)]));
  return JSON.stringify({
    ...extras,
    message: line.message,
    severity: line.level,
    timestamp: new Date(line.at).toISOString(),
    ...(line.object === undefined ? {} : { [refkey]: objectReference(line.object) }),
    ...(stacks && line.stack !== undefined ? { stack: withoutSecrets(line.stack) } : {}),
  });
}

function objectReference({ resource, name, namespace, uid }: ObjectRef): Readonly<Record<string, string>> {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { apiVersion, kind: resource.kind, name, uid, ...(namespace === undefined ? {} : { namespace }) };
}

function prefixOf(object: ObjectRef | undefined): string {
  if (object === undefined) return '';
  return object.namespace === undefined ? `[${object.name}] ` : `[${object.namespace}/${object.name}] `;
}

function fieldsText(fields: LogLine['fields']): string {
  const text = (field: string, value: unknown): string => {
    const safe = jsonSafe(value, field);
    return typeof value === 'string' ? String(safe) : JSON.stringify(safe);
  };
  return Object.entries(fields ?? {})
    .map(([field, value]) => ` ${field}=${text(field, value)}`)
    .join('');
}

// Fields come from handlers, and may be anything: errors with what a server said, big integers, circles.
function jsonSafe(value: unknown, field: string): unknown {
  try {
    const text = JSON.stringify({ [field]: value }, safeMember);
    const safe = (JSON.parse(text) as Readonly<Record<string, unknown>>)[field];
    return safe === undefined ? String(value) : safe; // Functions and symbols have no text.
  } catch {
    return typeof value === 'bigint' ? value.toString() : typeof value;
  }
}

function safeMember(name: string, value: unknown): unknown {
  if (value instanceof Error) return withoutSecrets(value.message);
  if (typeof value !== 'string') return value;
  // By its name, as in `password: …`, or by itself.
  const isSecret = withoutSecrets(`${name}: x`) !== `${name}: x`;
  return isSecret ? '[redacted]' : withoutSecrets(value);
}

/** As Python's logging writes it: local time, a comma before the milliseconds. */
function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function painted(text: string, level: LogLevel, color: boolean): string {
  const colors = picocolors.createColors(color);
  if (level === 'error') return colors.red(text);
  if (level === 'warn') return colors.yellow(text);
  return level === 'debug' ? colors.dim(text) : text;
}
