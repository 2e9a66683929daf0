import { InvalidOptionError } from '../errors.js';
import type { TypedResource } from '../model/selector.js';
import type { SchemaOutput, StandardSchema } from '../model/standard-schema.js';
import { describeKind, parseSelector } from './selector.js';

/** What names a kind for good. */
export interface KindDescription {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind?: string | undefined;
  readonly singular?: string | undefined;
}

/** A kind and the schema of its objects: of a mapping with `spec` and, if there is one, `status`. */
export interface KindWithSchema<Schema extends StandardSchema> extends KindDescription {
  readonly schema: Schema;
}

/** The part of a schema's mapping that handlers see under that name. */
export type StanzaOf<Schema extends StandardSchema, Stanza extends 'spec' | 'status'> =
  SchemaOutput<Schema> extends { readonly [Key in Stanza]?: infer Type } ? (unknown extends Type ? unknown : NonNullable<Type>) : unknown;

/** What `resource` makes of a kind with a schema. */
export type ResourceWithSchema<Schema extends StandardSchema> = TypedResource<StanzaOf<Schema, 'spec'>, StanzaOf<Schema, 'status'>> & {
  readonly schema: Schema;
};

/**
 * A kind with the types of its objects, to be used as a selector: handlers get typed `spec`, `status`, `patch`, `field`. The types are given as
 * arguments, or by a schema: any Standard Schema. It says what objects look like; objects are not validated by it.
 *
 * @example `const Example = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' })`
 * @example `const Example = resource({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', schema: z.object({ spec: z.object({ size: z.number() }) }) })`
 * @throws InvalidSelectorError `KOPF_INVALID_SELECTOR`, if something is missing; InvalidOptionError `KOPF_INVALID_OPTION`, if the schema is none.
 */
export function resource<Schema extends StandardSchema>(of: KindWithSchema<Schema>): ResourceWithSchema<Schema>;
export function resource<Spec, Status>(of: KindDescription): TypedResource<Spec, Status>;
export function resource(of: KindDescription & { readonly schema?: unknown }): TypedResource<unknown, unknown> {
  const { schema, ...names } = of;
  const typed = describeKind(names);
  parseSelector(typed);
  if (schema === undefined) return typed;
  if (!isStandardSchema(schema)) {
    throw new InvalidOptionError(`\`schema\` of the kind '${of.plural}'`, schema, 'a Standard Schema, for example of zod');
  }
  return Object.defineProperty(typed, 'schema', { value: schema });
}

/** Some libraries have functions for schemas. */
function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value)) return false;
  const standard = value['~standard'];
  return typeof standard === 'object' && standard !== null && 'version' in standard && standard.version === 1;
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
