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
    body: liveView(newest, (body) => body),
    spec: liveView(newest, specOf),
    status: liveView(newest, statusOf),
    meta: liveView(newest, metaOf),
    labels: liveView(newest, labelsOf),
    annotations: liveView(newest, annotationsOf),
  };
}

const specOf = (body: ObjectBody): Mapping => stanza(body, 'spec');
const statusOf = (body: ObjectBody): Mapping => stanza(body, 'status');
const metaOf = (body: ObjectBody): ObjectBody['metadata'] => body.metadata;
const labelsOf = (body: ObjectBody): Readonly<Record<string, string>> => body.metadata.labels ?? EMPTY;
const annotationsOf = (body: ObjectBody): Readonly<Record<string, string>> => body.metadata.annotations ?? EMPTY;

/** Behind all of them, for nothing is ever put there. */
const NOTHING = {};

function liveView<T extends object>(newest: () => ObjectBody, part: (body: ObjectBody) => T): T {
  return new Proxy<T>(NOTHING as T, new LiveView(newest, part));
}

/** Read-only, like the frozen states that it shows: whoever writes gets a TypeError. What is deeper is of the state of the look. */
class LiveView<T extends object> implements ProxyHandler<T> {
  readonly #newest: () => ObjectBody;
  readonly #part: (body: ObjectBody) => T;

  constructor(newest: () => ObjectBody, part: (body: ObjectBody) => T) {
    this.#newest = newest;
    this.#part = part;
  }

  get(_: T, key: string | symbol): unknown {
    return Reflect.get(this.#look(), key);
  }

  has(_: T, key: string | symbol): boolean {
    return Reflect.has(this.#look(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#look());
  }

  getOwnPropertyDescriptor(_: T, key: string | symbol): PropertyDescriptor | undefined {
    const found = Reflect.getOwnPropertyDescriptor(this.#look(), key);
    // A proxy may call nothing unchangeable that its target lacks.
    return found && { ...found, configurable: true };
  }

  set(): boolean {
    return false;
  }

  defineProperty(): boolean {
    return false;
  }

  deleteProperty(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  #look(): T {
    return this.#part(this.#newest());
  }
}
