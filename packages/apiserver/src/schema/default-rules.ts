// Defaults must be what their own schema and its rules allow, and nothing that it would prune.

import { evaluateRules } from '../cel/evaluate-rules.js';
import { isEmbedded, ruleTree } from '../cel/rule-tree.js';
import type { FieldError } from '../errors.js';
import { fieldInvalid } from '../errors.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, sortedText } from '../store/json-value.js';
import { prune } from './prune.js';
import { validateValue } from './validate.js';

/** The errors of all defaults in a root schema; those of maps have no place to apply. */
export function defaultErrors(schema: JsonObject, at: string): readonly FieldError[] {
  return errorsOf(schema, at, true);
}

function errorsOf(schema: JsonObject, at: string, isRoot: boolean): readonly FieldError[] {
  const [fallback, items] = [own(schema, 'default'), own(schema, 'items')];
  const errors: FieldError[] = [];
  if (fallback !== undefined && fallback !== null) {
    const place = `${at}.default`;
    if (prune(fallback, schema, { path: '', unknown: [], embedded: [] }) !== fallback)
      errors.push(fieldInvalid(place, sortedText(fallback), 'must not have unknown fields'));
    // Texts speak of the value alone, fields of its place in the definition.
    const ofSchema = validateValue(fallback, schema, { path: '' });
    const ofRules = ofSchema.length > 0 ? [] : ruleErrors(fallback, schema, isRoot);
    errors.push(...ofSchema.map((error) => ({ ...error, field: below(place, '.', error.field) })));
    errors.push(...ofRules.map((error) => ({ ...error, field: below(place, error.field.startsWith('[') ? '' : '.', error.field) })));
  }
  if (isObject(items)) errors.push(...errorsOf(items, `${at}.items`, isEmbedded(items)));
  const properties = objectAt(schema, 'properties');
  for (const key of Object.keys(properties)) {
    const field = own(properties, key);
    if (isObject(field)) errors.push(...errorsOf(field, `${at}.properties[${key}]`, isEmbedded(field)));
  }
  return errors;
}

/** A default must be what rules let be, and what they let appear. */
function ruleErrors(fallback: JsonValue, schema: JsonObject, isRoot: boolean): readonly FieldError[] {
  const tree = ruleTree(schema, isRoot);
  if (tree === undefined) return [];
  const errorsWith = (old?: JsonValue): readonly FieldError[] => {
    const { errors, tolerated } = evaluateRules(tree, fallback, old);
    return [...errors, ...tolerated];
  };
  const ofSame = errorsWith(fallback);
  return ofSame.length > 0 ? ofSame : errorsWith();
}

function below(place: string, separator: string, field: string): string {
  return field === '' || field === '<nil>' ? place : `${place}${separator}${field}`;
}
