// What kube-apiserver asks of every schema in a definition, also inside its logic: no keywords that Kubernetes does not have, and lists
// and maps whose merging makes sense.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, sortedText, stringAt, stringsAt } from '../store/json-value.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const META_FIELDS = new Set(['metadata', 'kind', 'apiVersion']);
const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const [LIST_TYPE, MAP_TYPE, KEYS] = ['x-kubernetes-list-type', 'x-kubernetes-map-type', 'x-kubernetes-list-map-keys'];

interface Place {
  readonly at: string;
  readonly isRoot: boolean;
  /** Inside what describes the type or the metadata of an object. */
  readonly isMeta: boolean;
  /** Why no default may be here. */
  readonly forbidsDefaults?: string | undefined;
}

export function schemaErrors(schema: JsonObject, at: string): readonly FieldError[] {
  return errorsOf(schema, { at, isRoot: true, isMeta: false });
}

function errorsOf(schema: JsonObject, place: Place): readonly FieldError[] {
  const { at } = place;
  const additional = own(schema, 'additionalProperties');
  return [
    ...keywordErrors(schema, place),
    ...(own(schema, 'uniqueItems') === true
      ? [fieldForbidden(`${at}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')]
      : []),
    ...(additional !== undefined && additional !== true && Object.keys(objectAt(schema, 'properties')).length > 0
      ? [fieldForbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...childrenOf(schema, place).flatMap(([child, childPlace]) => errorsOf(child, childPlace)),
    ...(own(schema, PRESERVE) === false ? [fieldInvalid(`${at}.${PRESERVE}`, 'false', 'must be true or undefined')] : []),
    ...mapTypeErrors(schema, at),
    ...listTypeErrors(schema, at),
    ...keyErrors(schema, at),
    ...itemErrors(schema, at),
  ];
}

function keywordErrors(schema: JsonObject, { at, isMeta, forbidsDefaults }: Place): readonly FieldError[] {
  const type = stringAt(schema, 'type');
  const errors: FieldError[] = [];
  if (type !== '' && !TYPES.includes(type)) errors.push(fieldUnsupported(`${at}.type`, JSON.stringify(type), TYPES));
  if (forbidsDefaults !== undefined && own(schema, 'default') !== undefined)
    errors.push(fieldForbidden(`${at}.default`, `must not be set ${forbidsDefaults}`));
  for (const key of UNSUPPORTED) if (own(schema, key) !== undefined) errors.push(fieldForbidden(`${at}.${key}`, `${key} is not supported`));
  if (type === 'null') errors.push(fieldForbidden(`${at}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(own(schema, 'items'))) errors.push(fieldForbidden(`${at}.items`, 'items must be a schema object and not an array'));
  if (isMeta && own(schema, 'x-kubernetes-embedded-resource') === true)
    errors.push(fieldForbidden(`${at}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  return errors;
}

function childrenOf(schema: JsonObject, place: Place): readonly (readonly [JsonObject, Place])[] {
  const { at, isRoot, isMeta } = place;
  const inside = { ...place, isRoot: false };
  const children: (readonly [JsonObject, Place])[] = [];
  const add = (child: unknown, step: string, more: Partial<Place> = {}): void => {
    if (isObject(child as JsonObject)) children.push([child as JsonObject, { ...inside, at: `${at}.${step}`, ...more }]);
  };
  const mapDefaults = 'inside additionalProperties applying to object metadata';
  add(own(schema, 'additionalProperties'), 'additionalProperties', isMeta ? { forbidsDefaults: mapDefaults } : {});
  const isObjectRoot = isRoot || own(schema, 'x-kubernetes-embedded-resource') === true;
  for (const [key, field] of Object.entries(objectAt(schema, 'properties'))) {
    const entersMeta = isObjectRoot && META_FIELDS.has(key);
    const reason = isRoot && entersMeta ? { forbidsDefaults: `in top-level ${key}` } : {};
    add(field, `properties[${key}]`, entersMeta ? { isMeta: true, ...reason } : {});
  }
  add(own(schema, 'not'), 'not');
  for (const key of ['allOf', 'oneOf', 'anyOf']) arrayAt(schema, key).forEach((part, index) => add(part, `${key}[${index}]`));
  add(own(schema, 'items'), 'items');
  return children;
}

/** @param key the keyword that only a schema of that type may have. */
function wrongType(schema: JsonObject, at: string, { key, wanted }: { key: string; wanted: string }): readonly FieldError[] {
  const type = stringAt(schema, 'type');
  if (own(schema, key) === undefined || type === wanted) return [];
  const why = `must be ${wanted} if ${key} is specified`;
  return [type === '' ? fieldRequired(`${at}.type`, why) : fieldInvalid(`${at}.type`, JSON.stringify(type), why)];
}

function unknownChoice(
  schema: JsonObject,
  at: string,
  { key, choices }: { key: string; choices: readonly string[] },
): readonly FieldError[] {
  const value = own(schema, key);
  return typeof value === 'string' && !choices.includes(value) ? [fieldUnsupported(`${at}.${key}`, JSON.stringify(value), choices)] : [];
}

function mapTypeErrors(schema: JsonObject, at: string): readonly FieldError[] {
  return [
    ...wrongType(schema, at, { key: MAP_TYPE, wanted: 'object' }),
    ...unknownChoice(schema, at, { key: MAP_TYPE, choices: ['atomic', 'granular'] }),
  ];
}

function listTypeErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const choice = unknownChoice(schema, at, { key: LIST_TYPE, choices: ['atomic', 'set', 'map'] });
  const wrong = wrongType(schema, at, { key: LIST_TYPE, wanted: 'array' });
  if (wrong.length > 0) return [...wrong, ...choice];
  const items = objectAt(schema, 'items');
  if (stringAt(schema, LIST_TYPE) !== 'set') return choice;
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = own(items, LIST_TYPE);
  if (stringAt(items, 'type') === 'array' && listType !== undefined && listType !== 'atomic')
    return [fieldInvalid(`${at}.items.${LIST_TYPE}`, JSON.stringify(listType), why), ...choice];
  // The real server shows the type of the list here, which objects have not.
  if (stringAt(items, 'type') === 'object' && own(items, MAP_TYPE) !== 'atomic')
    return [fieldInvalid(`${at}.items.${MAP_TYPE}`, JSON.stringify(listType ?? null), why), ...choice];
  return choice;
}

function keyErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const [listType, keys, items] = [own(schema, LIST_TYPE), stringsAt(schema, KEYS), own(schema, 'items')];
  const errors: FieldError[] = [];
  const ofKeys = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && listType === undefined) errors.push(fieldRequired(`${at}.${LIST_TYPE}`, ofKeys));
  else if (keys.length > 0 && listType !== 'map') errors.push(fieldInvalid(`${at}.${LIST_TYPE}`, JSON.stringify(listType), ofKeys));
  if (listType !== 'map') return errors;
  if (keys.length === 0) errors.push(fieldRequired(`${at}.${KEYS}`, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined) errors.push(fieldRequired(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  if (!isObject(items)) return errors;
  const type = stringAt(items, 'type');
  if (type !== 'object')
    return [
      ...errors,
      fieldInvalid(`${at}.items.type`, JSON.stringify(type), "must be object if parent array's x-kubernetes-list-type is map"),
    ];
  return [...errors, ...keys.flatMap((key, index) => namedKeyErrors(items, at, { key, keys, isRepeated: keys.indexOf(key) < index }))];
}

interface NamedKey {
  readonly key: string;
  readonly keys: readonly string[];
  readonly isRepeated: boolean;
}

function namedKeyErrors(items: JsonObject, at: string, { key, keys, isRepeated }: NamedKey): readonly FieldError[] {
  const field = own(objectAt(items, 'properties'), key);
  const errors: FieldError[] = [];
  if (!isObject(field)) errors.push(fieldInvalid(`${at}.${KEYS}`, sortedText(keys), 'entries must all be names of item properties'));
  else if (['array', 'object'].includes(stringAt(field, 'type'))) {
    // The real server shows the type of the items.
    const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    errors.push(fieldInvalid(`${at}.items.properties[${key}].type`, '"object"', why));
  }
  if (isRepeated) errors.push(fieldInvalid(`${at}.${KEYS}`, sortedText(keys), 'must not contain duplicate entries'));
  return errors;
}

/** Lists whose items are found by what they are: no item and no key may be missing. */
function itemErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const [listType, items] = [stringAt(schema, LIST_TYPE), own(schema, 'items')];
  if (!isObject(items) || (listType !== 'set' && listType !== 'map')) return [];
  const errors: FieldError[] = [];
  if (own(items, 'nullable') === true)
    errors.push(fieldForbidden(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType === 'set') return errors;
  for (const key of stringsAt(schema, KEYS)) {
    const field = own(objectAt(items, 'properties'), key);
    if (!isObject(field)) continue;
    const place = `${at}.items.properties[${key}]`;
    const why = 'this property is in x-kubernetes-list-map-keys, so it';
    if (!stringsAt(items, 'required').includes(key) && own(field, 'default') === undefined)
      errors.push(fieldRequired(`${place}.default`, `${why} must have a default or be a required property`));
    if (own(field, 'nullable') === true) errors.push(fieldForbidden(`${place}.nullable`, `${why} cannot be nullable`));
  }
  return errors;
}
