import type { Json, JsonObject } from './json.js';

/** RFC 7386: null deletes, mappings merge, all else replaces. */
export type MergePatch = JsonObject;

/** RFC 6902, as far as we send it. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** A field, as a list of keys; `'spec.a.b'` is the same as `['spec', 'a', 'b']` (spec R-13). */
export type FieldPath = readonly string[];
export type FieldSpec = string | readonly string[];

/**
 * The `patch` argument of handlers: what is put here goes to the object after the pass, in one request per endpoint.
 * A merge patch: null deletes, mappings merge, lists and scalars replace (spec P-01..P-04). Reading an absent stanza
 * gives an empty mapping and creates nothing.
 */
export interface Patch {
  // Untyped on purpose (design 2): `patch.status.name = …` compiles under the strictest options, where an index signature would not do.
  /* eslint-disable @typescript-eslint/no-explicit-any */
  spec: any;
  status: any;
  readonly meta: { labels: any; annotations: any; [key: string]: any };
  readonly metadata: { labels: any; annotations: any; [key: string]: any };
  /** For what no merge patch can say, such as one element of a list: called with the newest state, after everything else is merged. */
  fns: PatchFunction[];
  [stanza: string]: any;
  /* eslint-enable @typescript-eslint/no-explicit-any */
  /** Takes back all of it, the functions included. */
  clear(): void;
  /** Nothing was put in: neither a key nor a function (spec P-03). */
  isEmpty(): boolean;
}

/** `patch` of a typed resource. */
export interface TypedPatch<Spec, Status> extends Omit<Patch, 'spec' | 'status'> {
  spec: PatchOf<Spec>;
  status: PatchOf<Status>;
  fns: PatchFunction<MutableBody<Spec, Status>>[];
  clear(): void;
  isEmpty(): boolean;
}

/**
 * Changes a copy of an object in place; what it returns is ignored. It must be idempotent, for it is called at least twice, and
 * again whenever somebody else was faster: what is there already must not be added once more (spec P-05). No promises:
 * what has to be waited for belongs into the handler.
 *
 * @example `patch.fns.push((body) => { if (!body.spec.hosts.includes(host)) body.spec.hosts.push(host); })`
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- untyped kinds are any-valued on purpose (design 2)
export type PatchFunction<Body = any> = (body: Body) => void;

/** The copy that transformation functions of a typed resource change. */
export interface MutableBody<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in `patch.metadata`
  metadata: { labels?: any; annotations?: any; finalizers?: string[]; [key: string]: any };
  spec: MutableOf<Spec>;
  status?: MutableOf<Status> | undefined;
}

/** Writable in depth. */
export type MutableOf<T> = T extends readonly (infer Item)[]
  ? MutableOf<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: MutableOf<T[K]> }
    : T;

/** All optional and writable, in depth, and null to delete. */
export type PatchOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { -readonly [K in keyof T]?: PatchOf<T[K]> | null | undefined }
    : T;

/** One difference (spec X-01): `field` is relative to what was compared. */
export interface DiffItem {
  readonly op: 'add' | 'change' | 'remove';
  readonly field: FieldPath;
  readonly old: Json | undefined;
  readonly new: Json | undefined;
}
export type Diff = readonly DiffItem[];
