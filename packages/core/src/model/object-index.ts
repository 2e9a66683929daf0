// What indexes look like to handlers (parity spec section 19).

/** Keys are compared by value: lists, too, so `['default', 'web']` finds what was put under an equal list. */
export type IndexKey = string | number | boolean | null | readonly IndexKey[];

/** Values of objects by key, kept up to date as objects come and go. Read-only. */
export interface ObjectIndex<Key = IndexKey, Value = unknown> {
  /** One value for each object that has this key, in no order; empty if there is none. What was got does not change any more. */
  get(key: Key): readonly Value[];
  has(key: Key): boolean;
  /** Number of keys. */
  readonly size: number;
  keys(): readonly Key[];
  entries(): readonly (readonly [Key, readonly Value[]])[];
  [Symbol.iterator](): Iterator<readonly [Key, readonly Value[]]>;
}

/** Names an index and the types in it; `ctx.index(token)` gives the index. Made by `kopf.index`. */
export interface IndexToken<Key = IndexKey, Value = unknown> {
  readonly id: string;
  /** Only for the compiler. */
  readonly types?: { readonly key: Key; readonly value: Value };
}

/**
 * Gives an index by its token. Works when taken out of the argument.
 *
 * @throws InvalidOptionError if no registry of this operator declared it.
 */
export type IndexLookup = <Key, Value>(token: IndexToken<Key, Value>) => ObjectIndex<Key, Value>;

/** The keys of an index whose function returns this: those of a mapping, else the one key null. */
export type KeysOf<Result> =
  Result extends ReadonlyMap<infer Key, unknown> ? Key : Result extends Plain ? null : Result extends object ? string : null;

/** The values of an index whose function returns this. Nothing returned leaves the index as it is. */
export type ValuesOf<Result> =
  Result extends ReadonlyMap<unknown, infer Value>
    ? Value
    : Result extends undefined | null
      ? never
      : Result extends Plain
        ? Result
        : Result extends object
          ? Result[keyof Result]
          : never;

/** Not a mapping: stored whole, under the key null. */
type Plain = string | number | boolean | bigint | symbol | readonly unknown[] | ReadonlySet<unknown> | Date | undefined | null;
