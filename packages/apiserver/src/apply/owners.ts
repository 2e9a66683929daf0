// `metadata.managedFields`: who owns which fields of an object. One entry per manager, operation, version and endpoint.

import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, stringAt } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { readFieldSet, union } from './field-set.js';

export type Operation = 'Apply' | 'Update';

export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** `''` for the main endpoint. */
  readonly subresource: string;
  /** When it last changed something; an applier that never did has none. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** The entry that it was read from or written as. */
  readonly entry?: JsonObject;
}

/** By identity. */
export type Owners = ReadonlyMap<string, Owner>;

export const NO_OWNERS: Owners = new Map();
const MOST_UPDATERS = 10;
const OLD_UPDATES = 'ancient-changes';

/** What tells owners apart: of appliers not the version, so that an applier stays one when it moves to another version. */
export function identityOf(owner: Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  const { manager, operation, subresource } = owner;
  return JSON.stringify({
    manager: manager === '' ? undefined : manager,
    operation,
    apiVersion: operation === 'Apply' ? undefined : owner.apiVersion,
    subresource: subresource === '' ? undefined : subresource,
  });
}

/** Reads what a client or the store says; undefined when an entry is not valid. */
export function readOwners(entries: JsonArray): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of entries) {
    const owner = isObject(entry) ? readOwner(entry) : undefined;
    if (owner === undefined) return undefined;
    owners.set(identityOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: JsonObject): Owner | undefined {
  const operation = stringAt(entry, 'operation');
  const apiVersion = stringAt(entry, 'apiVersion');
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (apiVersion === '' || stringAt(entry, 'fieldsType') !== 'FieldsV1') return undefined;
  const fields = readFields(own(entry, 'fieldsV1') ?? {});
  if (fields === undefined) return undefined;
  const time = stringAt(entry, 'time');
  return {
    manager: stringAt(entry, 'manager'),
    operation,
    apiVersion,
    subresource: stringAt(entry, 'subresource'),
    time: time === '' ? undefined : time,
    fields,
  };
}

function readFields(value: JsonValue): FieldSet | undefined {
  try {
    return readFieldSet(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether the client asks to forget all owners: by an empty list, or by one empty entry. */
export function isReset(entries: JsonValue | undefined): boolean {
  if (!isArray(entries)) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && isObject(first) && Object.keys(first).length === 0);
}

/** The owners as they are stored and answered: appliers first, then by time and name. `shared` gives one set for all that are equal. */
export function writeOwners(owners: Owners, shared: (fields: FieldSet) => FieldSet = itself): { entries: JsonArray; owners: Owners } {
  const written = [...owners.values()].map((owner) => {
    if (owner.entry !== undefined) return owner;
    const fields = shared(owner.fields);
    return { ...owner, fields, entry: writeOwner(owner, fields) };
  });
  return {
    entries: written.sort(compareOwners).map(({ entry }) => entry ?? {}),
    owners: new Map(written.map((owner) => [identityOf(owner), owner])),
  };
}

function itself(fields: FieldSet): FieldSet {
  return fields;
}

function writeOwner({ manager, operation, apiVersion, time, subresource }: Owner, fields: FieldSet): JsonObject {
  const entry: JsonDraft = manager === '' ? { operation, apiVersion } : { manager, operation, apiVersion };
  if (time !== undefined) entry['time'] = time;
  entry['fieldsType'] = 'FieldsV1';
  entry['fieldsV1'] = fields;
  if (subresource !== '') entry['subresource'] = subresource;
  return entry;
}

function compareOwners(a: Owner, b: Owner): number {
  return (
    compareTexts(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function secondsOf({ time }: Owner): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** Joins the oldest updaters of each version, until there are not more than the server remembers. */
export function limitUpdaters(owners: Owners): Owners {
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  if (updaters.length <= MOST_UPDATERS) return owners;
  updaters.sort(([idOfA, a], [idOfB, b]) => secondsOf(a) - secondsOf(b) || compareTexts(idOfA, idOfB));
  const kept = new Map(owners);
  const firstOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [id, owner] of updaters) {
    if (count <= MOST_UPDATERS) break;
    const first = firstOfVersion.get(owner.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(owner.apiVersion, id);
      continue;
    }
    const bucket: Owner = {
      manager: OLD_UPDATES,
      operation: 'Update',
      apiVersion: owner.apiVersion,
      subresource: '',
      time: owner.time,
      fields: owner.fields,
    };
    const old = kept.get(identityOf(bucket)) ?? kept.get(first);
    if (!kept.has(identityOf(bucket))) kept.delete(first);
    kept.delete(id);
    kept.set(identityOf(bucket), { ...bucket, fields: union(old?.fields ?? {}, owner.fields) });
    count -= 1;
  }
  return kept;
}
