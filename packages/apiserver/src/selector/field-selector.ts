import { badRequest } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { isObject, own } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';

/** A compiled field selector; `isEmpty` selects everything. */
export interface FieldSelector {
  readonly isEmpty: boolean;
  /** The one name that objects must have; undefined where others may match. */
  readonly name?: string | undefined;
  matches(object: StoredObject): boolean;
}

const EVERYTHING: FieldSelector = { isEmpty: true, matches: () => true };

/** One requirement of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly wanted: boolean;
}

/** What a kind selects by. */
export interface SelectableFields {
  readonly fields: readonly string[];
  /** The error for any other field: its text depends on the kind. */
  readonly refuse: (field: string) => Error;
  /** Where a field is in the stored form. Default: in the same place. */
  readonly storedField?: (field: string) => string;
}

export function parseFieldSelector(text: string, { fields, refuse, storedField = (field) => field }: SelectableFields): FieldSelector {
  if (text === '') return EVERYTHING;
  const asked = parseTerms(text);
  for (const term of asked) if (!fields.includes(term.field)) throw refuse(term.field);
  const terms = asked.map((term) => ({ ...term, field: storedField(term.field) }));
  return {
    isEmpty: terms.length === 0,
    name: asked.find((term) => term.field === 'metadata.name' && term.wanted)?.value,
    matches: (object) => terms.every((term) => (fieldOf(object, term.field) === term.value) === term.wanted),
  };
}

/** Throws when the text is no field selector at all. */
export function checkFieldSelector(text: string): void {
  parseTerms(text);
}

/** The requirements of a selector; undefined when it is not valid. */
export function parseFieldTerms(text: string): readonly FieldTerm[] | undefined {
  try {
    return parseTerms(text);
  } catch {
    return undefined;
  }
}

/** Commas separate terms; a backslash quotes the next character. */
function splitTerms(text: string): readonly string[] {
  return (text.match(/(?:\\.|[^,\\])+/gs) ?? []).filter((term) => term !== '');
}

function parseTerms(selector: string): readonly FieldTerm[] {
  // A comparison of nothing with nothing says nothing.
  return splitTerms(selector)
    .map((term) => parseTerm(term, selector))
    .filter(({ field, value }) => field !== '' || value !== '');
}

function parseTerm(text: string, selector: string): FieldTerm {
  const match = /^((?:\\.|[^=!\\])*?)(==|!=|=)(.*)$/s.exec(text);
  if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${text}'`);
  const [, field = '', operator, value = ''] = match;
  return { field, value: value.replace(/\\([\\,=])/g, '$1'), wanted: operator !== '!=' };
}

function fieldOf(object: StoredObject, field: string): string {
  if (field === 'metadata.name') return object.name;
  if (field === 'metadata.namespace') return object.namespace;
  let value: unknown = object.body;
  for (const step of field.split('.')) value = isObject(value as JsonObject) ? own(value as JsonObject, step) : undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
