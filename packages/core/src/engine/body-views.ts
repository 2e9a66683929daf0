// What handlers see of a body: views of one state, or, for what runs in the background, of the newest one at each look.
import { isJsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';

export const EMPTY: Readonly<Record<string, never>> = Object.freeze({});

type Mapping = Readonly<Record<string, unknown>>;

/** The arguments that are made of a body. */
export interface BodyViews {
  readonly body: ObjectBody;
  readonly spec: Mapping;
  readonly status: Mapping;
  readonly meta: ObjectBody['metadata'];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A stanza, or an empty mapping where there is none or no mapping (spec V-01, V-06). */
function stanza(body: ObjectBody, name: string): Mapping {
  const value = body[name];
  return isJsonObject(value) ? value : EMPTY;
}

/** Of one state, which does not change. */
export function viewsOf(body: ObjectBody): BodyViews {
  return {
    body,
    spec: stanza(body, 'spec'),
    status: stanza(body, 'status'),
    meta: body.metadata,
    labels: body.metadata.labels ?? EMPTY,
    annotations: body.metadata.annotations ?? EMPTY,
  };
}

/** Each look at one of them, also after it was taken out of the arguments, is a look at what `newest` gives then (spec V-04). */
export function liveViewsOf(newest: () => ObjectBody): BodyViews {
  return {
    body: liveView(newest),
    spec: liveView(() => stanza(newest(), 'spec')),
    status: liveView(() => stanza(newest(), 'status')),
    meta: liveView(() => newest().metadata),
    labels: liveView<Readonly<Record<string, string>>>(() => newest().metadata.labels ?? EMPTY),
    annotations: liveView<Readonly<Record<string, string>>>(() => newest().metadata.annotations ?? EMPTY),
  };
}

/** Read-only, like the frozen states that it shows: whoever writes gets a TypeError. What is deeper is of the state of the look. */
function liveView<T extends object>(newest: () => T): T {
  return new Proxy<T>({} as T, {
    get: (_, key) => Reflect.get(newest(), key) as unknown,
    has: (_, key) => Reflect.has(newest(), key),
    ownKeys: () => Reflect.ownKeys(newest()),
    getOwnPropertyDescriptor(_, key) {
      const found = Reflect.getOwnPropertyDescriptor(newest(), key);
      // A proxy may call nothing unchangeable that its target lacks.
      return found && { ...found, configurable: true };
    },
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    preventExtensions: () => false,
  });
}
