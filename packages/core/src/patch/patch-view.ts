import { NotJsonError } from '../errors.js';
import { setOwn, type Json } from '../model/json.js';
import type { MergePatch, Patch, PatchFunction } from '../model/patch.js';
import { toJson } from './json-value.js';

/** The `patch` argument of handlers, and what the engine gets out of it. */
export interface PatchView {
  readonly view: Patch;
  /**
   * What was put in since the last time, as a copy; the view is empty afterwards, also if this throws.
   *
   * @throws NotJsonError `KOPF_NOT_JSON` naming the path.
   */
  take(): MergePatch;
  /**
   * The functions that were put in since the last time, in order; they are taken out.
   *
   * @throws NotJsonError `KOPF_NOT_JSON` if one is no function.
   */
  takeFunctions(): readonly PatchFunction[];
  /** Neither a key nor a function is in it. */
  isEmpty(): boolean;
}

type Mapping = Record<string, unknown>;
/** Where a mapping is, and how to make it when something is written. */
interface Place {
  found(): unknown;
  create(): Mapping;
}

/** Mappings of Kubernetes objects: they can be read and written before they exist (spec P-02). */
const STANZAS: ReadonlySet<string> = new Set(['spec', 'status', 'metadata', 'data', 'stringData', 'binaryData']);
const OF_METADATA: ReadonlySet<string> = new Set(['labels', 'annotations']);
const NONE: ReadonlySet<string> = new Set();

/** An empty patch (spec P-01..P-04). Reading creates nothing; writing creates the stanza. */
export function createPatchView(): PatchView {
  return new LatePatchView();
}

/** Most handlers do not look at their patch: it is made for those that do. */
class LatePatchView implements PatchView {
  #view: Patch | undefined;
  #content: Mapping = {};
  readonly #fns: PatchFunction[] = [];

  get view(): Patch {
    return (this.#view ??= this.#open());
  }

  take(): MergePatch {
    if (this.#view === undefined) return {};
    try {
      return toJson(this.#content, 'patch') as { readonly [key: string]: Json };
    } finally {
      // Only now: what was put in may be a view of what was put in.
      this.#content = {};
    }
  }

  takeFunctions(): readonly PatchFunction[] {
    const taken: readonly unknown[] = this.#fns.splice(0);
    const odd = taken.findIndex((fn) => typeof fn !== 'function');
    if (odd !== -1) throw new NotJsonError(`patch.fns[${odd}]`, `a ${typeof taken[odd]} and no function`);
    return taken as readonly PatchFunction[];
  }

  isEmpty(): boolean {
    return Object.keys(this.#content).length === 0 && this.#fns.length === 0;
  }

  #open(): Patch {
    const content = (): Mapping => this.#content;
    const clear = (): void => {
      this.#content = {};
      this.#fns.length = 0;
    };
    const stanzas = mappingView({ found: content, create: content }, STANZAS);
    return withFunctions(stanzas, { fns: this.#fns, clear, isEmpty: () => this.isEmpty() });
  }
}

/** Names that are no stanzas: they are there before anything is put in, and are no part of what is. */
interface Reserved {
  readonly fns: PatchFunction[];
  readonly clear: () => void;
  readonly isEmpty: () => boolean;
}

function withFunctions(stanzas: object, own: Reserved): Patch {
  return new Proxy(stanzas, {
    get: (target, key, receiver): unknown => (Object.hasOwn(own, key) ? own[key as keyof Reserved] : Reflect.get(target, key, receiver)),
    set: (target, key, value: unknown) => {
      if (!Object.hasOwn(own, key)) return Reflect.set(target, key, value);
      if (key !== 'fns' || !Array.isArray(value)) return false;
      own.fns.splice(0, own.fns.length, ...(value as PatchFunction[]));
      return true;
    },
    deleteProperty: (target, key) => {
      if (key === 'fns') own.fns.length = 0;
      return Object.hasOwn(own, key) ? key === 'fns' : Reflect.deleteProperty(target, key);
    },
  }) as Patch;
}

/** A live view of a mapping that may not exist yet; `stanzas` are those of its keys that are mappings, existing or not. */
function mappingView(place: Place, stanzas: ReadonlySet<string>): object {
  const read = (): Mapping => (isMapping(place.found()) ? (place.found() as Mapping) : {});
  const real = (key: string | symbol): string | symbol => (key === 'meta' && stanzas === STANZAS ? 'metadata' : key);
  return new Proxy(
    {},
    {
      get: (_, asked) => {
        const key = real(asked);
        const value = Object.hasOwn(read(), key) ? read()[key as string] : undefined;
        if (typeof key !== 'string' || !stanzas.has(key) || !(value === undefined || isMapping(value))) return inherited(value, key);
        return mappingView(childPlace(place, key), key === 'metadata' ? OF_METADATA : NONE);
      },
      set: (_, asked, value: unknown) => {
        const key = real(asked);
        if (typeof key !== 'string') return false;
        setOwn(place.create() as Record<string, Json | undefined>, key, value as Json);
        return true;
      },
      has: (_, asked) => Object.hasOwn(read(), real(asked)),
      deleteProperty: (_, asked) => Reflect.deleteProperty(read(), real(asked)),
      ownKeys: () => Reflect.ownKeys(read()),
      getOwnPropertyDescriptor: (_, asked) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(read(), real(asked));
        return descriptor && { ...descriptor, configurable: true };
      },
      defineProperty: (_, asked, descriptor) => Reflect.defineProperty(place.create(), real(asked), { ...descriptor, configurable: true }),
    },
  );
}

function childPlace(parent: Place, key: string): Place {
  const found = (): unknown => {
    const mapping = parent.found();
    return isMapping(mapping) && Object.hasOwn(mapping, key) ? mapping[key] : undefined;
  };
  return {
    found,
    create() {
      const existing = found();
      if (isMapping(existing)) return existing;
      const made: Mapping = {};
      parent.create()[key] = made;
      return made;
    },
  };
}

/** What every object has, such as `toString`, so that a patch can be printed. */
function inherited(value: unknown, key: string | symbol): unknown {
  return value === undefined && key !== '__proto__' ? Reflect.get(Object.prototype, key) : value;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
