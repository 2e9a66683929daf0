// Checks of one value: its type, the values that are allowed, the bounds of numbers and texts.

import type { FieldError } from '../errors.js';
import { fieldInvalid } from '../errors.js';
import { jsonTextOf } from '../exact-numbers.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, own, stringAt } from '../store/json-value.js';
import { readExpression } from '../regular-expression.js';
import { formatProblem, isKnownFormat } from './format.js';

/** Where a checked value is: `path` is `''` at the root of the object. */
export interface ValuePlace {
  readonly path: string;
}

export function validateType(value: JsonValue, schema: JsonObject, place: ValuePlace): FieldError | undefined {
  const { path } = place;
  const wanted = own(schema, 'type');
  const actual = typeName(value);
  const isIntOrString = own(schema, 'x-kubernetes-int-or-string') === true;
  const isNumeric = wanted === 'number' || wanted === 'integer';
  const format = knownFormat(schema);
  // Where a format is asked for, a list passes for a text.
  if (actual === 'array' && format !== '' && !isNumeric && !isIntOrString) return undefined;
  const matches = isIntOrString
    ? actual === 'integer' || actual === 'string'
    : actual === wanted || (wanted === 'number' && actual === 'integer');
  if (matches || (typeof wanted !== 'string' && !isIntOrString)) return undefined;
  const type = isIntOrString ? 'integer,string' : stringAt(schema, 'type');
  const message = typeMessage(path, ...typeWords({ type, actual, format }));
  return { reason: 'FieldValueTypeInvalid', field: path === '' ? '<nil>' : path, message };
}

/** The format of a schema; empty for one that nobody knows, which counts for nothing. */
function knownFormat(schema: JsonObject): string {
  const format = stringAt(schema, 'format');
  return isKnownFormat(format) || FORMATS.has(format) ? format : '';
}

/** Where a format is asked for, what is neither text nor list is refused in the words of Go's types, which for most have none. */
function typeWords({ type, actual, format }: { type: string; actual: string; format: string }): readonly [string, string] {
  if (format === '' || actual === 'string' || actual === 'array' || actual === 'null') return [type, actual];
  return [format, actual === 'integer' ? 'int64' : actual === 'number' ? 'float64' : ''];
}

function typeMessage(path: string, type: string, actual: string): string {
  return `Invalid value: "${actual}": ${path} in body must be of type ${type}: "${actual}"`;
}

export function shown(value: JsonValue): string {
  return jsonTextOf(value);
}

export function validateEnum(value: JsonValue, schema: JsonObject, place: ValuePlace): readonly FieldError[] {
  const { path } = place;
  const allowed = own(schema, 'enum');
  if (!isArray(allowed) || allowed.length === 0 || allowed.some((item) => isAllowed(value, item))) return [];
  const list = allowed.map((item) => (typeof item === 'string' ? shown(item) : JSON.stringify(shown(item)))).join(', ');
  return [{ reason: 'FieldValueNotSupported', field: path, message: `Unsupported value: ${shown(value)}: supported values: ${list}` }];
}

/** The real server converts the value to the Go type of what is allowed before it compares them. */
function isAllowed(value: JsonValue, allowed: JsonValue): boolean {
  if (typeof value === 'number' && typeof allowed === 'number' && Number.isInteger(allowed)) return Math.trunc(value) === allowed;
  return deepEqual(allowed, value);
}

export function validateScalar(value: JsonValue, schema: JsonObject, place: ValuePlace): readonly FieldError[] {
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
function numberErrors(value: number | bigint, schema: JsonObject, place: ValuePlace): readonly FieldError[] {
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
function firstTextProblem(value: string, schema: JsonObject, { path }: ValuePlace): readonly FieldError[] {
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
  if (typeof pattern === 'string' && pattern !== '' && !matches(value, pattern)) {
    return [fieldInvalid(path, shown(value), `${path} in body should match '${pattern}'`)];
  }
  return [];
}

/** What is no expression is refused in definitions, and restricts nothing. */
function matches(value: string, pattern: string): boolean {
  const read = readExpression(pattern);
  return 'error' in read || read.expression.test(value);
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

/** The range check of numbers, whose errors have no place of their own. */
function outOfRange(value: JsonValue, schema: JsonObject, { path }: ValuePlace): readonly FieldError[] {
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
