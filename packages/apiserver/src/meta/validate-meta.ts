import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired } from '../errors.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, deepEqual, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import type { NameRule } from './names.js';
import { finalizerProblems, labelKeyProblems, labelValueProblems } from './names.js';

const MAX_ANNOTATIONS_BYTES = 256 * 1024;
const quoted = (text: string): string => JSON.stringify(text);

/** The rules for the metadata of any object, in the order in which kube-apiserver reports them. */
export function validateMeta(metadata: JsonObject, nameRule: NameRule): readonly FieldError[] {
  const errors: FieldError[] = [];
  const generateName = stringAt(metadata, 'generateName');
  // A prefix may end with a dash: the suffix follows.
  if (generateName !== '') errors.push(...named('metadata.generateName', generateName, nameRule(maskTrailingDash(generateName))));
  const name = stringAt(metadata, 'name');
  if (name === '') errors.push(fieldRequired('metadata.name', 'name or generateName is required'));
  else errors.push(...named('metadata.name', name, nameRule(name)));
  const generation = own(metadata, 'generation');
  if (typeof generation === 'number' && generation < 0)
    errors.push(fieldInvalid('metadata.generation', String(generation), 'must be greater than or equal to 0'));
  errors.push(...validateLabels(metadata), ...validateAnnotations(metadata), ...validateOwners(metadata), ...validateFinalizers(metadata));
  return errors;
}

function maskTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

function named(field: string, name: string, problems: readonly string[]): readonly FieldError[] {
  return problems.map((problem) => fieldInvalid(field, quoted(name), problem));
}

export function validateLabels(metadata: JsonObject): readonly FieldError[] {
  const labels = objectAt(metadata, 'labels');
  return Object.keys(labels).flatMap((key) => [
    ...named('metadata.labels', key, labelKeyProblems(key)),
    ...named('metadata.labels', stringAt(labels, key), labelValueProblems(stringAt(labels, key))),
  ]);
}

export function validateAnnotations(metadata: JsonObject): readonly FieldError[] {
  const annotations = objectAt(metadata, 'annotations');
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(annotations)) {
    // Keys are judged in lower case: only labels insist on the case.
    errors.push(...named('metadata.annotations', key, labelKeyProblems(key.toLowerCase())));
    size += Buffer.byteLength(key) + Buffer.byteLength(stringAt(annotations, key));
  }
  if (size > MAX_ANNOTATIONS_BYTES) {
    const message = `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`;
    errors.push({ reason: 'FieldValueTooLong', field: 'metadata.annotations', message });
  }
  return errors;
}

function validateOwners(metadata: JsonObject): readonly FieldError[] {
  const at = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of arrayAt(metadata, 'ownerReferences')) {
    if (!isObject(reference)) continue;
    if (!/^([^/]+\/)?[^/]+$/.test(stringAt(reference, 'apiVersion'))) {
      errors.push(fieldInvalid(`${at}.apiVersion`, quoted(stringAt(reference, 'apiVersion')), 'version must not be empty'));
    }
    if (stringAt(reference, 'apiVersion') === 'v1' && stringAt(reference, 'kind') === 'Event')
      errors.push(fieldInvalid(at, JSON.stringify(ownerInOrder(reference)), '/v1, Kind=Event is disallowed from being an owner'));
    for (const key of ['kind', 'name', 'uid']) {
      if (stringAt(reference, key) === '') errors.push(fieldInvalid(`${at}.${key}`, '""', 'must not be empty'));
    }
    if (own(reference, 'controller') !== true) continue;
    const owner = `${stringAt(reference, 'kind')}/${stringAt(reference, 'name')}`;
    if (controller !== undefined) {
      const message = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner}`;
      errors.push(fieldInvalid(at, JSON.stringify(arrayAt(metadata, 'ownerReferences').map(ownerInOrder)), message));
    }
    controller ??= owner;
  }
  return errors;
}

const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];

/** In the order of Go's type: YAML comes sorted. */
function ownerInOrder(reference: JsonValue): JsonValue {
  if (!isObject(reference)) return reference;
  return Object.fromEntries(OWNER_FIELDS.flatMap((key) => (own(reference, key) === undefined ? [] : [[key, own(reference, key) ?? null]])));
}

function validateFinalizers(metadata: JsonObject): readonly FieldError[] {
  const finalizers = stringsAt(metadata, 'finalizers');
  const both = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  return [
    ...finalizers.flatMap((finalizer) => named('metadata.finalizers', finalizer, finalizerProblems(finalizer))),
    ...(both
      ? [fieldInvalid('metadata.finalizers', JSON.stringify(finalizers), 'finalizer orphan and foregroundDeletion cannot be both set')]
      : []),
  ];
}

/** What an update may not change; part of the rules that kube-apiserver applies twice. */
export function validateMetaUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  return [
    ...newFinalizersWhileDeleting(next, old),
    ...['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'].flatMap((key) =>
      immutable(`metadata.${key}`, own(next, key), own(old, key)),
    ),
    ...validateLabels(next),
    ...validateAnnotations(next),
    ...validateOwners(next),
  ];
}

export function immutable(field: string, next: JsonValue | undefined, old: JsonValue | undefined): readonly FieldError[] {
  if (deepEqual(next, old)) return [];
  return [fieldInvalid(field, next === undefined ? 'null' : JSON.stringify(next), 'field is immutable')];
}

function newFinalizersWhileDeleting(next: JsonObject, old: JsonObject): readonly FieldError[] {
  if (stringAt(old, 'deletionTimestamp') === '') return [];
  const before = new Set(stringsAt(old, 'finalizers'));
  const added = [...new Set(stringsAt(next, 'finalizers'))].filter((finalizer) => !before.has(finalizer)).sort();
  if (added.length === 0) return [];
  const shown = `[]string{${added.map(quoted).join(', ')}}`;
  return [
    fieldForbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`),
  ];
}
