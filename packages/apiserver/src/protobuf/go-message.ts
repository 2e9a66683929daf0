// Messages of the built-in kinds: the field numbers stand in the table of Go types.

import type { GoType } from '../go/go-type.js';
import { goStruct } from '../go/go-type.js';
import { BUILTIN_RESOURCES } from '../kind/builtin-resources.js';
import type { FieldCoding, Message, MessageField } from './messages.js';

const known = new Map<string, Message>();

/** The message of a type of the table. */
export function goMessage(ref: string): Message {
  const found = known.get(ref);
  if (found !== undefined) return found;
  const fields = new Map<number, MessageField>();
  // Known before its fields: types may contain themselves.
  known.set(ref, fields);
  for (const { name, number, of } of goStruct(ref).fields.values()) {
    const isRepeated = of.type === 'list';
    fields.set(number, { name, isRepeated, coding: codingOf(isRepeated ? of.of : of) });
  }
  return fields;
}

function codingOf(of: GoType): FieldCoding {
  switch (of.type) {
    case 'struct':
      return { as: 'message', message: goMessage(of.ref) };
    case 'map':
      return { as: 'map', value: codingOf(of.of) };
    case 'list':
      // A list as a value of its own has a message around it.
      return { as: 'items', of: codingOf(of.of) };
    case 'microtime':
      return { as: 'microTime' };
    case 'int':
    case 'int32':
    case 'int64':
      return { as: 'int' };
    case 'float64':
      return { as: 'double' };
    default:
      return { as: of.type };
  }
}

const OTHERS: Readonly<Record<string, string>> = {
  'authentication.k8s.io/v1 TokenRequest': 'authentication.v1.TokenRequest',
  'autoscaling/v1 Scale': 'autoscaling.v1.Scale',
};

/** Delete options come under the version of the object that they delete: they are looked up by kind alone. */
export function messageOf(apiVersion: string, kind: string): Message | undefined {
  if (kind === 'DeleteOptions') return goMessage('meta.v1.DeleteOptions');
  const other = OTHERS[`${apiVersion} ${kind}`];
  if (other !== undefined) return goMessage(other);
  const resource = BUILTIN_RESOURCES.find(
    (one) => one.kind === kind && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
  );
  return resource?.rules.goType === undefined ? undefined : goMessage(resource.rules.goType);
}
