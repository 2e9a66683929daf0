// Whether a configuration has the type of its kind, with the words of the real server when it has not.

import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';
import type { FieldType, ListType, MapType, ScalarType } from './field-type.js';
import { fieldTypeOf, shapeOf } from './field-type.js';
import { listElement } from './list-element.js';
import { fieldElement, shownElement } from './path-element.js';

/** Everything that is wrong, each with its path; none when the value has the type. */
export function configurationProblems(value: JsonValue, type: FieldType): readonly string[] {
  switch (shapeOf(type, value)) {
    case 'scalar':
      return scalarProblems(value, type.scalar);
    case 'map':
      if (value === null || type.map === undefined) return [];
      return isObject(value) ? mapProblems(value, type.map) : [`: expected map, got ${goValue(value)}`];
    case 'list':
      if (value === null || type.list === undefined) return [];
      return isArray(value) ? listProblems(value, type.list) : [`: expected list, got ${goValue(value)}`];
  }
}

/** All problems as one text. */
export function shownProblems(problems: readonly string[]): string {
  const texts = problems.map((problem) => problem.replace(/^: /, ''));
  return texts.length === 1 ? (texts[0] ?? '') : ['errors:', ...texts.map((text) => `  ${text}`)].join('\n');
}

/** How Go prints the value inside its wrapper. */
function goValue(value: JsonValue): string {
  return `&{${goText(value)}}`;
}

function goText(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return value === null ? '<nil>' : String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(own(value, key) ?? null)}`);
  return `map[${entries.join(' ')}]`;
}

function goSyntax(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(own(value, key) ?? null)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

function goType(value: JsonValue): string {
  if (isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function scalarProblems(value: JsonValue, type: ScalarType | undefined): readonly string[] {
  if (value === null) return [];
  switch (type) {
    case 'numeric':
      return typeof value === 'number' ? [] : [`: expected numeric (int or float), got ${goType(value)}`];
    case 'string':
      return typeof value === 'string' ? [] : [`: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`: expected boolean, got ${goValue(value)}`];
    default:
      return isArray(value) || isObject(value) ? [`: expected any scalar, got ${goValue(value)}`] : [];
  }
}

function mapProblems(value: JsonObject, type: MapType): readonly string[] {
  const problems: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const path = shownElement(fieldElement(key));
    const fieldType = fieldTypeOf(type, key);
    if (fieldType === undefined) return [...problems, `${path}: field not declared in schema`];
    problems.push(...configurationProblems(own(value, key) ?? null, fieldType).map((problem) => path + problem));
  }
  return problems;
}

function listProblems(list: JsonArray, type: ListType): readonly string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const [index, item] of list.entries()) {
    const found = type.relation === 'atomic' ? { element: `i:${index}` } : listElement(type, item);
    if ('problem' in found) return [...problems, `: element ${index}: ${found.problem}`];
    const path = shownElement(found.element);
    if (seen.has(found.element)) problems.push(`: duplicate entries for key ${path}`);
    seen.add(found.element);
    problems.push(...configurationProblems(item, type.element).map((problem) => path + problem));
  }
  return problems;
}
