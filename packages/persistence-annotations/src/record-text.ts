import { formatInstant, isJsonObject, parseInstant, parseJson, stringifyJson } from '@kopfts/core';
import type { HandlerId, Instant, Json, JsonObject, ProgressRecord, Purpose } from '@kopfts/core';

/** A progress record as text and back: Kopf's fields in Kopf's order (spec G-01..G-07, A.2). Pure. */

const PURPOSES: readonly string[] = ['create', 'update', 'delete', 'resume'] satisfies Purpose[];

/** The mapping of a record, with `null` for what it does not have. */
export function recordFields(record: ProgressRecord): Record<string, Json> {
  return {
    started: formatInstant(record.started),
    stopped: record.stopped === undefined ? null : formatInstant(record.stopped),
    delayed: record.delayed === undefined ? null : formatInstant(record.delayed),
    purpose: record.purpose ?? null,
    retries: record.retries,
    success: record.success,
    failure: record.failure,
    message: record.message ?? null,
    subrefs: record.subrefs === undefined || record.subrefs.length === 0 ? null : sorted(record.subrefs),
  };
}

/** As Python sorts: by code points, not by units of UTF-16. */
function sorted(ids: readonly HandlerId[]): readonly HandlerId[] {
  const points = (text: string): string => Array.from(text, (char) => (char.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('');
  return [...ids].sort((a, b) => (points(a) < points(b) ? -1 : 1));
}

/** Compact JSON, without nulls unless `verbose` (ST-21). */
export function writeRecord(record: ProgressRecord, verbose: boolean): string {
  const entries = Object.entries(recordFields(record)).filter(([, value]) => verbose || value !== null);
  return asciiJson(Object.fromEntries(entries));
}

/** Whether both say the same, whatever their text is (G-10). */
export function sameRecord(a: ProgressRecord, b: ProgressRecord): boolean {
  return writeRecord(a, false) === writeRecord(b, false);
}

/**
 * What is stored for a handler, taken with distrust: anybody can edit objects. Nothing but a mapping is a record; fields that no
 * operator can have written count as absent. A purpose that is unknown makes the whole record useless: taken for a wildcard (G-03),
 * it could skip a handler.
 */
export function interpretRecord(
  stored: Json | undefined,
  now: Instant,
  onUnreadable: (fields: readonly string[]) => void,
): ProgressRecord | undefined {
  if (stored === undefined || stored === null) return undefined;
  if (!isJsonObject(stored)) {
    onUnreadable([]);
    return undefined;
  }
  const wrong = Object.keys(EXPECTED).filter((field) => Object.hasOwn(stored, field) && !isExpected(field, stored[field]));
  if (wrong.length > 0) onUnreadable(wrong);
  return wrong.includes('purpose') ? undefined : readRecord(stored, now);
}

const isInstant = (value: Json): boolean => instantOf(value) !== undefined;
const isBoolean = (value: Json): boolean => typeof value === 'boolean';

/** What operators write, besides null, which is the same as nothing (G-02..G-04). */
const EXPECTED: Readonly<Record<keyof ProgressRecord, (value: Json) => boolean>> = {
  started: isInstant,
  stopped: isInstant,
  delayed: isInstant,
  purpose: (value) => purposeOf(value) !== undefined,
  retries: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  success: isBoolean,
  failure: isBoolean,
  message: (value) => typeof value === 'string',
  subrefs: (value) => Array.isArray(value) && value.every((id) => typeof id === 'string'),
};

function isExpected(field: string, value: Json | undefined): boolean {
  return value === undefined || value === null || EXPECTED[field as keyof ProgressRecord](value);
}

/** A stored mapping as a record: missing fields, nulls and unknown fields are taken as they come (G-06, G-07, MIG-06). */
export function readRecord(fields: JsonObject, now: Instant): ProgressRecord {
  const retries = fields['retries'];
  const subrefs = fields['subrefs'];
  return {
    started: instantOf(fields['started']) ?? now,
    stopped: instantOf(fields['stopped']),
    delayed: instantOf(fields['delayed']),
    purpose: purposeOf(fields['purpose']),
    retries: typeof retries === 'number' && Number.isSafeInteger(retries) && retries > 0 ? retries : 0,
    success: fields['success'] === true,
    failure: fields['failure'] === true,
    message: typeof fields['message'] === 'string' ? fields['message'] : undefined,
    subrefs: Array.isArray(subrefs) ? subrefs.filter((id): id is HandlerId => typeof id === 'string') : undefined,
  };
}

/** No object is nested that deep, and walking through a value that is would overflow the stack. */
const MAX_DEPTH = 1000;

/** `'absent'` for a JSON null (ST-28), `'unreadable'` for what is no JSON mapping: anybody can edit objects. */
export function parseMapping(text: string): JsonObject | 'absent' | 'unreadable' {
  if (isDeeperThan(MAX_DEPTH, text)) return 'unreadable';
  try {
    const value = parseJson(text);
    if (value === null) return 'absent';
    return isJsonObject(value) ? value : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function isDeeperThan(limit: number, text: string): boolean {
  if (text.length < 2 * limit) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inText) {
      if (char === '\\') i += 1;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

/** Compact JSON with `\uXXXX` for everything outside printable ASCII, as Python writes it (ST-44). */
export function asciiJson(value: Json): string {
  return stringifyJson(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function instantOf(value: Json | undefined): Instant | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

function purposeOf(value: Json | undefined): Purpose | undefined {
  return typeof value === 'string' && PURPOSES.includes(value) ? (value as Purpose) : undefined;
}
