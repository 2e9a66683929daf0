// Defaults must be what their own schema allows, and nothing that it would prune.

import type { FieldError } from '../errors.js';
import { fieldInvalid } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { isObject, objectAt, own, sortedText } from '../store/json-value.js';
import { prune } from './prune.js';
import { validateValue } from './validate.js';

/** The errors of all defaults in a root schema; those of maps have no place to apply. */
export function defaultErrors(schema: JsonObject, at: string): readonly FieldError[] {
  return errorsOf(schema, at);
}

function errorsOf(schema: JsonObject, at: string): readonly FieldError[] {
  const [fallback, items] = [own(schema, 'default'), own(schema, 'items')];
  const errors: FieldError[] = [];
  if (fallback !== undefined && fallback !== null) {
    const place = `${at}.default`;
    if (prune(fallback, schema, { path: '', unknown: [], embedded: [] }) !== fallback)
      errors.push(fieldInvalid(place, sortedText(fallback), 'must not have unknown fields'));
    // Texts speak of the value alone, fields of its place in the definition.
    const found = validateValue(fallback, schema, { path: '' });
    errors.push(...found.map((error) => ({ ...error, field: below(place, error.field) })));
  }
  if (isObject(items)) errors.push(...errorsOf(items, `${at}.items`));
  const properties = objectAt(schema, 'properties');
  for (const key of Object.keys(properties)) {
    const field = own(properties, key);
    if (isObject(field)) errors.push(...errorsOf(field, `${at}.properties[${key}]`));
  }
  return errors;
}

function below(place: string, field: string): string {
  return field === '' || field === '<nil>' ? place : `${place}.${field}`;
}
