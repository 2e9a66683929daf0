// What Protocol Buffers messages are made of.

/** How a field is encoded and what it becomes in JSON. */
export type FieldCoding =
  | { readonly as: 'string' | 'bytes' | 'int' | 'bool' | 'double' | 'time' | 'microTime' | 'intorstring' | 'quantity' | 'raw' }
  | { readonly as: 'message'; readonly message: Message }
  | { readonly as: 'map'; readonly value: FieldCoding }
  | { readonly as: 'items'; readonly of: FieldCoding };

export interface MessageField {
  readonly name: string;
  readonly isRepeated: boolean;
  readonly coding: FieldCoding;
}

export type Message = ReadonlyMap<number, MessageField>;

type Described = readonly [number: number, name: string, coding: FieldCoding | 'string' | 'bytes' | 'int'];

/** A small message, field by field. */
export function message(...fields: readonly Described[]): Message {
  return new Map(
    fields.map(([number, name, coding]) => [
      number,
      { name, isRepeated: false, coding: typeof coding === 'string' ? { as: coding } : coding },
    ]),
  );
}

const TYPE_META = message([1, 'apiVersion', 'string'], [2, 'kind', 'string']);

/** The envelope of every object: its type and its bytes. */
export const ENVELOPE: Message = message(
  [1, 'typeMeta', { as: 'message', message: TYPE_META }],
  [2, 'raw', 'bytes'],
  [3, 'contentEncoding', 'string'],
  [4, 'contentType', 'string'],
);
