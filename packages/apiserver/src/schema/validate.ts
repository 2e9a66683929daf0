// Validation of custom resources against their structural schema, with the causes and texts of kube-apiserver.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { jsonTextOf } from '../exact-numbers.js';
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
  if (wrongType !== undefined) {
    const others =
      typeof value === 'number' ? numberErrors(value, schema, place) : value === null ? validateEnum(value, schema, place) : [];
    return [wrongType, ...others];
  }
  return [
    ...validateEnum(value, schema, place),
    ...validateScalar(value, schema, place),
    ...(isArray(value) ? validateList(value, schema, place) : []),
    ...(isObject(value) ? validateObject(value, schema, place) : []),
    ...validateLogic(value, schema, place),
  ];
}

/** The range check of numbers, whose errors have no place of their own. */
function outOfRange(value: JsonValue, schema: JsonObject, { path }: Place): readonly FieldError[] {
  const [type, format] = [own(schema, 'type'), stringAt(schema, 'format')];
  if ((typeof value !== 'number' && typeof value !== 'bigint') || fits(value, type, format)) return [];
  const shownFormat = FORMATS.has(format) ? `with format ${format}` : '(default format)';
  return [fieldInvalid('<nil>', '""', `Checked value must be of type ${stringAt(schema, 'type')} ${shownFormat} in ${path}`)];
}

const FORMATS: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double']);
const LARGEST_FLOAT32 = 3.4028234663852886e38;

function fits(value: number | bigint, type: JsonValue | undefined, format: string): boolean {
  if (type === 'number') return format !== 'float' || Math.abs(Number(value)) <= LARGEST_FLOAT32;
  if (type !== 'integer' || typeof value === 'bigint') return format !== 'int32' || type !== 'integer';
  if (format === 'int32') return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
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
  const message = typeMessage(path, ...typeWords({ type, actual, format: stringAt(schema, 'format') }));
  return { reason: 'FieldValueTypeInvalid', field: path === '' ? '<nil>' : path, message };
}

/** Where a format is asked for, what is neither text nor list is refused in the words of Go's types, which for most have none. */
function typeWords({ type, actual, format }: { type: string; actual: string; format: string }): readonly [string, string] {
  if (format === '' || actual === 'string' || actual === 'array' || actual === 'null') return [type, actual];
  return [format, actual === 'integer' ? 'int64' : actual === 'number' ? 'float64' : ''];
}

function typeMessage(path: string, type: string, actual: string): string {
  return `Invalid value: "${actual}": ${path} in body must be of type ${type}: "${actual}"`;
}

function shown(value: JsonValue): string {
  return jsonTextOf(value);
}

function validateEnum(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const allowed = own(schema, 'enum');
  if (!isArray(allowed) || allowed.some((item) => deepEqual(item, value))) return [];
  const list = allowed.map((item) => (typeof item === 'string' ? shown(item) : JSON.stringify(shown(item)))).join(', ');
  return [{ reason: 'FieldValueNotSupported', field: path, message: `Unsupported value: ${shown(value)}: supported values: ${list}` }];
}

function validateScalar(value: JsonValue, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  if (typeof value === 'number' || typeof value === 'bigint') return numberErrors(value, schema, place);
  if (typeof value !== 'string') return [];
  const format = own(schema, 'format');
  const problem = typeof format === 'string' ? formatProblem(value, format) : undefined;
  const wrongFormat: readonly FieldError[] =
    problem === undefined ? [] : [{ ...fieldInvalid(path, shown(value), `${path} in body ${problem}`), reason: 'FieldValueTypeInvalid' }];
  return [...firstTextProblem(value, schema, place), ...wrongFormat];
}

/** A number of the wrong type is compared all the same. */
function numberErrors(value: number | bigint, schema: JsonObject, place: Place): readonly FieldError[] {
  const { path } = place;
  const text = typeof value === 'number' ? goFloat(value) : String(value);
  return [
    ...numberProblems(value, schema).map((problem) => fieldInvalid(path, text, `${path} in body ${problem}`)),
    ...outOfRange(value, schema, place),
  ];
}

/** A float as Go prints it with `%v`: with an exponent from 21 digits on, where it is no integer of 64 bits. */
function goFloat(value: number): string {
  if (Number.isSafeInteger(value) || Math.abs(value) < 1e6) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
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

/** The bounds of a schema are floats; a value of 64 bits is compared as what it is. */
function numberProblems(value: number | bigint, schema: JsonObject): readonly string[] {
  const problems: string[] = [];
  const [maximum, minimum, factor] = ['maximum', 'minimum', 'multipleOf'].map((key) => floatAt(schema, key));
  const strictlyBelow = own(schema, 'exclusiveMaximum') === true;
  const strictlyAbove = own(schema, 'exclusiveMinimum') === true;
  if (maximum !== undefined && (strictlyBelow ? value >= maximum : value > maximum)) {
    problems.push(`should be less than ${strictlyBelow ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (strictlyAbove ? value <= minimum : value < minimum)) {
    problems.push(`should be greater than ${strictlyAbove ? '' : 'or equal to '}${minimum}`);
  }
  if (factor !== undefined && !isMultiple(value, factor)) problems.push(`should be a multiple of ${factor}`);
  return problems;
}

function floatAt(schema: JsonObject, key: string): number | undefined {
  const value = own(schema, key);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function isMultiple(value: number | bigint, factor: number): boolean {
  if (typeof value === 'bigint') return Number.isInteger(factor) && value % BigInt(factor) === 0n;
  return Number.isInteger(value / factor);
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
      ...list.flatMap((item, index) => (isObject(item) ? [] : [noMapItem(item, `${path}[${index}]`)])),
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

function noMapItem(item: JsonValue, field: string): FieldError {
  return fieldInvalid(field, shown(item), 'must be an object for an array of list-type map');
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
