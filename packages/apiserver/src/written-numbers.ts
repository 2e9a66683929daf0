// How clients wrote numbers that Go would write otherwise (`1.0`, `1e2`): its decoder takes no such number for an integer, and compares
// numbers in patches by their text.

import type { JsonValue } from './store/json-value.js';
import { isArray, isObject } from './store/json-value.js';

/** By the list or object that holds the number, and its index or name there. Copies of those know nothing of it. */
const forms = new WeakMap<object, Map<string, string>>();

export function rememberForm(holder: object, key: string, text: string): void {
  const known = forms.get(holder) ?? new Map<string, string>();
  forms.set(holder, known.set(key, text));
}

/** What a copy of a list or object keeps of how its numbers were written. @param moved where what had a place has it now. */
export function keepForms(from: object, to: object, moved: (key: string) => string | undefined = (key) => key): void {
  for (const [key, text] of forms.get(from) ?? []) {
    const place = moved(key);
    if (place !== undefined) rememberForm(to, place, text);
  }
}

/** The text of a number, where it is not how Go would write it. */
export function writtenForm(holder: object, key: string): string | undefined {
  return forms.get(holder)?.get(key);
}

/** Whether a number like that is in a value. */
export function hasWrittenForms(value: JsonValue | undefined): boolean {
  if (value === undefined || (!isArray(value) && !isObject(value))) return false;
  const items: readonly JsonValue[] = isArray(value) ? value : Object.values(value);
  return forms.has(value) || items.some(hasWrittenForms);
}
