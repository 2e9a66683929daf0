import type { Resource } from './resource.js';

/** Matches every kind; see the parity spec S-21 for what it leaves out. */
export const EVERYTHING: unique symbol = Symbol.for('@kopfts/everything') as never;

/** A predicate over served kinds; sees all versions. */
export type SelectorPredicate = (resource: Resource) => boolean;

/** At most one of the name-like criteria (spec S-05, S-11). */
export interface SelectorObject {
  /** Empty for the core API. */
  readonly group?: string | undefined;
  /** Without one, only kinds in the preferred version of their group match (spec S-20). */
  readonly version?: string | undefined;
  /** Kind, plural, singular or short name; or everything, or a predicate, within a group or version (spec S-02..S-07). */
  readonly name?: string | typeof EVERYTHING | SelectorPredicate | undefined;
  readonly plural?: string | undefined;
  readonly kind?: string | undefined;
  readonly singular?: string | undefined;
  readonly shortcut?: string | undefined;
  readonly category?: string | undefined;
}

/** A kind with the types of its objects: `resource<Spec, Status>({ group, version, plural, kind })`. */
export interface TypedResource<Spec, Status> extends SelectorObject {
  /** Only for the compiler. */
  readonly '@kopfts/types'?: { readonly spec: Spec; readonly status: Status };
}

/**
 * Which kinds a handler serves: `'kopfexamples'`, `'KopfExample'`, `'kopfexamples.v1.kopf.dev'`, `'kopf.dev/v1/kopfexamples'`,
 * an object, `EVERYTHING`, or a predicate (spec S-01..S-07, design 2).
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type SelectorInput = string | SelectorObject | TypedResource<any, any> | typeof EVERYTHING | SelectorPredicate;

/** A selector, parsed. */
export type Selector =
  | { readonly by: 'everything'; readonly group: string | undefined; readonly version: string | undefined }
  | {
      readonly by: 'predicate';
      readonly predicate: SelectorPredicate;
      readonly group: string | undefined;
      readonly version: string | undefined;
    }
  | {
      readonly by: 'name' | 'plural' | 'kind' | 'singular' | 'shortcut' | 'category';
      readonly name: string;
      readonly group: string | undefined;
      readonly version: string | undefined;
    };
