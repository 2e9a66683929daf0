/** Strings that must not mix. The brand exists for the compiler only. */
export type Brand<Name extends string> = string & { readonly '@kopfts/brand'?: Name };

/** `create_fn`, `create_fn/spec.field`, `parent/child`: persisted on objects, never depends on file, line or order. */
export type HandlerId = Brand<'HandlerId'>;
/** `metadata.uid`: identity of an object; a name may be re-used, a uid never. */
export type ObjectUid = Brand<'ObjectUid'>;
/** `metadata.resourceVersion`: compare only through `compareVersions`. */
export type ResourceVersion = Brand<'ResourceVersion'>;
