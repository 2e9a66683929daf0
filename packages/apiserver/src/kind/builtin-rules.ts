import type { FieldError } from '../errors.js';
import { badRequest, fieldInvalid } from '../errors.js';
import { decodeStruct } from '../go/decode.js';
import { subdomainProblems } from '../meta/names.js';
import { validateMeta } from '../meta/validate-meta.js';
import { generationOf, metaOf, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { EMPTY, deepEqual, isArray, objectAt, own, stringsAt, withKey, withoutKey } from '../store/json-value.js';
import type { KindRules } from './resource.js';
import { oddMaps } from './sent-form.js';

/** What a built-in kind must say about itself; the rest of its rules has the usual values. */
export interface BuiltinOptions extends Partial<Omit<KindRules, 'decode' | 'refuseField'>> {
  /** The Go type of the kind, as the table of types names it. */
  readonly type: string;
  readonly hasStatus?: boolean;
  /** Most kinds insist on finalizers with a domain. Default: true. */
  readonly qualifiesFinalizers?: boolean;
  /** An update checks all of the metadata once more. Default: false. */
  readonly revalidatesMeta?: boolean;
  /** An update has the rules of a new object, too. Default: true. */
  readonly repeatsValidation?: boolean;
  /** What admission fills in, in new and in changed objects; nobody owns it. */
  readonly admit?: (body: JsonObject) => JsonObject;
  /** `metadata.generation` counts the changes of `spec`. */
  readonly countsGeneration?: boolean;
  /** … and those of the annotations. Default: false. */
  readonly countsAnnotations?: boolean;
  /** Fields that are maps, and those of them that are maps of bytes: their form counts beside their content. Default: none. */
  readonly oddMaps?: { readonly maps: readonly string[]; readonly bytes: readonly string[] };
}

/** The words of the error for an unknown field selector differ between kinds that select only by metadata and the others. */
function refuseField(fields: readonly string[]): (field: string) => Error {
  if (fields.length > 2) return (field) => badRequest(`field label not supported: ${field}`);
  return (field) => badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Finalizers without a domain, which most kinds do not take. */
export function unqualifiedFinalizers(body: JsonObject): readonly FieldError[] {
  return stringsAt(metaOf(body), 'finalizers').flatMap((finalizer, index) =>
    finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
      ? []
      : [
          fieldInvalid(
            `metadata.finalizers[${index}]`,
            JSON.stringify(finalizer),
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );
}

function copyField(next: JsonObject, old: JsonObject, key: string): JsonObject {
  const value = own(old, key);
  return value === undefined ? withoutKey(next, key) : withKey(next, key, value);
}

/** Go leaves out what has no members, but here an empty list means something: forget all owners. */
function withReset(decoded: JsonObject, sent: JsonObject): JsonObject {
  const entries = own(metaOf(sent), 'managedFields');
  return isArray(entries) && entries.length === 0 ? withMeta(decoded, { managedFields: entries }) : decoded;
}

export function builtinRules(options: BuiltinOptions): KindRules {
  const selectableFields = ['metadata.name', 'metadata.namespace', ...(options.selectableFields ?? [])];
  const withGeneration = (next: JsonObject, old: JsonObject): JsonObject => {
    if (options.countsGeneration !== true) return next;
    const areOthers = !deepEqual(objectAt(metaOf(next), 'annotations'), objectAt(metaOf(old), 'annotations'));
    const isChanged = !deepEqual(own(next, 'spec'), own(old, 'spec')) || (options.countsAnnotations === true && areOthers);
    return withMeta(next, { generation: generationOf(old) + (isChanged ? 1 : 0) });
  };
  const admit = options.admit ?? ((body: JsonObject): JsonObject => body);
  const nameRule = options.nameRule ?? subdomainProblems;
  const unqualified = (body: JsonObject): readonly FieldError[] =>
    options.qualifiesFinalizers === false ? [] : unqualifiedFinalizers(body);
  const validate = (body: JsonObject): readonly FieldError[] => [...unqualified(body), ...(options.validate?.(body) ?? [])];
  return {
    nameRule,
    goType: options.type,
    createsOnUpdate: false,
    updatesUnconditionally: true,
    deletionAnswersObject: false,
    metaRulesOnUpdate: 2,
    checksMetaLast: false,
    zero: decodeStruct({}, options.type, { path: '', unknown: [] }),
    withDefaults: (body) => body,
    toServed: (body) => body,
    toStored: (body) => body,
    prepareUpdate: (next, old) => withGeneration(admit(options.hasStatus === true ? copyField(next, old, 'status') : next), old),
    // Built-in kinds take metadata, too, through their status endpoint.
    prepareStatusUpdate: (next, old) => copyField(next, old, 'spec'),
    ...options,
    validateStatusUpdate: (next, old) => [...unqualified(next), ...(options.validateStatusUpdate?.(next, old) ?? [])],
    prepareCreate: (body) => {
      const prepared = admit(options.prepareCreate?.(body) ?? body);
      return options.countsGeneration === true ? withMeta(prepared, { generation: 1 }) : prepared;
    },
    validate,
    validateUpdate: (next, old, form) => [
      ...unqualified(next),
      ...(options.revalidatesMeta === true ? [...validateMeta(metaOf(next), nameRule), ...unqualified(next)] : []),
      ...(options.validateUpdate?.(next, old, form) ?? []),
      ...(options.repeatsValidation === false ? [] : (options.validate?.(next) ?? [])),
    ],
    selectableFields,
    refuseField: refuseField(selectableFields),
    decode: (body, style = 'json') => {
      const unknown: string[] = [];
      const decoded = decodeStruct(body, options.type, { path: '', unknown, style: style === 'merged' ? 'unstructured' : style });
      const form = options.oddMaps === undefined ? EMPTY : oddMaps(body, options.oddMaps);
      return { body: withReset(decoded, body), unknown, ...(form === EMPTY ? {} : { form }) };
    },
  };
}
