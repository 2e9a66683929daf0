import type { TypedResource } from '../model/selector.js';
import { describeKind, parseSelector } from './selector.js';

/** What names a kind for good. */
export interface KindDescription {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind?: string | undefined;
  readonly singular?: string | undefined;
}

/**
 * A kind with the types of its objects, to be used as a selector: handlers get typed `spec`, `status`, `patch`, `field`.
 *
 * @example `const Example = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' })`
 * @throws InvalidSelectorError `KOPF_INVALID_SELECTOR`, if something is missing.
 */
export function resource<Spec, Status>(of: KindDescription): TypedResource<Spec, Status> {
  const typed = describeKind(of);
  parseSelector(typed);
  return typed;
}

/** The type of `spec` of a selector; `any` if it says nothing about types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- untyped kinds are any-valued on purpose (design 2)
export type SpecOf<Selector> = TypesOf<Selector> extends { readonly spec: infer Spec } ? Spec : any;
/** The type of `status` of a selector; `any` if it says nothing about types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- untyped kinds are any-valued on purpose (design 2)
export type StatusOf<Selector> = TypesOf<Selector> extends { readonly status: infer Status } ? Status : any;

type TypesOf<Selector> = '@kopfts/types' extends keyof Selector ? NonNullable<Selector['@kopfts/types']> : undefined;

/** Dotted paths into an object type, to the given depth. */
type PathsIn<T, Depth extends readonly unknown[]> = Depth extends readonly [unknown, ...infer Rest]
  ? T extends readonly unknown[]
    ? never
    : T extends object
      ? { [Key in keyof T & string]-?: Key | `${Key}.${PathsIn<NonNullable<T[Key]>, Rest>}` }[keyof T & string]
      : never
  : never;

type IsAny<T> = 0 extends 1 & T ? true : false;
type InStanza<Stanza extends string, T> =
  Stanza | (IsAny<T> extends true ? `${Stanza}.${string}` : `${Stanza}.${PathsIn<T, [1, 1, 1, 1]>}`);

/** What `field` may be: for typed kinds the paths of their types, to depth 5; a list of keys always (design 2). */
export type FieldOf<Selector> =
  IsAny<SpecOf<Selector>> extends true
    ? string | readonly string[]
    : InStanza<'spec', SpecOf<Selector>> | InStanza<'status', StatusOf<Selector>> | `metadata.${string}` | readonly string[];
