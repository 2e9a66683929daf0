// Validation of custom resources against their structural schema, with the causes and texts of kube-apiserver.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { formatProblem } from './format.js';
import type { Patterns } from './pattern.js';

/** Where in an object we are; `path` is `''` at its root. */
export interface Place {
  readonly path: string;
  readonly patterns: Patterns;
  /**
   * The value that was here before a change. What is the same in memory is not looked at again: it was checked when it was stored, and
   * an update is not refused for what it does not touch.
   */
  readonly before?: JsonValue | undefined;
}

export function validateValue(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  if (value === place.before && typeof value === 'object') return [];
  if (value === null && own(schema, 'nullable') === true) return [];
  const wrongType = validateType(value, schema, place);
  if (wrongType !== undefined) return [wrongType, ...notWhole(value, schema, place)];
  return [
    ...validateEnum(value, schema, place),
    ...validateScalar(value, schema, place),
    ...(isArray(value) ? validateList(value, schema, place) : []),
    ...(isObject(value) ? validateObject(value, schema, place) : []),
    ...validateLogic(value, schema, place),
  ];
}

/** The range check of numbers stumbles over a fraction, too, without a place of its own. */
function notWhole(value: JsonValue, schema: JsonObject, { path }: Place): readonly FieldError[] {
  if (typeof value !== 'number' || own(schema, 'type') !== 'integer') return [];
  const format = stringAt(schema, 'format') || 'default';
  return [fieldInvalid('<nil>', '""', `Checked value must be of type integer (${format} format) in ${path}`)];
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function validateType(value: JsonValue, schema: JsonObject, place: Place): FieldError | undefined {
  const { path } = place;
  const wanted = own(schema, 'type');
  const actual = typeName(value);
  const isIntOrString = own(schema, 'x-kubernetes-int-or-string') === true;
  const matches = isIntOrString
    ? actual === 'integer' || actual === 'string'
    : actual === wanted || (wanted === 'number' && actual === 'integer');
  if (matches || (typeof wanted !== 'string' && !isIntOrString)) return undefined;
  const type = isIntOrString ? 'integer,string' : stringAt(schema, 'type');
  const message = `Invalid value: "${actual}": ${path} in body must be of type ${type}: "${actual}"`;
  return { reason: 'FieldValueTypeInvalid', field: path === '' ? '<nil>' : path, message };
}

function shown(value: JsonValue): string {
  return JSON.stringify(value);
}

function validateEnum(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const allowed = own(schema, 'enum');
  if (!isArray(allowed) || allowed.some((item) => deepEqual(item, value))) return [];
  const list = allowed.map(shown).join(', ');
  return [{ reason: 'FieldValueNotSupported', field: path, message: `Unsupported value: ${shown(value)}: supported values: ${list}` }];
}

function validateScalar(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  if (typeof value === 'number')
    return numberProblems(value, schema).map((problem) => fieldInvalid(path, shown(value), `${path} in body ${problem}`));
  if (typeof value !== 'string') return [];
  const format = own(schema, 'format');
  const problem = typeof format === 'string' ? formatProblem(value, format) : undefined;
  const wrongFormat: readonly FieldError[] =
    problem === undefined ? [] : [{ ...fieldInvalid(path, shown(value), `${path} in body ${problem}`), reason: 'FieldValueTypeInvalid' }];
  return [...firstTextProblem(value, schema, place), ...wrongFormat];
}

/** Length and pattern of a text: only the first violation is told. */
function firstTextProblem(value: string, schema: JsonObject, { path, patterns }: Place): readonly FieldError[] {
  const length = [...value].length;
  const longest = own(schema, 'maxLength');
  const shortest = own(schema, 'minLength');
  if (typeof longest === 'number' && length > longest) {
    return [{ reason: 'FieldValueTooLong', field: path, message: `Too long: may not be more than ${longest} bytes` }];
  }
  if (typeof shortest === 'number' && length < shortest) {
    return [fieldInvalid(path, shown(value), `${path} in body should be at least ${shortest} chars long`)];
  }
  const pattern = own(schema, 'pattern');
  if (typeof pattern === 'string' && patterns.get(pattern)?.test(value) === false) {
    return [fieldInvalid(path, shown(value), `${path} in body should match '${pattern}'`)];
  }
  return [];
}

function numberProblems(value: number, schema: JsonObject): readonly string[] {
  const problems: string[] = [];
  const maximum = own(schema, 'maximum');
  const minimum = own(schema, 'minimum');
  const factor = own(schema, 'multipleOf');
  const strictlyBelow = own(schema, 'exclusiveMaximum') === true;
  const strictlyAbove = own(schema, 'exclusiveMinimum') === true;
  if (typeof maximum === 'number' && (strictlyBelow ? value >= maximum : value > maximum)) {
    problems.push(`should be less than ${strictlyBelow ? '' : 'or equal to '}${maximum}`);
  }
  if (typeof minimum === 'number' && (strictlyAbove ? value <= minimum : value < minimum)) {
    problems.push(`should be greater than ${strictlyAbove ? '' : 'or equal to '}${minimum}`);
  }
  if (typeof factor === 'number' && !Number.isInteger(value / factor)) problems.push(`should be a multiple of ${factor}`);
  return problems;
}

function validateList(list: readonly JsonValue[], schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const errors: FieldError[] = [];
  const most = own(schema, 'maxItems');
  const fewest = own(schema, 'minItems');
  if (typeof most === 'number' && list.length > most) errors.push(tooMany(path, list.length, most));
  if (typeof fewest === 'number' && list.length < fewest) {
    errors.push(fieldInvalid(path, String(list.length), `${path} in body should have at least ${fewest} items`));
  }
  if (own(schema, 'x-kubernetes-list-type') === 'set') errors.push(...duplicates(list, (item) => item, path));
  if (own(schema, 'x-kubernetes-list-type') === 'map') {
    const keys = stringsAt(schema, 'x-kubernetes-list-map-keys');
    errors.push(
      ...duplicates(list, (item) => (isObject(item) ? Object.fromEntries(keys.map((key) => [key, own(item, key) ?? null])) : item), path),
    );
  }
  const items = own(schema, 'items');
  if (!isObject(items)) return errors;
  const before = isArray(place.before) ? place.before : [];
  return [
    ...errors,
    ...list.flatMap((item, index) => validateValue(item, items, { ...place, path: `${path}[${index}]`, before: before[index] })),
  ];
}

function tooMany(field: string, actual: number, most: number): FieldError {
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${actual}: must have at most ${most} item${most === 1 ? '' : 's'}` };
}

function duplicates(list: readonly JsonValue[], keyOf: (item: JsonValue) => JsonValue, path: string): readonly FieldError[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = shown(keyOf(item));
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${key}` }];
  });
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
  const properties = objectAt(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  for (const key of Object.keys(object)) {
    const field = own(properties, key) ?? additional;
    if (!isObject(field)) continue;
    const was = isObject(place.before) ? own(place.before, key) : undefined;
    errors.push(...validateValue(own(object, key) ?? null, field, { ...place, path: at(key), before: was }));
  }
  return errors;
}

