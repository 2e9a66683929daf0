import { formatInstant, isJsonObject, parseInstant, parseJson, stringifyJson } from '@kopfts/core';
import type { HandlerId, Instant, Json, JsonObject, ProgressRecord, Purpose } from '@kopfts/core';

/** A progress record as text and back: Kopf's fields in Kopf's order (spec G-01..G-07, A.2). Pure. */

const PURPOSES: readonly string[] = ['create', 'update', 'delete', 'resume'] satisfies Purpose[];

/** The mapping of a record, with `null` for what it does not have. */
function recordFields(record: ProgressRecord): Record<string, Json> {
  return {
    started: formatInstant(record.started),
    stopped: record.stopped === undefined ? null : formatInstant(record.stopped),
    delayed: record.delayed === undefined ? null : formatInstant(record.delayed),
    purpose: record.purpose ?? null,
    retries: record.retries,
    success: record.success,
    failure: record.failure,
    message: record.message ?? null,
    subrefs: record.subrefs === undefined ? null : [...record.subrefs],
  };
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

/** `'absent'` for a JSON null (ST-28), `'unreadable'` for what is no JSON mapping: anybody can edit annotations. */
export function parseMapping(text: string): JsonObject | 'absent' | 'unreadable' {
  try {
    const value = parseJson(text);
    if (value === null) return 'absent';
    return isJsonObject(value) ? value : 'unreadable';
  } catch {
    return 'unreadable';
  }
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
