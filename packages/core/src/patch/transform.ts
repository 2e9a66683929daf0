// Functions in `patch.fns`: called with a copy of the newest state; what they change is found out by comparing (decision 14).
import { AsyncTransformationError } from '../errors.js';
import { copyOf } from '../cause/field.js';
import type { HandlerId } from '../model/ids.js';
import { isJsonObject, plainOf, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import { differencePatch } from './difference.js';
import { toJson } from './json-value.js';
import { keepDigits } from './keep-digits.js';
import { applyMergePatch, composeMergePatches, mergePatchEffect } from './merge-patch.js';

/** The functions of handlers, in the order in which they are to be called. */
export type Transformations = ReadonlyMap<HandlerId, readonly PatchFunction[]>;

export const NO_TRANSFORMATIONS: Transformations = new Map();

export type Transformed =
  | {
      readonly ok: true;
      readonly body: ObjectBody;
      /** What the functions of each handler changed, for blaming them if it is refused. */
      readonly changes: ReadonlyMap<HandlerId, MergePatch>;
    }
  | { readonly ok: false; readonly handler: HandlerId; readonly error: unknown };

/** What belongs to the server, or says which object it is: a function cannot change it. */
const FIXED = ['apiVersion', 'kind'] as const;
const FIXED_METADATA = ['name', 'namespace', 'uid', 'resourceVersion'] as const;

/** The body as the functions leave it. The given one is not changed; what did not change is equal, not the same. */
export function transformBody(body: ObjectBody, transformations: Transformations): Transformed {
  let current = body;
  const changes = new Map<HandlerId, MergePatch>();
  for (const [handler, fns] of transformations) {
    const before = current;
    try {
      for (const fn of fns) current = callFunction(current, fn, handler);
    } catch (error) {
      return { ok: false, handler, error };
    }
    const change = differencePatch(before, current);
    if (change !== undefined) changes.set(handler, change);
  }
  return { ok: true, body: current, changes };
}

function callFunction(body: ObjectBody, fn: PatchFunction, handler: HandlerId): ObjectBody {
  const copy = mutableCopy(plainOf(body));
  const returned: unknown = fn(copy);
  if (isThenable(returned)) {
    // It is nobody's: what becomes of it must not end the process.
    returned.then(undefined, () => undefined);
    throw new AsyncTransformationError(handler);
  }
  return withIdentity(keepDigits(body, toJson(copy, `the body after a function of '${handler}'`)), body);
}

function mutableCopy<T extends Json | undefined>(value: T): T;
function mutableCopy(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mutableCopy(item));
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json | undefined> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, mutableCopy(value[key]));
  return copy;
}

function withIdentity(changed: Json, { metadata, ...rest }: ObjectBody): ObjectBody {
  const copy = copyOf(isJsonObject(changed) ? changed : {});
  const given = copy['metadata'];
  const meta = copyOf(isJsonObject(given) ? given : {});
  for (const key of FIXED) copy[key] = rest[key];
  for (const key of FIXED_METADATA) {
    if (metadata[key] === undefined) Reflect.deleteProperty(meta, key);
    else meta[key] = metadata[key];
  }
  return { ...copy, metadata: meta } as JsonObject as ObjectBody;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function';
}

/** The body as it will be: all of it merged, then transformed. Functions that fail now are reported when their changes are written. */
export function pendingBody(body: ObjectBody, merges: Iterable<MergePatch>, transformations: Transformations): ObjectBody {
  // What is written is what has an effect: a number that is handed back as it was seen has none.
  const effect = mergePatchEffect(body, [...merges].reduce(composeMergePatches, {}));
  const merged = effect === undefined ? body : applyMergePatch<ObjectBody>(body, effect);
  const transformed = transformations.size === 0 ? undefined : transformBody(merged, transformations);
  return transformed?.ok === true ? transformed.body : merged;
}
