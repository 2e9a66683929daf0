// Reads the Protocol Buffers bodies of Go clients, which kubectl and controller-runtime send for built-in kinds. Answers stay JSON: these
// clients take both.

import { parseJson } from '../json-text.js';
import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, objectAt, own, setOwn, stringAt } from '../store/json-value.js';
import type { FieldCoding, Message } from './messages.js';
import { messageOf } from './go-message.js';
import { ENVELOPE, message as messageFrom } from './messages.js';

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const QUANTITY = messageFrom([1, 'string', 'string']);
const RAW = messageFrom([1, 'raw', 'bytes']);
const INT_OR_STRING = messageFrom([1, 'type', 'int'], [2, 'intVal', 'int'], [3, 'strVal', 'string']);
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
      if (coding.as === 'bool') return number !== 0n;
      return Number.isSafeInteger(Number(number)) ? Number(number) : number;
    }
    if (wire === 1) {
      const start = this.#position;
      this.#advance(8);
      return Buffer.from(this.#bytes.subarray(start, start + 8)).readDoubleLE();
    }
    if (wire !== 2) throw new ProtobufError(`unexpected wire type ${wire}`);
    const bytes = this.#chunk();
    if (coding.as === 'string') return utf8.decode(bytes);
    if (coding.as === 'bytes') return Buffer.from(bytes).toString('base64');
    return new Reader(bytes).#wrapped(coding);
  }

  /** Everything that is a message of its own. */
  #wrapped(coding: FieldCoding): JsonValue | MapEntry | undefined {
    switch (coding.as) {
      case 'message':
        return this.readMessage(coding.message);
      case 'map':
        return this.#mapEntry(coding.value);
      case 'items':
        return arrayAt(this.readMessage(new Map([[1, { name: 'items', isRepeated: true, coding: coding.of }]])), 'items');
      case 'time':
      case 'microTime':
        return this.#time(coding.as);
      case 'quantity':
        return stringAt(this.readMessage(QUANTITY), 'string');
      case 'raw':
        return rawJson(stringAt(this.readMessage(RAW), 'raw'));
      case 'intorstring':
        return this.#intOrString();
      default:
        throw new ProtobufError('a number was expected');
    }
  }

  #intOrString(): JsonValue {
    const parts = this.readMessage(INT_OR_STRING);
    return own(parts, 'type') === 1 ? stringAt(parts, 'strVal') : (own(parts, 'intVal') ?? 0);
  }

  #mapEntry(value: FieldCoding): MapEntry {
    const entry = this.readMessage(messageFrom([1, 'key', 'string'], [2, 'value', value]));
    return new MapEntry(stringAt(entry, 'key'), own(entry, 'value') ?? '');
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

function rawJson(encoded: string): JsonValue {
  return parseJson(Buffer.from(encoded, 'base64').toString('utf8'), (why) => new ProtobufError(why));
}

class MapEntry {
  readonly key: string;
  readonly value: JsonValue;

  constructor(key: string, value: JsonValue) {
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
  if (value === undefined || (value === '' && !field.isRepeated)) return;
  const before = own(draft, field.name);
  if (value instanceof MapEntry) {
    const entries: JsonDraft = { ...objectAt(draft, field.name) };
    setOwn(entries, value.key, value.value);
    draft[field.name] = entries;
  } else if (field.isRepeated) draft[field.name] = [...(Array.isArray(before) ? (before as readonly JsonValue[]) : []), value];
  else draft[field.name] = value;
}
