// CustomResourceDefinitions as objects: defaults, validation, conditions.

import { definitionRuleErrors } from '../cel/definition-rules.js';
import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
import { generationOf, isDeleting, metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import { immutable } from '../meta/validate-meta.js';
import { defaultErrors } from '../schema/default-rules.js';
import { schemaErrors } from '../schema/schema-rules.js';
import { structuralErrors } from '../schema/structural-rules.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, deepEqual, isArray, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';

export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export function versionsOf(body: JsonObject): readonly JsonObject[] {
  return arrayAt(objectAt(body, 'spec'), 'versions').filter(isObject);
}

export function storageVersion(body: JsonObject): string {
  const storage = versionsOf(body).find((version) => own(version, 'storage') === true);
  return storage === undefined ? '' : stringAt(storage, 'name');
}

function withDefaults(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  const names = objectAt(spec, 'names');
  const kind = stringAt(names, 'kind');
  const filled: JsonObject = {
    ...names,
    ...(stringAt(names, 'singular') === '' && kind !== '' ? { singular: kind.toLowerCase() } : {}),
    ...(stringAt(names, 'listKind') === '' && kind !== '' ? { listKind: `${kind}List` } : {}),
  };
  return { ...body, spec: { ...spec, names: filled, conversion: own(spec, 'conversion') ?? { strategy: 'None' } } };
}

function prepareCreate(body: JsonObject): JsonObject {
  const stored = storageVersion(body);
  return {
    ...body,
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: stored === '' ? null : [stored] },
  };
}

function prepareUpdate(body: JsonObject, old: JsonObject): JsonObject {
  const status = objectAt(old, 'status');
  const stored = storageVersion(body);
  const versions = stringsAt(status, 'storedVersions');
  const storedVersions = stored === '' || versions.includes(stored) ? versions : [...versions, stored];
  const isChanged = !deepEqual(own(body, 'spec'), own(old, 'spec'));
  return withMeta({ ...body, status: { ...status, storedVersions } }, { generation: generationOf(old) + (isChanged ? 1 : 0) });
}

function validate(body: JsonObject): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  const names = objectAt(spec, 'names');
  const errors: FieldError[] = [];
  const name = stringAt(metaOf(body), 'name');
  if (name !== `${stringAt(names, 'plural')}.${stringAt(spec, 'group')}`) {
    errors.push(fieldInvalid('metadata.name', JSON.stringify(name), 'must be spec.names.plural+"."+spec.group'));
  }
  if (stringAt(spec, 'group') === '') errors.push(fieldRequired('spec.group'));
  errors.push(...validateScope(spec), ...validateVersions(body));
  for (const key of ['plural', 'singular', 'kind', 'listKind']) {
    if (stringAt(names, key) === '') errors.push(fieldRequired(`spec.names.${key}`));
  }
  return [...errors, ...validateStored(body)];
}

function validateScope(spec: JsonObject): readonly FieldError[] {
  const scope = stringAt(spec, 'scope');
  if (scope === '') return [fieldRequired('spec.scope')];
  return scope === 'Cluster' || scope === 'Namespaced'
    ? []
    : [fieldUnsupported('spec.scope', JSON.stringify(scope), ['Cluster', 'Namespaced'])];
}

/** The real server shows its internal form of the versions in the message. */
function shownVersions(body: JsonObject): string {
  const versions = own(objectAt(body, 'spec'), 'versions');
  if (!Array.isArray(versions)) return 'null';
  const list = versionsOf(body);
  // What is the same in all versions is kept apart from them.
  const unlessShared = (version: JsonObject, key: string): JsonValue | undefined =>
    list.every((other) => deepEqual(own(other, key) ?? null, own(list[0] ?? {}, key) ?? null)) ? undefined : own(version, key);
  const internal = list.map((version) => ({
    Name: stringAt(version, 'name'),
    Served: own(version, 'served') === true,
    Storage: own(version, 'storage') === true,
    Deprecated: own(version, 'deprecated') === true,
    DeprecationWarning: own(version, 'deprecationWarning') ?? null,
    Schema: null,
    Subresources: shownSubresources(unlessShared(version, 'subresources')),
    AdditionalPrinterColumns: shownList(unlessShared(version, 'additionalPrinterColumns'), shownColumn),
    SelectableFields: shownList(unlessShared(version, 'selectableFields'), (field) => ({ JSONPath: stringAt(field, 'jsonPath') })),
  }));
  return JSON.stringify(internal);
}

function shownSubresources(subresources: JsonValue | undefined): JsonValue {
  if (!isObject(subresources)) return null;
  const scale = own(subresources, 'scale');
  const shownScale = (paths: JsonObject): JsonValue => ({
    SpecReplicasPath: stringAt(paths, 'specReplicasPath'),
    StatusReplicasPath: stringAt(paths, 'statusReplicasPath'),
    LabelSelectorPath: own(paths, 'labelSelectorPath') ?? null,
  });
  return { Status: isObject(own(subresources, 'status')) ? {} : null, Scale: isObject(scale) ? shownScale(scale) : null };
}

function shownList(list: JsonValue | undefined, shown: (item: JsonObject) => JsonValue): JsonValue {
  return isArray(list) && list.length > 0 ? list.filter(isObject).map(shown) : null;
}

function shownColumn(column: JsonObject): JsonValue {
  return {
    Name: stringAt(column, 'name'),
    Type: stringAt(column, 'type'),
    Format: stringAt(column, 'format'),
    Description: stringAt(column, 'description'),
    Priority: own(column, 'priority') ?? 0,
    JSONPath: stringAt(column, 'jsonPath'),
  };
}

