// Reads the Protocol Buffers bodies of Go clients, which kubectl and controller-runtime send for built-in kinds. Answers stay JSON: these
// clients take both.

import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { objectAt, own, setOwn, stringAt } from '../store/json-value.js';
import type { FieldCoding, Message } from './messages.js';
import { ENVELOPE, messageOf } from './messages.js';

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const utf8 = new TextDecoder();
// The end of the year 9999.
const LATEST_SECONDS = 253_402_300_799;

/** The bytes are no object of a kind that is known here. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** The object of a body, as JSON would have carried it. */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = new Reader(bytes.subarray(MAGIC.length)).readMessage(ENVELOPE);
  const { apiVersion, kind } = {
    apiVersion: stringAt(objectAt(envelope, 'typeMeta'), 'apiVersion'),
    kind: stringAt(objectAt(envelope, 'typeMeta'), 'kind'),
  };
  const message = messageOf(apiVersion, kind);
  if (message === undefined) throw new ProtobufError(`${apiVersion} ${kind} is not read from protobuf here`);
  const raw = new Uint8Array(Buffer.from(stringAt(envelope, 'raw'), 'base64'));
  return { apiVersion, kind, ...new Reader(raw).readMessage(message) };
}

class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readMessage(message: Message): JsonObject {
    const draft: JsonDraft = {};
    while (this.#position < this.#bytes.length) {
      const tag = this.#varint();
      const field = message.get(Number(tag >> 3n));
      const wire = Number(tag & 7n);
      if (field === undefined) this.#skip(wire);
      else put(draft, field, this.#value(field.coding, wire));
    }
    return draft;
  }

  #value(coding: FieldCoding, wire: number): JsonValue | MapEntry | undefined {
    if (wire === 0) {
      const number = BigInt.asIntN(64, this.#varint());
      return coding.as === 'bool' ? number !== 0n : Number(number);
    }
    if (wire !== 2) throw new ProtobufError(`unexpected wire type ${wire}`);
    const bytes = this.#chunk();
    switch (coding.as) {
      case 'string':
        return utf8.decode(bytes);
      case 'bytes':
        return Buffer.from(bytes).toString('base64');
      case 'message':
        return new Reader(bytes).readMessage(coding.message);
      case 'map':
        return new Reader(bytes).#mapEntry(coding.value);
      case 'time':
      case 'microTime':
        return new Reader(bytes).#time(coding.as);
      default:
        throw new ProtobufError('a number was expected');
    }
  }

  #mapEntry(value: 'string' | 'bytes'): MapEntry {
    const entry = this.readMessage(
      new Map([
        [1, { name: 'key', isRepeated: false, coding: { as: 'string' } }],
        [2, { name: 'value', isRepeated: false, coding: { as: value } }],
      ]),
    );
    return new MapEntry(stringAt(entry, 'key'), stringAt(entry, 'value'));
  }

  /** Undefined for the zero time, which JSON leaves out. */
  #time(as: 'time' | 'microTime'): string | undefined {
    const parts = this.readMessage(
      new Map([
        [1, { name: 'seconds', isRepeated: false, coding: { as: 'int' } }],
        [2, { name: 'nanos', isRepeated: false, coding: { as: 'int' } }],
      ]),
    );
    const seconds = own(parts, 'seconds');
    const nanos = own(parts, 'nanos');
    // Before year one: how Go writes a time that was never set.
    if (typeof seconds !== 'number' || seconds === 0 || seconds < -62_135_596_799) return undefined;
    if (seconds > LATEST_SECONDS) throw new ProtobufError('a time is out of range');
    const text = new Date(seconds * 1000).toISOString().slice(0, 19);
    if (as === 'time') return `${text}Z`;
    const micros = Math.floor((typeof nanos === 'number' ? nanos : 0) / 1000);
    return `${text}.${String(micros).padStart(6, '0')}Z`;
  }

  #skip(wire: number): void {
    if (wire === 0) this.#varint();
    else if (wire === 2) this.#chunk();
    else if (wire === 1) this.#advance(8);
    else if (wire === 5) this.#advance(4);
    else throw new ProtobufError(`unexpected wire type ${wire}`);
  }

  #chunk(): Uint8Array {
    const length = Number(this.#varint());
    const start = this.#position;
    this.#advance(length);
    return this.#bytes.subarray(start, this.#position);
  }

  #advance(length: number): void {
    this.#position += length;
    if (this.#position > this.#bytes.length) throw new ProtobufError('unexpected EOF');
  }

  #varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      this.#position += 1;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, result);
    }
    throw new ProtobufError('a number is too long');
  }
}

class MapEntry {
  readonly key: string;
  readonly value: string;

  constructor(key: string, value: string) {
    this.key = key;
    this.value = value;
  }
}

/** Empty texts are fields that Go left empty: JSON would not have them. */
function put(
  draft: JsonDraft,
  field: { readonly name: string; readonly isRepeated: boolean },
  value: JsonValue | MapEntry | undefined,
): void {
  if (value === undefined || value === '') return;
  const before = own(draft, field.name);
  if (value instanceof MapEntry) {
    const entries: JsonDraft = { ...objectAt(draft, field.name) };
    setOwn(entries, value.key, value.value);
    draft[field.name] = entries;
  } else if (field.isRepeated) draft[field.name] = [...(Array.isArray(before) ? (before as readonly JsonValue[]) : []), value];
  else draft[field.name] = value;
}
