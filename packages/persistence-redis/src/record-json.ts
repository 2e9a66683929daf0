import { isJsonObject, type HandlerId, type Json, type JsonObject, type ProgressRecord, type Purpose } from '@kopfts/core';

/** Records as JSON and back. Pure. Moments are milliseconds since 1970, with fractions. */

const PURPOSES: readonly Json[] = ['create', 'update', 'delete', 'resume'] satisfies Purpose[];

export function recordsToJson(records: ReadonlyMap<HandlerId, ProgressRecord>): JsonObject {
  return Object.fromEntries([...records].map(([id, record]) => [id, recordToJson(record)]));
}

function recordToJson(record: ProgressRecord): JsonObject {
  const fields = Object.entries<Json | undefined>({ ...record }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}

/** `undefined` if nobody can have written it: it came from elsewhere. */
export function recordsFromJson(value: Json): ReadonlyMap<HandlerId, ProgressRecord> | undefined {
  if (!isJsonObject(value)) return undefined;
  const records = new Map<HandlerId, ProgressRecord>();
  for (const id of Object.keys(value)) {
    const record = recordFromJson(value[id]);
    if (record === undefined) return undefined;
    records.set(id, record);
  }
  return records;
}

function recordFromJson(value: Json | undefined): ProgressRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { started, stopped, delayed, purpose, retries, success, failure, message, subrefs } = value;
  const isWhole =
    isMoment(started) &&
    (stopped === undefined || isMoment(stopped)) &&
    (delayed === undefined || isMoment(delayed)) &&
    (purpose === undefined || PURPOSES.includes(purpose)) &&
    typeof retries === 'number' &&
    Number.isSafeInteger(retries) &&
    retries >= 0 &&
    typeof success === 'boolean' &&
    typeof failure === 'boolean' &&
    (message === undefined || typeof message === 'string') &&
    (subrefs === undefined || (Array.isArray(subrefs) && subrefs.every((id) => typeof id === 'string')));
  if (!isWhole) return undefined;
  return {
    started,
    stopped,
    delayed,
    purpose: purpose as Purpose | undefined,
    retries,
    success,
    failure,
    message,
    subrefs: subrefs as readonly HandlerId[] | undefined,
  };
}

function isMoment(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
