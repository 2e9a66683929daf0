// A fact as a record: a constant message and fields. What objects hold never gets in: of a change only the fields, of a refusal only the filter.
import { isJsonObject, resourceName, type Fact, type FactError, type LogLevel, type ObjectRef, withoutSecrets } from '@kopfts/core';

export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly object: ObjectRef | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** All facts are at least steps. */
export function recordOf(fact: Fact): LogRecord {
  const object = 'object' in fact ? fact.object : undefined;
  if (fact.kind === 'logged') return { level: fact.level, message: withoutSecrets(fact.message), object, fields: safeFields(fact.fields) };
  if (fact.kind === 'plugin') return pluginRecord(fact);
  return { level: levelOf(fact), message: fact.kind.replaceAll('-', ' '), object, fields: fieldsOf(fact) };
}

function pluginRecord(fact: Extract<Fact, { kind: 'plugin' }>): LogRecord {
  const said = isJsonObject(fact.data) ? fact.data : {};
  const level = isLevel(said['level']) ? said['level'] : 'debug';
  const message = typeof said['message'] === 'string' ? withoutSecrets(said['message']) : fact.name;
  return { level, message, object: undefined, fields: { plugin: fact.plugin, fact: fact.name } };
}

/** Info: what a user asked for happened; warn: degraded, continuing; error: someone must act. */
function levelOf(fact: Fact): LogLevel {
  switch (fact.kind) {
    case 'operator-started':
    case 'operator-ready':
    case 'operator-stopped':
    case 'kind-released':
    case 'pass-ended':
    case 'pass-superseded':
      return 'info';
    case 'handler-ended':
    case 'activity-handler-ended':
      if (fact.result === 'failed') return 'error';
      if (fact.result === 'retry' || fact.result === 'ignored') return 'warn';
      return fact.result === 'succeeded' && !('family' in fact && (fact.family === 'event' || fact.family === 'timer')) ? 'info' : 'debug';
    case 'watch-health':
      return fact.state === 'denied' ? 'error' : fact.state === 'retrying' ? 'warn' : 'debug';
    case 'kind-refused':
    case 'object-failed':
    case 'result-dropped':
      return 'error';
    case 'notes-contested':
      return fact.news === 'kind' ? 'warn' : 'debug';
    case 'kind-unresolved':
    case 'epoch-opened':
    case 'fields-not-kept':
    case 'fields-overwritten':
    case 'numbers-rounded':
    case 'handler-abandoned':
      return 'warn';
    default:
      return 'debug';
  }
}

/** Words and numbers of facts that say nothing of what objects hold. */
const PLAIN = [
  'name',
  'version',
  'activity',
  'handler',
  'family',
  'attempt',
  'result',
  'retryInMs',
  'tookMs',
  'waitedMs',
  'collections',
  'why',
  'state',
  'objects',
  'resourceVersion',
  'type',
  'inferred',
  'count',
  'reason',
  'initial',
  'filter',
  'old',
  'by',
  'succeeded',
  'failed',
  'left',
  'plugin',
  'change',
  'endpoint',
  'outcome',
  'selector',
  'selectors',
  'handlers',
  'until',
  'stage',
  'nextCheckInMs',
  'abandoned',
] as const;

function fieldsOf(fact: Fact): Record<string, unknown> {
  const fields: Record<string, unknown> = { fact: fact.kind };
  for (const name of PLAIN) {
    const value: unknown = Reflect.get(fact, name);
    if (value !== undefined) fields[name] = value;
  }
  if ('of' in fact) Object.assign(fields, { resource: resourceName(fact.of.resource), namespace: fact.of.namespace });
  if ('error' in fact) Object.assign(fields, errorFields(fact.error));
  // Which fields changed is why handlers run; what they hold may be secret.
  if (fact.kind === 'cause-detected') fields['changed'] = fact.diff.map(({ op, field }) => `${op} ${field.join('.')}`);
  if (fact.kind === 'fields-not-kept') fields['fields'] = fact.fields.map(({ field }) => field);
  if (fact.kind === 'fields-overwritten') fields['fields'] = fact.fields.map(({ field }) => field);
  if (fact.kind === 'numbers-rounded') fields['fields'] = fact.fields;
  if (fact.kind === 'notes-contested')
    Object.assign(fields, { how: fact.how, fields: fact.fields, managers: fact.managers, times: fact.times });
  return fields;
}

/** Its text, never its cause, its stack or what else hangs on it. */
export function errorFields({ code, message }: FactError): Record<string, unknown> {
  return { ...(code === undefined ? {} : { code }), error: withoutSecrets(message) };
}

/** Fields of handlers' own lines may be anything: errors, big integers, circles. */
function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, safe(value)]));
}

function safe(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (value instanceof Error) return withoutSecrets(value.message);
  try {
    const text = JSON.stringify(value) as string | undefined; // Functions and symbols have none.
    return text === undefined ? String(value) : JSON.parse(withoutSecrets(text));
  } catch {
    return typeof value === 'bigint' ? value.toString() : typeof value;
  }
}

function isLevel(value: unknown): value is LogLevel {
  return value === 'debug' || value === 'info' || value === 'warn' || value === 'error';
}
