// What kube-apiserver asks of the schemas in a definition so that they are structural: every field has a type outside of the logic
// (`allOf`, `anyOf`, `oneOf`, `not`), and the logic only restricts what is specified there.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired } from '../errors.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { readExpression } from '../regular-expression.js';
import { arrayAt, deepEqual, isArray, isObject, objectAt, own, stringAt } from '../store/json-value.js';

type Level = 'root' | 'item' | 'field';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const INT_OR_STRING = 'x-kubernetes-int-or-string';
const EMBEDDED = 'x-kubernetes-embedded-resource';
const INT_OR_STRING_TYPES: JsonValue = [{ type: 'integer' }, { type: 'string' }];
const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** The errors of a root schema, in the order in which they are told. */
export function structuralErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const found = [...invariants(schema, 'root', at), ...incomplete(schema, schema, { at, from: at })];
  const textOf = ({ field, message }: FieldError): string => `${field}: ${message}`;
  return found.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

const is = (schema: JsonObject, key: string): boolean => own(schema, key) === true;

/** The schemas of the properties, with the steps to them. */
function propertiesOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const properties = objectAt(schema, 'properties');
  return Object.keys(properties).flatMap((key) => {
    const field = own(properties, key);
    return isObject(field) ? [[key, field] as const] : [];
  });
}

