// Validation of custom resources against their structural schema, with the causes and texts of kube-apiserver. An update is not refused
// for what it leaves as it was: the errors of a value that equals the one before it do not count.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, stringsAt } from '../store/json-value.js';
import { itemBefore, isUnchanged } from './correlate.js';
import { isKnownFormat } from './format.js';
import type { ValuePlace } from './value-checks.js';
import { validateEnum, validateScalar, validateType } from './value-checks.js';

/** Where in an object we are. */
export interface Place extends ValuePlace {
  /** The value that was here before a change; undefined where there was none that this one can be compared with. */
  readonly before?: JsonValue | undefined;
}

export function validateValue(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const { before } = place;
  if (value === before && typeof value === 'object') return [];
  const errors = validateAnew(value, schema, place);
  return errors.length > 0 && before !== undefined && isUnchanged(value, before, schema) ? [] : errors;
}

/** Like {@link validateValue}, but only what is inside the value may count as unchanged, not the value itself. */
export function validateAnew(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  if (value === null && own(schema, 'nullable') === true) return [];
  const wrongType = validateType(value, schema, place);
  const ofType = wrongType === undefined ? [] : [wrongType];
  if (value === null) return [...ofType, ...validateEnum(value, schema, place)];
  // What has the wrong type is held to everything else all the same.
  return [
    ...ofType,
    ...validateLogic(value, schema, place),
    ...validateScalar(value, schema, place),
    ...(isArray(value) ? validateList(value, schema, place) : []),
    ...validateEnum(value, schema, place),
    ...(isObject(value) ? validateObject(value, schema, place) : []),
  ];
}

function validateList(list: JsonArray, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const errors: FieldError[] = [];
  const items = own(schema, 'items');
  if (isObject(items)) {
    for (const [index, item] of list.entries()) {
      const before = itemBefore(item, place.before, schema);
      errors.push(...validateValue(item, items, { ...place, path: `${path}[${index}]`, before }));
    }
  }
  const most = own(schema, 'maxItems');
  const fewest = own(schema, 'minItems');
  if (typeof fewest === 'number' && list.length < fewest) {
    errors.push(fieldInvalid(path, String(list.length), `${path} in body should have at least ${fewest} items`));
  }
  if (typeof most === 'number' && list.length > most) errors.push(tooMany(path, list.length, most));
  return errors;
}