function validateLogic(value: JsonValue, schema: JsonObject, around: Place): readonly FieldError[] {
  // Whether a branch accepts a value depends on all of it.
  const place: Place = { ...around, before: undefined };
  const { path } = place;
  const branches = (key: string): readonly JsonObject[] => {
    const list = own(schema, key);
    return isArray(list) ? list.filter(isObject) : [];
  };
  const accepts = (branch: JsonObject): boolean => validateValue(value, branch, place).length === 0;
  const refuse = (why: string): FieldError =>
    fieldInvalid(path === '' ? '<nil>' : path, shown(value), `${path === '' ? '""' : `"${path}"`} ${why}`);
  const errors: FieldError[] = branches('allOf').flatMap((branch) => validateValue(value, branch, place));
  const any = branches('anyOf');
  if (any.length > 0 && !any.some(accepts))
    errors.push(refuse('must validate at least one schema (anyOf)'), ...(any[0] === undefined ? [] : validateValue(value, any[0], place)));
  const one = branches('oneOf');
  const accepting = one.filter(accepts).length;
  if (one.length > 0 && accepting !== 1) {
    errors.push(
      refuse(
        `must validate one and only one schema (oneOf). Found ${accepting === 0 ? 'none' : String(accepting)} valid${accepting === 0 ? '' : ' alternatives'}`,
      ),
    );
  }
  const not = own(schema, 'not');
  if (isObject(not) && accepts(not)) errors.push(refuse('must not validate the schema (not)'));
  return errors;
}