function validateVersions(body: JsonObject): readonly FieldError[] {
  const versions = versionsOf(body);
  const errors: FieldError[] = [];
  const schemas = versions.map((version) => own(objectAt(version, 'schema'), 'openAPIV3Schema'));
  versions.forEach((_version, index) => {
    const at = `spec.versions[${index}]`;
    if (!isObject(schemas[index])) errors.push(fieldRequired(`${at}.schema.openAPIV3Schema`));
  });
  // Equal schemas of all versions are one schema internally, and are named so.
  const isShared = schemas.every((schema) => deepEqual(schema, schemas[0]));
  schemas.forEach((schema, index) => {
    if (!isObject(schema) || (isShared && index > 0)) return;
    const at = isShared ? 'spec.validation.openAPIV3Schema' : `spec.versions[${index}].schema.openAPIV3Schema`;
    errors.push(...validateSchema(schema, at));
  });
  if (versions.filter((version) => own(version, 'storage') === true).length !== 1) {
    errors.unshift(fieldInvalid('spec.versions', shownVersions(body), 'must have exactly one version marked as storage version'));
  }
  const names = versions.map((version) => stringAt(version, 'name'));
  if (new Set(names).size < names.length)
    errors.unshift(fieldInvalid('spec.versions', shownVersions(body), 'must contain unique version names'));
  return errors;
}

/** Rules are compiled, and defaults are looked at, only where the structure is right. */
function validateSchema(schema: JsonObject, at: string): readonly FieldError[] {
  const ofStructure = structuralErrors(schema, at);
  const found = [...(ofStructure.length > 0 ? ofStructure : defaultErrors(schema, at)), ...schemaErrors(schema, at)];
  return found.length > 0 ? found : definitionRuleErrors(schema, at);
}

function validateStored(body: JsonObject): readonly FieldError[] {
  const stored = own(objectAt(body, 'status'), 'storedVersions');
  const versions: JsonValue = stored ?? null;
  if (!Array.isArray(versions) || versions.length === 0) {
    return [fieldInvalid('status.storedVersions', JSON.stringify(versions), 'must have at least one stored version')];
  }
  const left = new Map(stringsAt(objectAt(body, 'status'), 'storedVersions').map((name, index) => [name, index]));
  const errors: FieldError[] = [];
  // Each stored version is found once: a second version of the same name is none that was stored.
  for (const version of versionsOf(body)) {
    const name = stringAt(version, 'name');
    const isListed = left.delete(name);
    if (own(version, 'storage') === true && !isListed)
      errors.push(fieldInvalid('status.storedVersions', JSON.stringify(versions), `must have the storage version ${name}`));
  }
  for (const [name, index] of left)
    errors.push(fieldInvalid(`status.storedVersions[${index}]`, JSON.stringify(name), missingVersion(name)));
  return errors;
}

function missingVersion(name: string): string {
  const until = `until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
  return `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions ${until}`;
}

function validateUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const changed = (key: string): readonly FieldError[] =>
    immutable(`spec.${key}`, own(objectAt(next, 'spec'), key), own(objectAt(old, 'spec'), key));
  const names = (body: JsonObject): JsonObject => objectAt(objectAt(body, 'spec'), 'names');
  return [
    ...validate(next),
    ...changed('group'),
    ...changed('scope'),
    ...immutable('spec.names.plural', own(names(next), 'plural'), own(names(old), 'plural')),
    ...immutable('spec.names.kind', own(names(next), 'kind'), own(names(old), 'kind')),
  ];
}

export const definitionRules: KindRules = {
  ...builtinRules({
    type: 'apiextensions.v1.CustomResourceDefinition',
    qualifiesFinalizers: false,
    hasStatus: true,
    updatesUnconditionally: false,
    deletionAnswersObject: true,
  }),
  withDefaults,
  prepareCreate: (body) => withMeta(prepareCreate(body), { generation: 1 }),
  prepareUpdate,
  validate,
  validateUpdate,
};

/** A copy with one condition set; the time changes only with its status. */
export function withCondition(
  body: JsonObject,
  condition: { type: string; status: string; reason: string; message: string },
  at: string,
): JsonObject {
  const status = objectAt(body, 'status');
  const conditions = arrayAt(status, 'conditions').filter(isObject);
  const old = conditions.find((other) => stringAt(other, 'type') === condition.type);
  const isSame = old !== undefined && stringAt(old, 'status') === condition.status;
  const { type, status: value, reason, message } = condition;
  const next: JsonObject = { type, status: value, lastTransitionTime: isSame ? stringAt(old, 'lastTransitionTime') : at, reason, message };
  const list = old === undefined ? [...conditions, next] : conditions.map((other) => (other === old ? next : other));
  return { ...body, status: { ...status, conditions: list } };
}

export function conditionStatus(body: JsonObject, type: string): string {
  const conditions = arrayAt(objectAt(body, 'status'), 'conditions').filter(isObject);
  return stringAt(conditions.find((condition) => stringAt(condition, 'type') === type) ?? {}, 'status');
}

/** A deleted definition first becomes "terminating", which is what its deletion answers with. */
export function terminatingDefinition(body: JsonObject, nowMs: number): JsonObject {
  if (isDeleting(body)) return body;
  const finalizers = [...new Set([...stringsAt(metaOf(body), 'finalizers'), CLEANUP_FINALIZER])];
  const marked = withMeta(body, { deletionTimestamp: timestamp(nowMs), finalizers });
  const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
  return withCondition(marked, { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message }, timestamp(nowMs));
}
