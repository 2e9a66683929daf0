// The rules of custom resources: what a CustomResourceDefinition says, with the semantics of apiextensions-apiserver.

import type { FieldError } from '../errors.js';
import { badRequest, fieldInvalid } from '../errors.js';
import { goText } from '../go/go-text.js';
import { decodeStruct } from '../go/decode.js';
import { DecodeError } from '../go/decode-error.js';
import { subdomainProblems } from '../meta/names.js';
import { OBJECT_META, generationOf, metaOf, withMeta } from '../meta/object-meta.js';
import type { ObjectType } from '../schema/cel-rules.js';
import { SchemaRules } from '../schema/cel-rules.js';
import { isUnchanged } from '../schema/correlate.js';
import { applyDefaults } from '../schema/defaults.js';
import { dropNulls } from '../schema/drop-nulls.js';
import { validateEmbedded } from '../schema/embedded.js';
import { listTypeErrors } from '../schema/list-type.js';
import { prune } from '../schema/prune.js';
import { rootSchema } from '../schema/root-schema.js';
import { validateAnew, validateValue } from '../schema/validate.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, deepEqual, isArray, isObject, objectAt, own, sortedText, stringsAt, withKey, withoutKey } from '../store/json-value.js';
import { storedForm } from './custom-storage.js';
import type { Decoded, DefinedVersion, KindRules, ScalePaths } from './resource.js';
import type { SentForm } from './sent-form.js';
import { oddMetadata } from './sent-form.js';

export interface CustomOptions {
  readonly schema: JsonObject;
  readonly type: ObjectType;
  readonly hasStatus: boolean;
  readonly isNamespaced: boolean;
  readonly selectableFields: readonly string[];
  readonly scale: ScalePaths | undefined;
  /** All versions of the kind, by their names. */
  readonly versions: ReadonlyMap<string, DefinedVersion>;
  /** The name of the version with these rules. */
  readonly version: string;
  /** The name of the version in which objects are stored. */
  readonly storageVersion: string;
}

