import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { labelNameProblems } from '../meta/names.js';
import { isDeleting, metaOf, withMeta } from '../meta/object-meta.js';
import { immutable } from '../meta/validate-meta.js';
import type { JsonDraft, JsonObject } from '../store/json-value.js';
import { EMPTY, arrayAt, deepEqual, isObject, objectAt, own, setOwn, stringAt, withKey, withoutKey } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';
import type { SentForm } from './sent-form.js';

// The rules of the small built-in kinds, one constant each.

function frozenWhenImmutable(next: JsonObject, old: JsonObject, form: SentForm = EMPTY): readonly FieldError[] {
  if (own(old, 'immutable') !== true) return [];
  return ['data', 'binaryData', 'immutable'].flatMap((key) =>
    // A map without members is not the same as none, though it is stored as none.
    deepEqual(own(next, key), own(old, key)) && own(form, key) === undefined
      ? []
      : [{ reason: 'FieldValueForbidden', field: key, message: 'Forbidden: field is immutable when `immutable` is set' }],
  );
}

/** In Protocol Buffers, null is no value, and is read as an empty one. */
function nullBytes(form: SentForm): SentForm {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => isObject(value) && Object.keys(value).length > 0));
}

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_PROBLEM =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function keyProblems(key: string): readonly string[] {
  const problems: string[] = [];
  if (key.length > 253) problems.push('must be no more than 253 characters');
  if (!CONFIG_KEY.test(key)) problems.push(KEY_PROBLEM);
  else if (key === '.') problems.push("must not be '.'");
  else if (key === '..') problems.push("must not be '..'");
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

function validateDataKeys(body: JsonObject, field: string): readonly FieldError[] {
  return Object.keys(objectAt(body, field)).flatMap((key) =>
    keyProblems(key).map((why) => fieldInvalid(`${field}[${key}]`, JSON.stringify(key), why)),
  );
}

const MOST_DATA_BYTES = 1024 * 1024;

function dataTooLong(body: JsonObject, fields: readonly string[]): readonly FieldError[] {
  let size = 0;
  for (const field of fields) {
    const data = objectAt(body, field);
    for (const key of Object.keys(data)) {
      const text = stringAt(data, key);
      size += field === 'data' && fields.length > 1 ? Buffer.byteLength(text) : Buffer.byteLength(text, 'base64');
    }
  }
  const at = fields.length > 1 ? '[]' : 'data';
  return size > MOST_DATA_BYTES
    ? [{ reason: 'FieldValueTooLong', field: at, message: `Too long: may not be more than ${MOST_DATA_BYTES} bytes` }]
    : [];
}

function sharedKeys(body: JsonObject): readonly FieldError[] {
  const binary = objectAt(body, 'binaryData');
  return Object.keys(objectAt(body, 'data'))
    .filter((key) => Object.hasOwn(binary, key))
    .map((key) => fieldInvalid(`data[${key}]`, JSON.stringify(key), 'duplicate of key present in binaryData'));
}

/** What the well-known types of secrets must hold. */
function secretTypeErrors(body: JsonObject): readonly FieldError[] {
  const data = objectAt(body, 'data');
  const missing = (...keys: readonly string[]): readonly FieldError[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => fieldRequired(`data[${key}]`));
  switch (stringAt(body, 'type')) {
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    case 'kubernetes.io/basic-auth':
      return missing('username', 'password').length < 2 ? [] : missing('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return stringAt(data, 'ssh-privatekey') === '' ? [fieldRequired('data[ssh-privatekey]')] : [];
    case 'kubernetes.io/dockercfg':
      return missing('.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return missing('.dockerconfigjson');
    case 'kubernetes.io/service-account-token':
      return stringAt(objectAt(metaOf(body), 'annotations'), ACCOUNT_NAME) === ''
        ? [fieldRequired(`metadata.annotations[${ACCOUNT_NAME}]`)]
        : [];
    default:
      return [];
  }
}

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

export const configMapRules: KindRules = builtinRules({
  type: 'core.v1.ConfigMap',
  oddMaps: { maps: ['binaryData'], bytes: ['binaryData'] },
  storedForm: nullBytes,
  revalidatesMeta: true,
  validate: (body) => [
    ...validateDataKeys(body, 'data'),
    ...validateDataKeys(body, 'binaryData'),
    ...sharedKeys(body),
    ...dataTooLong(body, ['data', 'binaryData']),
  ],
  validateUpdate: frozenWhenImmutable,
});

export const secretRules: KindRules = builtinRules({
  type: 'core.v1.Secret',
  oddMaps: { maps: ['data'], bytes: ['data'] },
  storedForm: nullBytes,
  revalidatesMeta: true,
  selectableFields: ['type'],
  withDefaults: (body) => (stringAt(body, 'type') === '' ? withKey(body, 'type', 'Opaque') : body),
  toStored: mergeStringData,
  validate: (body) => [...validateDataKeys(body, 'data'), ...dataTooLong(body, ['data']), ...secretTypeErrors(body)],
  validateUpdate: (next, old, form) => [...immutable('type', own(next, 'type'), own(old, 'type')), ...frozenWhenImmutable(next, old, form)],
});

/** `stringData` is for writing only: it ends up, encoded, in `data`. */
function mergeStringData(body: JsonObject): JsonObject {
  const texts = objectAt(body, 'stringData');
  const keys = Object.keys(texts);
  const rest = withoutKey(body, 'stringData');
  if (keys.length === 0) return rest;
  const data: JsonDraft = { ...objectAt(body, 'data') };
  for (const key of keys) setOwn(data, key, Buffer.from(stringAt(texts, key), 'utf8').toString('base64'));
  return withKey(rest, 'data', data);
}

export const serviceAccountRules: KindRules = builtinRules({
  type: 'core.v1.ServiceAccount',
  revalidatesMeta: true,
  deletionAnswersObject: true,
});

function validateLease(body: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const duration = own(objectAt(body, 'spec'), 'leaseDurationSeconds');
  const transitions = own(objectAt(body, 'spec'), 'leaseTransitions');
  if (typeof duration === 'number' && duration <= 0)
    errors.push(fieldInvalid('spec.leaseDurationSeconds', String(duration), 'must be greater than 0'));
  if (typeof transitions === 'number' && transitions < 0) {
    errors.push(fieldInvalid('spec.leaseTransitions', String(transitions), 'must be greater than or equal to 0'));
  }
  return errors;
}

export const leaseRules: KindRules = builtinRules({
  type: 'coordination.v1.Lease',
  qualifiesFinalizers: false,
  createsOnUpdate: true,
  updatesUnconditionally: false,
  validate: validateLease,
});

export const namespaceRules: KindRules = builtinRules({
  type: 'core.v1.Namespace',
  revalidatesMeta: true,
  nameRule: labelNameProblems,
  hasStatus: true,
  deletionAnswersObject: true,
  selectableFields: ['status.phase', 'name'],
  withDefaults: (body) => ({ ...withNameLabel(body), status: { phase: 'Active', ...objectAt(body, 'status') } }),
  prepareCreate: (body) => ({
    ...withNameLabel(body, { alsoGenerated: true }),
    spec: withOwnFinalizer(objectAt(body, 'spec')),
    status: { phase: 'Active' },
  }),
  validateStatusUpdate: (next) => phaseErrors(next),
  prepareUpdate: (next, old) => ({ ...next, spec: own(old, 'spec') ?? {}, status: own(old, 'status') ?? {} }),
});

function phaseErrors(body: JsonObject): readonly FieldError[] {
  const phase = stringAt(objectAt(body, 'status'), 'phase');
  const [only, whether] = isDeleting(body) ? ['Terminating', 'not empty'] : ['Active', 'empty'];
  if (phase === only) return [];
  return [fieldInvalid('status.Phase', JSON.stringify(phase), `may only be '${only}' if \`deletionTimestamp\` is ${whether}`)];
}

function withOwnFinalizer(spec: JsonObject): JsonObject {
  const finalizers = arrayAt(spec, 'finalizers');
  return { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
}

/** A name that is only generated is not known yet when its owner is written down. */
function withNameLabel(body: JsonObject, { alsoGenerated = false } = {}): JsonObject {
  const metadata = metaOf(body);
  const [name, prefix] = [stringAt(metadata, 'name'), stringAt(metadata, 'generateName')];
  if (!alsoGenerated && prefix !== '' && name.startsWith(prefix)) return body;
  return withMeta(body, { labels: withKey(objectAt(metadata, 'labels'), 'kubernetes.io/metadata.name', name) });
}
