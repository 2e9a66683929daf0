// Kubernetes Events are served in two groups from one collection, stored in the form of the core group.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { decodeStruct } from '../go/decode.js';
import { labelKeyProblems } from '../meta/names.js';
import { metaOf } from '../meta/object-meta.js';
import { immutable } from '../meta/validate-meta.js';
import type { JsonDraft, JsonObject } from '../store/json-value.js';
import { deepEqual, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';

/** Core names to those of events.k8s.io, in the order of the answer. */
const RENAMED: readonly (readonly [core: string, served: string])[] = [
  ['eventTime', 'eventTime'],
  ['series', 'series'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
  ['action', 'action'],
  ['reason', 'reason'],
  ['involvedObject', 'regarding'],
  ['related', 'related'],
  ['message', 'note'],
  ['type', 'type'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];

function toServed(body: JsonObject): JsonObject {
  const served: JsonDraft = { metadata: metaOf(body) };
  for (const [core, name] of RENAMED) {
    const value = own(body, core);
    if (value !== undefined) served[name] = value;
  }
  return written(served, 'events.v1.Event');
}

function toStored(body: JsonObject): JsonObject {
  const stored: JsonDraft = { metadata: metaOf(body) };
  for (const [core, name] of RENAMED) {
    const value = own(body, name);
    if (value !== undefined) stored[core] = value;
  }
  return written(stored, 'core.v1.Event');
}

/** With the empty fields that the type writes, and without those that it leaves out. */
function written(body: JsonObject, type: string): JsonObject {
  return decodeStruct(body, type, { path: '', unknown: [] });
}

const LONGEST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** The rules of events since there are events; those with an event time have some more. */
function validateAny(body: JsonObject, controllerField: string): readonly FieldError[] {
  const namespace = stringAt(metaOf(body), 'namespace');
  const involved = stringAt(objectAt(body, 'involvedObject'), 'namespace');
  const elsewhere = [fieldInvalid('involvedObject.namespace', JSON.stringify(involved), 'does not match event.namespace')];
  if (stringAt(body, 'eventTime') === '') {
    // Events about cluster-scoped objects live in `default`.
    return involved === namespace || (involved === '' && namespace === 'default') ? [] : elsewhere;
  }
  const errors: FieldError[] = involved === '' && namespace !== 'default' && namespace !== 'kube-system' ? elsewhere : [];
  const controller = stringAt(body, 'reportingComponent');
  if (controller === '') errors.push(fieldRequired(controllerField));
  errors.push(...labelKeyProblems(controller).map((why) => fieldInvalid(controllerField, JSON.stringify(controller), why)));
  for (const [key, most] of Object.entries(LONGEST)) {
    const text = stringAt(body, key);
    if (text === '' && key !== 'message') errors.push(fieldRequired(key));
    if (Buffer.byteLength(text) > most) errors.push(fieldInvalid(key, '""', `can have at most ${most} characters`));
  }
  return errors;
}

function validateServed(body: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [...validateAny(body, 'reportingController'), ...seriesProblems(body)];
  if (stringAt(body, 'eventTime') === '') errors.push(fieldRequired('eventTime'));
  const type = stringAt(body, 'type');
  if (type !== 'Normal' && type !== 'Warning') errors.push(fieldInvalid('type', '""', `has invalid value: ${type}`));
  const isSet = (key: string): boolean => ![undefined, null, 0].includes(own(body, key) as null) && !deepEqual(own(body, key), {});
  return [...errors, ...OLD_FIELDS.filter(isSet).map((key) => fieldInvalid(key, '""', 'needs to be unset'))];
}

const OLD_FIELDS = ['firstTimestamp', 'lastTimestamp', 'count', 'source'];

function seriesProblems(body: JsonObject): readonly FieldError[] {
  const series = own(body, 'series');
  if (!isObject(series)) return [];
  const count = own(series, 'count');
  const errors = typeof count === 'number' && count >= 2 ? [] : [fieldInvalid('series.count', '""', 'should be at least 2')];
  return stringAt(series, 'lastObservedTime') === '' ? [...errors, fieldRequired('series.lastObservedTime')] : errors;
}

/** In the group of its own an event is a fact that does not change; its name in errors is the one of the stored form. */
const FIXED = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
];
/** Refusals show the internal form, which writes empty fields and calls them otherwise. */
function internalForm(key: string, value: JsonObject[string] | undefined): JsonObject[string] | undefined {
  const names = INTERNAL[key];
  if (names === undefined) return value;
  const object = isObject(value) ? value : {};
  return Object.fromEntries(
    names.map((name) => [
      name,
      stringAt(object, name === 'UID' ? 'uid' : name === 'APIVersion' ? 'apiVersion' : name.charAt(0).toLowerCase() + name.slice(1)),
    ]),
  );
}

const INTERNAL: Readonly<Record<string, readonly string[]>> = {
  source: ['Component', 'Host'],
  involvedObject: ['Kind', 'Namespace', 'Name', 'UID', 'APIVersion', 'ResourceVersion', 'FieldPath'],
};

const EMPTY_FORMS: Readonly<Record<string, JsonObject[string]>> = { count: 0, reason: '', message: '', type: '', action: '' };

function validateServedUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const changed = FIXED.flatMap((key) => {
    const [after, before] = [next, old].map((body) => own(body, key) ?? EMPTY_FORMS[key]);
    const field = key === 'reportingComponent' ? 'reportingController' : key;
    return deepEqual(after, before) ? [] : immutable(field, internalForm(key, after), null);
  });
  const series = deepEqual(own(next, 'series'), own(old, 'series')) ? [] : seriesProblems(next);
  return [...validateAny(next, 'reportingController'), ...series, ...changed];
}

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const USUAL = { createsOnUpdate: true };

export const coreEventRules: KindRules = builtinRules({
  ...USUAL,
  type: 'core.v1.Event',
  selectableFields: [...INVOLVED.map((key) => `involvedObject.${key}`), 'reason', 'reportingComponent', 'source.component', 'type'],
  checksMetaLast: true,
  metaRulesOnUpdate: 1,
  qualifiesFinalizers: false,
  validate: (body) => validateAny(body, 'reportingComponent'),
});

export const eventsGroupRules: KindRules = builtinRules({
  ...USUAL,
  type: 'events.v1.Event',
  selectableFields: [...INVOLVED.map((key) => `regarding.${key}`), 'reason', 'reportingController', 'type'],
  storedField: (field) => (field === 'reportingController' ? 'reportingComponent' : field.replace(/^regarding\./, 'involvedObject.')),
  toServed,
  toStored,
  validate: validateServed,
  validateUpdate: validateServedUpdate,
  repeatsValidation: false,
});
