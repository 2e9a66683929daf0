import { setOwn, type Json } from '../model/json.js';
import type { MergePatch, Patch } from '../model/patch.js';
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
  let content: Mapping = {};
  const root: Place = { found: () => content, create: () => content };
  return {
    view: mappingView(root, STANZAS) as Patch,
    take() {
      try {
        return toJson(content, 'patch') as { readonly [key: string]: Json };
      } finally {
        // Only now: what was put in may be a view of what was put in.
        content = {};
      }
    },
    isEmpty: () => Object.keys(content).length === 0,
  };
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