function goKind(value: JsonValue): string {
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (isArray(value)) return '[]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const MOST_REPLICAS = 2 ** 31 - 1;

export function customRules(options: CustomOptions): KindRules {
  const schema = rootSchema(options.schema);
  const rules = new SchemaRules(options.schema, options.type);
  const selectableFields = ['metadata.name', 'metadata.namespace', ...options.selectableFields];
  const ofSchema = (body: JsonObject, before?: JsonObject): readonly FieldError[] => {
    const errors = validateAnew(withoutKey(body, 'metadata'), schema, { path: '', before });
    return errors.length > 0 && before !== undefined && isUnchanged(body, before, schema) ? [] : errors;
  };
  const ofEmbedded = (body: JsonObject): readonly FieldError[] => validateEmbedded(withoutKey(body, 'metadata'), schema, '');
  // Whoever meets a list with repetitions may leave it so.
  const ofLists = (body: JsonObject, before?: JsonObject): readonly FieldError[] => {
    const errors = listTypeErrors(body, schema);
    return errors.length > 0 && before !== undefined && listTypeErrors(before, schema).length > 0 ? [] : errors;
  };
  const statusSchema = own(objectAt(schema, 'properties'), 'status');
  const checkStatus = (body: JsonObject, before?: JsonObject): readonly FieldError[] => {
    const status = own(body, 'status');
    if (status === undefined || !isObject(statusSchema)) return [];
    // The real server validates `status` as a root of its own: the texts lack the prefix, only the fields have it.
    const was = before === undefined ? undefined : own(before, 'status');
    return validateValue(status, statusSchema, { path: '', before: was }).map((error) => ({
      ...error,
      field: underStatus(error.field),
    }));
  };
  return {
    ...storedForm(options),
    nameRule: subdomainProblems,
    goType: undefined,
    createsOnUpdate: false,
    updatesUnconditionally: false,
    deletionAnswersObject: false,
    metaRulesOnUpdate: 2,
    checksMetaLast: false,
    zero: EMPTY,
    selectableFields,
    warnings: finalizerWarnings,
    tolerated: (next, old) => rules.tolerated(next, old),
    refuseField: (field) => badRequest(`field label not supported: ${field}`),
    decode: (body, style) => (style === 'merged' ? defaulted(body, schema) : decodeCustom(body, schema)),
    prepareCreate: (body) => withMeta(options.hasStatus ? withoutKey(body, 'status') : body, { generation: 1 }),
    prepareUpdate: (next, old) => countGeneration(options.hasStatus ? keep(next, old, 'status') : next, old, options),
    prepareStatusUpdate: (next, old) => keepOwners(keep(old, next, 'status'), next),
    validate: (body) => rules.after([...ofSchema(body), ...scaleErrors(body, options.scale), ...ofEmbedded(body), ...ofLists(body)], body),
    // A definition may get a scale later: its counts must be right from then on.
    validateUpdate: (next, old) => {
      const errors = [...ofSchema(next, old), ...scaleErrors(next, options.scale), ...ofEmbedded(next), ...ofLists(next, old)];
      return rules.after(errors, next, old);
    },
    validateStatusUpdate: (next, old) =>
      rules.after([...checkStatus(next, old), ...scaleStatusErrors(next, options.scale), ...ofLists(next, old)], next, old),
    // Decoding knows the defaults of the schema.
    withDefaults: (body) => body,
    storedForm: (form) => storedMetadata(form, options.isNamespaced),
    toServed: (body) => body,
    toStored: (body) => body,
  };
}

/** Finalizers that may meet others of the same name. */
function finalizerWarnings(next: JsonObject, old: JsonObject | undefined): readonly string[] {
  const before = old === undefined ? [] : stringsAt(metaOf(old), 'finalizers');
  return stringsAt(metaOf(next), 'finalizers')
    .filter((finalizer) => !before.includes(finalizer) && !finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer))
    .map((finalizer) => {
      const path = finalizer.includes('.') ? ' including a path (/)' : '';
      return `metadata.finalizers: ${JSON.stringify(finalizer)}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    });
}

const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** The numbers of the scale endpoint are counts, its selector is a text. */
function scaleErrors(body: JsonObject, scale: ScalePaths | undefined): readonly FieldError[] {
  if (scale === undefined) return [];
  return [...countErrors(body, scale.specReplicas), ...scaleStatusErrors(body, scale)];
}

/** What the status endpoint may change of a scale. */
function scaleStatusErrors(body: JsonObject, scale: ScalePaths | undefined): readonly FieldError[] {
  if (scale === undefined) return [];
  return [...countErrors(body, scale.statusReplicas), ...(scale.labelSelector === '' ? [] : selectorErrors(body, scale.labelSelector))];
}

function countErrors(body: JsonObject, path: string): readonly FieldError[] {
  const found = valueAt(body, path);
  if ('stuck' in found) return [inaccessible(path, found.stuck, { shown: '0', wanted: 'map[string]interface{}' })];
  const { value } = found;
  if (value === undefined) return [];
  if (typeof value !== 'number' && typeof value !== 'bigint') return [inaccessible(path, value, { shown: '0', wanted: 'int64' })];
  if (value < 0) return [fieldInvalid(path, String(value), 'should be a non-negative integer')];
  return value > MOST_REPLICAS ? [fieldInvalid(path, String(value), `should be less than or equal to ${MOST_REPLICAS}`)] : [];
}

function selectorErrors(body: JsonObject, path: string): readonly FieldError[] {
  const found = valueAt(body, path);
  if ('stuck' in found) return [inaccessible(path, found.stuck, { shown: '""', wanted: 'map[string]interface{}' })];
  return found.value === undefined || typeof found.value === 'string'
    ? []
    : [inaccessible(path, found.value, { shown: '""', wanted: 'string' })];
}

/** The value at the end of the path, or the one on the way that is no object. */
function valueAt(body: JsonObject, path: string): { readonly value: JsonValue | undefined } | { readonly stuck: JsonValue } {
  let value: JsonValue | undefined = body;
  for (const step of path.replace(/^\./, '').split('.')) {
    if (value === undefined) return { value };
    if (!isObject(value)) return { stuck: value };
    value = own(value, step);
  }
  return { value };
}

function inaccessible(path: string, value: JsonValue, { shown, wanted }: { shown: string; wanted: string }): FieldError {
  return fieldInvalid(path, shown, `${path} accessor error: ${goText(value)} is of the type ${goKind(value)}, expected ${wanted}`);
}

function underStatus(field: string): string {
  return field === '' || field === '<nil>' ? 'status' : `status.${field}`;
}

/**
 * What apply merges is no text that is read: nulls stay, and are refused, and what the schema does not know stays until the object is
 * stored.
 */
function defaulted(body: JsonObject, schema: JsonObject): Decoded {
  const filled = applyDefaults(withoutKey(body, 'metadata'), schema);
  const applied = own(body, 'metadata') ?? {};
  const metadata = coercedMeta(applied);
  return { body: { metadata, ...(isObject(filled) ? filled : {}) }, unknown: [], form: oddMetadata(applied, metadata) };
}

function decodeCustom(body: JsonObject, schema: JsonObject): Decoded {
  const unknown: string[] = [];
  const pruned: string[] = [];
  const embedded: string[] = [];
  const metadata = own(body, 'metadata') ?? {};
  const decodedMeta = decodedMetadata(metadata, unknown);
  const rest = withoutKey(body, 'metadata');
  const filled = dropNulls(applyDefaults(prune(rest, schema, { path: '', unknown: pruned, embedded, refuses: true }), schema), schema);
  unknown.push(...pruned.sort(), ...embedded);
  const decoded = isObject(filled) ? filled : rest;
  if (decoded === rest && decodedMeta === metadata) return { body, unknown };
  return { body: { metadata: decodedMeta, ...decoded }, unknown };
}

/** The real server reads metadata once more from a text with sorted keys, and reports what it meets first there. */
function decodedMetadata(metadata: JsonValue, unknown: string[]): JsonObject {
  try {
    const found: string[] = [];
    const decoded = decodeStruct(metadata, OBJECT_META, { path: 'metadata', unknown: found });
    if (found.length > 1) decodeStruct(JSON.parse(sortedText(metadata)) as JsonValue, OBJECT_META, { path: 'metadata', unknown });
    else unknown.push(...found);
    return decoded;
  } catch (error) {
    if (!(error instanceof DecodeError) || !isObject(metadata)) throw error;
    const inOrder = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
    return decodeStruct(inOrder, OBJECT_META, { path: 'metadata', unknown: [] });
  }
}

/** What apply merges loses the fields of its metadata that cannot be read. */
function coercedMeta(metadata: JsonValue): JsonObject {
  const decode = (value: JsonValue): JsonObject => decodeStruct(value, OBJECT_META, { path: 'metadata', unknown: [] });
  if (!isObject(metadata)) return decode(metadata);
  const isReadable = (key: string): boolean => {
    try {
      decode({ [key]: own(metadata, key) ?? null });
      return true;
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
  };
  try {
    return decode(metadata);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return decode(Object.fromEntries(Object.entries(metadata).filter(([key]) => isReadable(key))));
  }
}

/** Odd metadata as it is stored: of objects in namespaces the server writes that. */
function storedMetadata(form: SentForm, isNamespaced: boolean): SentForm {
  return isNamespaced ? withoutKey(form, 'namespace') : form;
}

/** `target` with the value of `key` that `source` has. */
function keep(target: JsonObject, source: JsonObject, key: string): JsonObject {
  const value = own(source, key);
  return value === undefined ? withoutKey(target, key) : withKey(target, key, value);
}

/** Who owns what has changed, although nothing else of the metadata may. */
function keepOwners(target: JsonObject, source: JsonObject): JsonObject {
  const owners = own(metaOf(source), 'managedFields');
  return owners === own(metaOf(target), 'managedFields') ? target : withMeta(target, { managedFields: owners });
}

function countGeneration(next: JsonObject, old: JsonObject, options: CustomOptions): JsonObject {
  const content = (body: JsonObject): JsonObject => {
    const rest = withoutKey(body, 'metadata');
    return options.hasStatus ? withoutKey(rest, 'status') : rest;
  };
  const isChanged = !deepEqual(content(next), content(old));
  const generation = generationOf(old) + (isChanged ? 1 : 0);
  return own(metaOf(next), 'generation') === generation ? next : withMeta(next, { generation });
}
