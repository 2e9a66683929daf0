// What of a memo is stored, and how what was stored comes back.
import { NotJsonError } from '../errors.js';
import { isJsonObject, setOwn, type Json, type JsonObject } from '../model/json.js';
import { toJson } from '../patch/json-value.js';
import type { LoadedMemo } from '../ports/memo-store.js';

/** What is known of the stored memo of one object. */
export interface KeptMemo {
  /** As the store has it, as far as we know; its version is that of our last write. */
  seen: LoadedMemo;
  /** Versions that we wrote: a look that was on its way meanwhile may find an earlier one. */
  own: readonly string[];
  /** That it cannot be stored was told, until it can be. */
  isTold: boolean;
  /** One write at a time; resolves when the last one is over. */
  writing: Promise<unknown>;
}

/** What only this object has: what it shares with the operator's memo is not its own (spec M-03). @throws NotJsonError `KOPF_NOT_JSON`. */
export function ownContent(memo: unknown, operator: unknown, name: string): JsonObject {
  if (typeof memo !== 'object' || memo === null || Array.isArray(memo))
    throw new NotJsonError(`The memo of '${name}'`, Array.isArray(memo) ? 'a list' : memo === null ? 'null' : `a ${typeof memo}`);
  const shared = new Map<string, unknown>(typeof operator === 'object' && operator !== null ? Object.entries(operator) : []);
  const own: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(memo)) {
    if (value === undefined || (shared.has(key) && shared.get(key) === value)) continue;
    setOwn(own, key, toJson(value, `The memo of '${name}': ${key}`));
  }
  return own;
}

/** Puts what was stored into a memo. */
export function fillMemo<T>(memo: T, content: JsonObject | undefined): T {
  if (content === undefined || typeof memo !== 'object' || memo === null) return memo;
  // A copy: what is known of the store must not change with the memo.
  const copy = toJson(content, 'the stored memo');
  if (isJsonObject(copy)) for (const [key, value] of Object.entries(copy)) setOwn(memo as Record<string, Json | undefined>, key, value);
  return memo;
}

/** Puts what somebody else stored in the place of what was stored before. Handlers that run may hold the memo: it stays the same object. */
export function replaceContent(memo: unknown, { before, after }: { readonly before: LoadedMemo; readonly after: LoadedMemo }): void {
  if (typeof memo !== 'object' || memo === null) return;
  const content = after.memo ?? {};
  for (const key of Object.keys(before.memo ?? {})) if (!Object.hasOwn(content, key)) Reflect.deleteProperty(memo, key);
  fillMemo(memo, content);
}