function tooMany(field: string, actual: number, most: number): FieldError {
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${most} item${most === 1 ? '' : 's'}` };
}

function validateObject(object: JsonObject, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const errors: FieldError[] = [];
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const size = Object.keys(object).length;
  const most = own(schema, 'maxProperties');
  const fewest = own(schema, 'minProperties');
  if (typeof most === 'number' && size > most) errors.push(tooMany(path, size, most));
  if (typeof fewest === 'number' && size < fewest) {
    errors.push(fieldInvalid(path, String(size), `${path} in body should have at least ${fewest} properties`));
  }
  for (const key of stringsAt(schema, 'required')) if (!Object.hasOwn(object, key)) errors.push(fieldRequired(at(key)));
  for (const [key, field] of fieldsOf(object, schema)) {
    const before = isObject(place.before) ? own(place.before, key) : undefined;
    errors.push(...validateValue(own(object, key) ?? null, field, { ...place, path: at(key), before }));
  }
  return errors;
}

/** The members of an object that have a schema, with it. */
function fieldsOf(object: JsonObject, schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const properties = objectAt(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  return Object.keys(object).flatMap((key) => {
    const field = own(properties, key) ?? additional;
    return isObject(field) ? [[key, field] as const] : [];
  });
}

function branchesOf(schema: JsonObject, key: string): readonly JsonObject[] {
  const list = own(schema, key);
  return isArray(list) ? list.filter(isObject) : [];
}

function validateLogic(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const [any, one, all] = [branchesOf(schema, 'anyOf'), branchesOf(schema, 'oneOf'), branchesOf(schema, 'allOf')];
  const not = own(schema, 'not');
  if (any.length + one.length + all.length === 0 && !isObject(not)) return [];
  const errorsOf = (branch: JsonObject): readonly FieldError[] => validateAnew(value, branch, place);
  // These errors have no place of their own.
  const refuse = (why: string): FieldError => fieldInvalid('<nil>', '""', `${JSON.stringify(place.path)} ${why}`);
  const ofAll = all.map(errorsOf);
  const failed = ofAll.filter((errors) => errors.length > 0).length;
  return distinct([
    ...anyErrors(any, { value, place, refuse }),
    ...oneErrors(one, { value, place, refuse }),
    ...ofAll.flat(),
    ...(failed === 0 ? [] : [refuse(`must validate all the schemas (allOf)${failed === all.length ? '. None validated' : ''}`)]),
    ...(isObject(not) && errorsOf(not).length === 0 ? [refuse('must not validate the schema (not)')] : []),
  ]);
}

interface Branching {
  readonly value: JsonValue;
  readonly place: Place;
  readonly refuse: (why: string) => FieldError;
}

function anyErrors(branches: readonly JsonObject[], { value, place, refuse }: Branching): readonly FieldError[] {
  if (branches.length === 0 || branches.some((branch) => validateAnew(value, branch, place).length === 0)) return [];
  return [refuse('must validate at least one schema (anyOf)'), ...closestErrors(branches, value, place)];
}

function oneErrors(branches: readonly JsonObject[], { value, place, refuse }: Branching): readonly FieldError[] {
  const accepting = branches.filter((branch) => validateAnew(value, branch, place).length === 0).length;
  if (branches.length === 0 || accepting === 1) return [];
  const found = accepting === 0 ? 'Found none valid' : `Found ${accepting} valid alternatives`;
  const refusal = refuse(`must validate one and only one schema (oneOf). ${found}`);
  return [refusal, ...(accepting === 0 ? closestErrors(branches, value, place) : [])];
}

/** Of branches that all refuse a value, the real server tells the errors of the one in which most checks were made. */
function closestErrors(branches: readonly JsonObject[], value: JsonValue, place: Place): readonly FieldError[] {
  const matches = branches.map((branch) => matchesIn(value, branch, place));
  const closest = branches[matches.indexOf(Math.max(...matches))];
  return closest === undefined ? [] : validateAnew(value, closest, place);
}

/** How many checks the real server counts for a value, whether it passes them or not; only a type must fit to count twice. */
function matchesIn(value: JsonValue, schema: JsonObject, place: Place): number {
  const fits = validateType(value, schema, place) === undefined;
  if (value === null) return fits || own(schema, 'nullable') === true ? 1 : 0;
  const format = own(schema, 'format');
  const isTyped = own(schema, 'type') !== undefined || format !== undefined;
  const below = isArray(value) ? matchesInItems(value, schema, place) : isObject(value) ? matchesInFields(value, schema, place) : 0;
  const ofKind =
    typeof value === 'string'
      ? typeof format === 'string' && isKnownFormat(format)
        ? 2
        : 1
      : typeof value === 'number' || typeof value === 'bigint' || isArray(value)
        ? 2
        : isObject(value)
          ? 1
          : 0;
  return 4 + (isTyped ? (fits ? 2 : 1) : 0) + ofKind + below + matchesInBranches(value, schema, place);
}

function matchesInItems(list: JsonArray, schema: JsonObject, place: Place): number {
  const items = own(schema, 'items');
  return isObject(items) ? list.reduce((sum: number, item) => sum + matchesIn(item, items, place), 0) : 0;
}

function matchesInFields(object: JsonObject, schema: JsonObject, place: Place): number {
  return fieldsOf(object, schema).reduce((sum, [key, field]) => sum + matchesIn(own(object, key) ?? null, field, place), 0);
}

function matchesInBranches(value: JsonValue, schema: JsonObject, place: Place): number {
  const count = (branch: JsonObject): number => matchesIn(value, branch, place);
  const accepts = (branch: JsonObject): boolean => validateAnew(value, branch, place).length === 0;
  const most = (branches: readonly JsonObject[]): number => Math.max(0, ...branches.map(count));
  const [any, one, all] = [branchesOf(schema, 'anyOf'), branchesOf(schema, 'oneOf'), branchesOf(schema, 'allOf')];
  const [firstOfAny, ofOne] = [any.find(accepts), one.filter(accepts)];
  const fromOne = ofOne.length === 0 ? most(one) : ofOne.length === 1 ? ofOne.reduce((sum, branch) => sum + count(branch), 0) : 0;
  return (firstOfAny === undefined ? most(any) : count(firstOfAny)) + fromOne + all.reduce((sum, branch) => sum + count(branch), 0);
}

function distinct(errors: readonly FieldError[]): readonly FieldError[] {
  const seen = new Set<string>();
  return errors.filter(({ field, message }) => {
    const text = `${field} ${message}`;
    return !seen.has(text) && seen.add(text);
  });
}