function invariants(schema: JsonObject, level: Level, at: string): readonly FieldError[] {
  const [items, additional] = [own(schema, 'items'), own(schema, 'additionalProperties')];
  return [
    ...(stringAt(schema, 'type') === 'array' && items === undefined ? [fieldRequired(`${at}.items`, 'must be specified')] : []),
    ...(isObject(items) ? invariants(items, 'item', `${at}.items`) : []),
    ...propertiesOf(schema).flatMap(([key, field]) => invariants(field, 'field', `${at}.properties[${key}]`)),
    ...(additional !== undefined && additional !== false && level === 'root'
      ? [fieldForbidden(`${at}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(isObject(additional) ? invariants(additional, 'field', `${at}.additionalProperties`) : []),
    ...extensionErrors(schema, at),
    ...logicErrors(schema, level, at),
    ...patternErrors(schema, at),
    ...typeErrors(schema, level, at),
    ...metadataErrors(schema, level, at),
  ];
}

function extensionErrors(schema: JsonObject, at: string): readonly FieldError[] {
  if (!is(schema, INT_OR_STRING)) return [];
  return [PRESERVE, EMBEDDED]
    .filter((key) => is(schema, key))
    .map((key) => fieldInvalid(`${at}.${key}`, 'true', 'must be false if x-kubernetes-int-or-string is true'));
}

function typeErrors(schema: JsonObject, level: Level, at: string): readonly FieldError[] {
  const type = stringAt(schema, 'type');
  const [isEmbedded, isFree] = [is(schema, EMBEDDED), is(schema, PRESERVE)];
  const errors: FieldError[] = [];
  if (isEmbedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? fieldRequired(`${at}.type`, why) : fieldInvalid(`${at}.type`, JSON.stringify(type), why));
  } else if (type === '' && !is(schema, INT_OR_STRING) && !isFree) errors.push(fieldRequired(`${at}.type`, UNTYPED[level]));
  if (isEmbedded && own(schema, 'additionalProperties') !== undefined)
    errors.push(fieldForbidden(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(fieldInvalid(`${at}.type`, JSON.stringify(type), 'must be object at the root'));
  if (isEmbedded && !isFree && Object.keys(objectAt(schema, 'properties')).length === 0) {
    const why = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(fieldRequired(`${at}.properties`, why));
  }
  return errors;
}

/** The type and the metadata of objects are what they are: a schema may restrict nothing of them but names. */
function metadataErrors(schema: JsonObject, level: Level, at: string): readonly FieldError[] {
  const isObjectRoot = level === 'root' || is(schema, EMBEDDED);
  return propertiesOf(schema).flatMap(([key, field]) => {
    const place = `${at}.properties[${key}]`;
    const type = stringAt(field, 'type');
    const mustBe = (wanted: string): readonly FieldError[] =>
      isObjectRoot && type !== wanted ? [fieldInvalid(`${place}.type`, JSON.stringify(type), `must be ${wanted}`)] : [];
    if (key === 'kind' || key === 'apiVersion') return mustBe('string');
    if (key !== 'metadata') return [];
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    return [...mustBe('object'), ...(level === 'root' && !restrictsOnlyNames(field) ? [fieldForbidden(place, why)] : [])];
  });
}

function restrictsOnlyNames(metadata: JsonObject): boolean {
  const named = Object.keys(objectAt(metadata, 'properties')).every((key) => key === 'name' || key === 'generateName');
  return named && Object.keys(metadata).every((key) => key === 'type' || key === 'default' || key === 'properties');
}

/** The parts of the logic of a schema, with the steps to them. */
function logicOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const not = own(schema, 'not');
  const lists = ['anyOf', 'allOf', 'oneOf'].flatMap((key) =>
    arrayAt(schema, key).flatMap((part, index) => (isObject(part) ? [[`${key}[${index}]`, part] as const] : [])),
  );
  return isObject(not) ? [...lists, ['not', not] as const] : lists;
}

/** Where both types of a number or text are named, which no other logic may do. */
function namesBothTypes(schema: JsonObject): boolean {
  return deepEqual(own(schema, 'anyOf'), INT_OR_STRING_TYPES);
}

function logicErrors(schema: JsonObject, level: Level, at: string): readonly FieldError[] {
  const first = arrayAt(schema, 'allOf')[0];
  const skipsFirst = isObject(first) && namesBothTypes(first);
  return logicOf(schema).flatMap(([step, part]) => {
    if (step.startsWith('anyOf') && namesBothTypes(schema)) return [];
    return nestedErrors(step === 'allOf[0]' && skipsFirst ? { ...part, anyOf: [] } : part, level, `${at}.${step}`);
  });
}

function patternErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const pattern = stringAt(schema, 'pattern');
  const read = pattern === '' ? undefined : readExpression(pattern);
  if (read === undefined || !('error' in read)) return [];
  return [fieldInvalid(`${at}.pattern`, JSON.stringify(pattern), `must be a valid regular expression, but isn't: ${read.error}`)];
}

const EMPTY_TO_BE_STRUCTURAL = ['type', 'title', 'description', 'x-kubernetes-list-map-keys', 'x-kubernetes-validations'];
const FALSE_TO_BE_STRUCTURAL = ['nullable', PRESERVE, EMBEDDED, INT_OR_STRING];
const UNDEFINED_TO_BE_STRUCTURAL = ['additionalProperties', 'default', 'x-kubernetes-list-type', 'x-kubernetes-map-type'];

/** Logic may restrict, not describe. */
function nestedErrors(schema: JsonObject, level: Level, at: string): readonly FieldError[] {
  const items = own(schema, 'items');
  const forbid = (keys: readonly string[], isWrong: (value: JsonValue) => boolean, what: string): readonly FieldError[] =>
    keys
      .filter((key) => isWrong(own(schema, key) ?? null))
      .map((key) => fieldForbidden(`${at}.${key}`, `must be ${what} to be structural`));
  return [
    ...logicOf(schema).flatMap(([step, part]) => nestedErrors(part, level, `${at}.${step}`)),
    ...patternErrors(schema, at),
    ...(isObject(items) ? nestedErrors(items, level, `${at}.items`) : []),
    ...propertiesOf(schema).flatMap(([key, field]) => nestedErrors(field, 'field', `${at}.properties[${key}]`)),
    ...forbid(EMPTY_TO_BE_STRUCTURAL, (value) => (isArray(value) || typeof value === 'string') && value.length > 0, 'empty'),
    ...forbid(FALSE_TO_BE_STRUCTURAL, (value) => value === true, 'false'),
    ...forbid(UNDEFINED_TO_BE_STRUCTURAL, (value) => value !== null, 'undefined'),
    ...(isObject(own(objectAt(schema, 'properties'), 'metadata'))
      ? [fieldForbidden(`${at}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ];
}

interface Counterpart {
  /** Where the structure is. */
  readonly at: string;
  /** Where the logic is. */
  readonly from: string;
}

/** What logic restricts must be specified outside of it. */
function incomplete(logic: JsonObject, schema: JsonObject, { at, from }: Counterpart): readonly FieldError[] {
  return logicOf(logic).flatMap(([step, part]) => incompleteParts(part, schema, { at, from: `${from}.${step}` }));
}

function incompleteParts(logic: JsonObject, schema: JsonValue | undefined, { at, from }: Counterpart): readonly FieldError[] {
  if (!isObject(schema)) return [fieldRequired(at, `because it is defined in ${from}`)];
  const items = own(logic, 'items');
  return [
    ...incomplete(logic, schema, { at, from }),
    ...(isObject(items) ? incompleteParts(items, own(schema, 'items'), { at: `${at}.items`, from: `${from}.items` }) : []),
    ...propertiesOf(logic).flatMap(([key, field]) => {
      const step = `properties[${key}]`;
      return incompleteParts(field, own(objectAt(schema, 'properties'), key), { at: `${at}.${step}`, from: `${from}.${step}` });
    }),
  ];
}
