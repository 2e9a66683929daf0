// The types of built-in kinds, read from the table when they are first needed.

import type { JsonValue } from '../store/json-value.js';
import { BUILTIN_KINDS, BUILTIN_TYPES } from './builtin-field-table.js';
import type { FieldType, MapType, ScalarType } from './field-type.js';
import { DEDUCED, NO_FIELDS, UNTYPED } from './field-type.js';

const SCALARS: Readonly<Record<string, ScalarType>> = { s: 'string', n: 'numeric', b: 'boolean', u: 'untyped' };
const METADATA = 'ObjectMeta';

/** Anything: a list is owned as a whole, an object by field. */
export const ANYTHING: FieldType = DEDUCED;

export class BuiltinTypes {
  readonly #types = new Map<string, FieldType>();

  /** The type of a kind; undefined when the table does not know it. */
  ofKind(apiVersion: string, kind: string): FieldType | undefined {
    const key = `${apiVersion} ${kind}`;
    const name = Object.hasOwn(BUILTIN_KINDS, key) ? BUILTIN_KINDS[key] : undefined;
    return name === undefined ? undefined : this.#named(name);
  }

  /** The type of `metadata` of every kind. */
  get metadata(): FieldType {
    return this.#named(METADATA);
  }

  #named(name: string): FieldType {
    let type = this.#types.get(name);
    if (type === undefined) {
      type = new NamedType(BUILTIN_TYPES[name] ?? '', (expression) => this.#read(expression));
      this.#types.set(name, type);
    }
    return type;
  }

  #read(expression: string): FieldType {
    const rest = expression.slice(1);
    const first = expression.charAt(0);
    const scalar = SCALARS[first];
    if (scalar !== undefined) return { scalar };
    switch (first) {
      case '#':
        return this.#named(rest);
      case '!':
        return asWhole(this.#read(rest));
      case 'a':
        return { list: { relation: 'atomic', keys: [], element: this.#read(rest) } };
      case 'S':
        return { list: { relation: 'set', keys: [], element: this.#read(rest) } };
      case 'k': {
        const end = rest.indexOf(')');
        return { list: { relation: 'keyed', keys: rest.slice(1, end).split(','), element: this.#read(rest.slice(end + 1)) } };
      }
      case 'm':
        return { map: mapOf(this.#read(rest), { isAtomic: false }) };
      case 'M':
        return { map: mapOf(this.#read(rest), { isAtomic: true }) };
      default:
        return ANYTHING;
    }
  }
}

function mapOf(element: FieldType, { isAtomic }: { isAtomic: boolean }): MapType {
  return { fields: NO_FIELDS, element, isAtomic, keyDefaults: {} };
}

function asWhole(type: FieldType): FieldType {
  return type.map === undefined ? UNTYPED : { map: { ...type.map, isAtomic: true } };
}

/** A type of the table; its fields are read on first use, since types may contain themselves. */
class NamedType implements FieldType {
  readonly #text: string;
  readonly #read: (expression: string) => FieldType;
  #map: MapType | undefined;

  constructor(text: string, read: (expression: string) => FieldType) {
    this.#text = text;
    this.#read = read;
  }

  get map(): MapType {
    this.#map ??= this.#parse();
    return this.#map;
  }

  #parse(): MapType {
    const words = this.#text.split(' ').filter((word) => word !== '');
    const isAtomic = words[0] === '!';
    const fields = new Map<string, FieldType>();
    const keyDefaults: Record<string, JsonValue> = {};
    for (const word of isAtomic ? words.slice(1) : words) {
      const [, name = '', expression = '', fallback] = /^([^:]+):([^=]+)(?:=(.*))?$/.exec(word) ?? [];
      fields.set(name, this.#read(expression));
      if (fallback !== undefined) keyDefaults[name] = JSON.parse(fallback) as JsonValue;
    }
    return { fields, element: undefined, isAtomic, keyDefaults };
  }
}
