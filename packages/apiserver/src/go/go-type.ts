// The Go types behind the built-in kinds: they decide which JSON is accepted, what an empty field becomes and how lists merge.

import { TYPE_TABLE } from './type-table.js';

export type ScalarName =
  'string' | 'bool' | 'int' | 'int32' | 'int64' | 'float64' | 'time' | 'microtime' | 'bytes' | 'intorstring' | 'quantity' | 'raw';

export type GoType =
  | { readonly type: ScalarName; readonly goName: string }
  | { readonly type: 'list' | 'map'; readonly of: GoType }
  | { readonly type: 'struct'; readonly ref: string };

export interface GoField {
  readonly name: string;
  readonly of: GoType;
  readonly isPointer: boolean;
  readonly omitsEmpty: boolean;
  readonly omitsZero: boolean;
  readonly isRequired: boolean;
  /** The key by which a strategic merge patch finds list items; empty for a set of scalars, undefined where lists are replaced. */
  readonly mergeKey: string | undefined;
  readonly retainsKeys: boolean;
  /** In Protocol Buffers. */
  readonly number: number;
}

export interface GoStruct {
  readonly name: string;
  readonly fields: ReadonlyMap<string, GoField>;
  /**
   * Objects of most kinds are stored as Protocol Buffers, where an empty list is none; definitions are stored as JSON. Roles turn an empty
   * list of rules into none themselves, once its owner is known.
   */
  readonly keepsEmptyLists: boolean;
}

const LINES: ReadonlyMap<string, string> = new Map(
  TYPE_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...fields] = line.split(' ');
      return [name, fields.join(' ')];
    }),
);
const SCALARS: ReadonlySet<string> = new Set([
  'string',
  'bool',
  'int',
  'int32',
  'int64',
  'float64',
  'time',
  'microtime',
  'bytes',
  'intorstring',
  'quantity',
  'raw',
]);
const KEEP_EMPTY_LISTS: ReadonlySet<string> = new Set(['rbac.v1.Role', 'rbac.v1.ClusterRole']);
const structs = new Map<string, GoStruct>();

const STRUCT_NAMES: ReadonlySet<string> = new Set([...LINES.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)));

export function isStructName(name: string): boolean {
  return STRUCT_NAMES.has(name);
}

/** A type of the table, by `group.version.Name`. */
export function goStruct(ref: string): GoStruct {
  const known = structs.get(ref);
  if (known !== undefined) return known;
  const line = LINES.get(ref);
  if (line === undefined) throw new Error(`there is no Go type ${ref}`);
  const fields = line === '' ? [] : line.split(' ').map(parseField);
  const parsed = {
    name: ref.slice(ref.lastIndexOf('.') + 1),
    fields: new Map(fields.map((field) => [field.name, field])),
    keepsEmptyLists: ref.startsWith('apiextensions.') || KEEP_EMPTY_LISTS.has(ref),
  };
  structs.set(ref, parsed);
  return parsed;
}

const FIELD = /^([^:]+):([^?%~!*#]*)(\?0?)?(%?)(?:~([^!*#]*))?(!?)(\*?)(?:#(\d+))?$/;

function parseField(text: string): GoField {
  const match = FIELD.exec(text);
  if (match === null) throw new Error(`not a field: ${text}`);
  const [, name = '', type = '', empty = '', pointer, mergeKey, retains, required, number = '0'] = match;
  return {
    name,
    of: parseType(type),
    isPointer: pointer === '%',
    omitsEmpty: empty !== '',
    omitsZero: empty === '?0',
    isRequired: required === '*',
    mergeKey,
    retainsKeys: retains === '!',
    number: Number(number),
  };
}

function parseType(text: string): GoType {
  if (text.startsWith('[')) return { type: 'list', of: parseType(text.slice(1, -1)) };
  if (text.startsWith('{')) return { type: 'map', of: parseType(text.slice(1, -1)) };
  const [kind = '', named] = text.split('=');
  if (isScalar(kind)) return { type: kind, goName: named === undefined ? kind : named === 'UID' ? 'types.UID' : `v1.${named}` };
  return { type: 'struct', ref: text };
}

function isScalar(name: string): name is ScalarName {
  return SCALARS.has(name);
}

/** The name that Go prints for a type. */
export function goNameOf(of: GoType): string {
  switch (of.type) {
    case 'struct':
      return `v1.${of.ref.slice(of.ref.lastIndexOf('.') + 1)}`;
    case 'list':
      return `[]${goNameOf(of.of)}`;
    case 'map':
      return `map[string]${goNameOf(of.of)}`;
    case 'bytes':
      return '[]uint8';
    default:
      return of.goName;
  }
}
