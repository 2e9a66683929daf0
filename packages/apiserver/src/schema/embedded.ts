// Objects inside objects: what a schema marks as an embedded resource must have a type, and metadata that is valid.

import { jsonTextOf } from '../exact-numbers.js';
import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { pathSegmentProblems } from '../meta/names.js';
import { validateMeta } from '../meta/validate-meta.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own } from '../store/json-value.js';

export function validateEmbedded(value: JsonValue, schema: JsonObject, path: string): readonly FieldError[] {
  if (isArray(value)) {
    const items = own(schema, 'items');
    return isObject(items) ? value.flatMap((item, index) => validateEmbedded(item, items, `${path}[${index}]`)) : [];
  }
  if (!isObject(value)) return [];
  const properties = objectAt(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  const inside = Object.keys(value).flatMap((key) => {
    const field = own(properties, key) ?? additional;
    return isObject(field) ? validateEmbedded(own(value, key) ?? null, field, path === '' ? key : `${path}.${key}`) : [];
  });
  return own(schema, 'x-kubernetes-embedded-resource') === true ? [...embeddedErrors(value, path), ...inside] : inside;
}

function embeddedErrors(value: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['apiVersion', 'kind']) {
    const found = own(value, key);
    if (found === undefined) errors.push(fieldRequired(`${path}.${key}`));
    else if (typeof found !== 'string') errors.push(fieldInvalid(`${path}.${key}`, jsonTextOf(found), 'must be a string'));
    else if (found === '') errors.push(fieldInvalid(`${path}.${key}`, '""', 'must not be empty'));
  }
  const metadata = own(value, 'metadata');
  if (!isObject(metadata)) return errors;
  const named = own(metadata, 'name') === undefined ? { ...metadata, name: 'fakename' } : metadata;
  return [...errors, ...validateMeta(named, pathSegmentProblems).map((error) => ({ ...error, field: `${path}.${error.field}` }))];
}
