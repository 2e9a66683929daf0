// What is kept of a fact must not keep half an object alive: values, errors and long texts stay behind.
import type { Fact, FactError } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { ObjectRef } from '../model/object.js';
import type { CollectionRef } from '../model/resource.js';

const MOST_ITEMS = 8;
const MOST_TEXT = 300;

interface Loosely {
  readonly kind: Fact['kind'];
  readonly object?: ObjectRef;
  readonly of?: CollectionRef;
  readonly handler?: HandlerId;
  readonly error?: FactError;
}

/** To read what a fact may have. Facts have many shapes: to ask first whether there is such a property costs several times as much. */
export function loosely(fact: Fact): Loosely {
  return fact;
}

/** The same fact where it is small; else a copy without what is large. Makes no text. */
export function briefFact(fact: Fact): Fact {
  switch (fact.kind) {
    case 'cause-detected':
      if (fact.diff.length === 0) return fact;
      return { ...fact, diff: fact.diff.slice(0, MOST_ITEMS).map(({ op, field }) => ({ op, field, old: undefined, new: undefined })) };
    case 'handler-skipped': {
      const found = briefValue(fact.found);
      return found === fact.found ? fact : { ...fact, found };
    }
    case 'fields-overwritten':
      return { ...fact, fields: fact.fields.slice(0, MOST_ITEMS) };
    case 'fields-not-kept':
      return { ...fact, fields: fact.fields.slice(0, MOST_ITEMS) };
    case 'numbers-rounded':
    case 'notes-contested':
      return { ...fact, fields: fact.fields.slice(0, MOST_ITEMS) };
    case 'result-dropped':
      return { ...fact, causes: [], message: briefText(fact.message) };
    case 'logged':
      return { ...fact, fields: {}, message: briefText(fact.message) };
    case 'plugin':
      return { ...fact, data: briefData(fact.data) };
    default:
      if (loosely(fact).error === undefined) return fact;
      return 'error' in fact ? { ...fact, error: briefError(fact.error) } : fact;
  }
}

/** Without the error itself, which holds on to its stack and its causes. */
function briefError({ code, message, remedy }: FactError): FactError {
  return { code, message: briefText(message), remedy, error: undefined };
}

/** A part of a text keeps the whole of it in memory, unless it is made anew. */
function briefText(text: string): string {
  return text.length <= MOST_TEXT ? text : `${Array.from(text.slice(0, MOST_TEXT)).join('')}…`;
}

/** What filters found: a scalar, or a label or annotation with its key. */
function briefValue(found: unknown): unknown {
  if (typeof found === 'string') return briefText(found);
  if (typeof found !== 'object' || found === null) return typeof found === 'function' ? undefined : found;
  if (!('key' in found)) return Array.isArray(found) ? 'a list' : 'a mapping';
  const value = 'value' in found ? briefValue(found.value) : undefined;
  return { key: found.key, value };
}

/** What plugins say to people. */
function briefData(data: unknown): { readonly level: string; readonly message: string } | null {
  if (typeof data !== 'object' || data === null || !('message' in data) || !('level' in data)) return null;
  const { level, message } = data;
  return typeof level === 'string' && typeof message === 'string' ? { level, message: briefText(message) } : null;
}
