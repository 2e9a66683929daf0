// `fieldPath` of a rule: `.a.b['c']`, of fields that the schema knows.

import type { JsonObject } from '../store/json-value.js';
import { isObject, objectAt, own } from '../store/json-value.js';

/** The path as errors write it; undefined where it leads nowhere. */
export function normalizedPath(path: string, schema: JsonObject): string | undefined {
  let at: JsonObject = schema;
  let written = '';
  let rest = path;
  while (rest !== '') {
    const step = /^(?:\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\])/.exec(rest);
    if (step === null) return undefined;
    const name = step[1] ?? (step[2] ?? '').replace(/\\(.)/g, '$1');
    const child = childOf(at, name);
    if (child === undefined) return undefined;
    written = child.isKey ? `${written}[${name}]` : `${written}${written === '' ? '' : '.'}${name}`;
    at = child.schema;
    rest = rest.slice(step[0].length);
  }
  return written;
}

function childOf(schema: JsonObject, name: string): { readonly schema: JsonObject; readonly isKey: boolean } | undefined {
  if (Object.hasOwn(schema, 'properties')) {
    const field = own(objectAt(schema, 'properties'), name);
    return isObject(field) ? { schema: field, isKey: false } : undefined;
  }
  const additional = own(schema, 'additionalProperties');
  return isObject(additional) ? { schema: additional, isKey: true } : undefined;
}
