// A child as it is sent: plain JSON, whatever a client library made of it.
import { InvalidOptionError } from '../errors.js';
import { isExactNumber } from '../model/exact-number.js';
import { setOwn, type Json, type JsonObject } from '../model/json.js';

/** How classes of `@kubernetes/client-node` tell which of their fields have other names on the wire. */
interface AttributeMap {
  getAttributeTypeMap(): readonly { readonly name: string; readonly baseName: string }[];
}

/** @throws InvalidOptionError `KOPF_INVALID_OPTION` for what is no JSON, such as a function, a `Map`, or an object that contains itself; the path is named. */
export function wireForm(child: object): JsonObject {
  return jsonOf(child, { path: 'The child', around: new Set() }) as JsonObject;
}

interface Place {
  readonly path: string;
  /** The objects that it is in. */
  readonly around: Set<object>;
}

function jsonOf(value: unknown, place: Place): Json | undefined {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (isExactNumber(value)) return value as unknown as Json;
  if (typeof value !== 'object') throw new InvalidOptionError(place.path, value, 'JSON');
  const { path, around } = place;
  if (around.has(value)) throw new InvalidOptionError(path, value, 'JSON, but it contains itself');
  around.add(value);
  const json = structureOf(value, place);
  around.delete(value);
  return json;
}

function structureOf(value: object, { path, around }: Place): Json | undefined {
  if ('toJSON' in value && typeof value.toJSON === 'function') return jsonOf((value as { toJSON(): unknown }).toJSON(), { path, around });
  if (Array.isArray(value)) return value.map((item: unknown, index) => jsonOf(item, { path: `${path}[${String(index)}]`, around }) ?? null);
  // A Map, a Set, a promise: what they hold is no field of theirs, and would be lost.
  if (Object.prototype.toString.call(value) !== '[object Object]') throw new InvalidOptionError(path, value, 'JSON');
  return mappingOf(value, { path, around });
}

function mappingOf(value: object, { path, around }: Place): JsonObject {
  const names = namesOnTheWire(value);
  const fields: Record<string, Json | undefined> = {};
  for (const [key, field] of Object.entries(value)) {
    const json = jsonOf(field, { path: `${path}.${key}`, around });
    if (json !== undefined) setOwn(fields, names.get(key) ?? key, json);
  }
  return fields;
}

const SAME: ReadonlyMap<string, string> = new Map();

function namesOnTheWire({ constructor }: object): ReadonlyMap<string, string> {
  if (typeof constructor !== 'function' || !('getAttributeTypeMap' in constructor)) return SAME;
  const attributes = (constructor as unknown as AttributeMap).getAttributeTypeMap();
  return new Map(attributes.map(({ name, baseName }) => [name, baseName]));
}
