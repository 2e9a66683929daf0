// A child as it is sent: plain JSON, whatever a client library made of it.
import { InvalidOptionError } from '../errors.js';
import { isExactNumber } from '../model/exact-number.js';
import { setOwn, type Json, type JsonObject } from '../model/json.js';

/** How classes of `@kubernetes/client-node` tell which of their fields have other names on the wire. */
interface AttributeMap {
  getAttributeTypeMap(): readonly { readonly name: string; readonly baseName: string }[];
}

/** @throws InvalidOptionError `KOPF_INVALID_OPTION` for what is no JSON, such as a function; the path is named. */
export function wireForm(child: object): JsonObject {
  return jsonOf(child, 'The child') as JsonObject;
}

function jsonOf(value: unknown, path: string): Json | undefined {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (isExactNumber(value)) return value as unknown as Json;
  if (typeof value !== 'object') throw new InvalidOptionError(path, value, 'JSON');
  if ('toJSON' in value && typeof value.toJSON === 'function') return jsonOf((value as { toJSON(): unknown }).toJSON(), path);
  if (Array.isArray(value)) return value.map((item: unknown, index) => jsonOf(item, `${path}[${String(index)}]`) ?? null);
  return mappingOf(value, path);
}

function mappingOf(value: object, path: string): JsonObject {
  const names = namesOnTheWire(value);
  const fields: Record<string, Json | undefined> = {};
  for (const [key, field] of Object.entries(value)) {
    const json = jsonOf(field, `${path}.${key}`);
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
