// Kubernetes Events are served in two groups from one collection, stored in the form of the core group.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { decodeStruct } from '../go/decode.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonDraft, JsonObject } from '../store/json-value.js';
import { objectAt, own, stringAt } from '../store/json-value.js';
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

function validateCore(body: JsonObject): readonly FieldError[] {
  const namespace = stringAt(metaOf(body), 'namespace');
  const involved = stringAt(objectAt(body, 'involvedObject'), 'namespace');
  // Events about cluster-scoped objects live in `default`.
  if (involved === namespace || (involved === '' && namespace === 'default')) return [];
  return [fieldInvalid('involvedObject.namespace', JSON.stringify(involved), 'does not match event.namespace')];
}

function validateServed(body: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [...validateCore(body)];
  if (stringAt(body, 'eventTime') === '') return [...errors, fieldRequired('eventTime'), ...typeProblems(body)];
  for (const [core, name] of [
    ['reportingComponent', 'reportingController'],
    ['reportingInstance', 'reportingInstance'],
    ['action', 'action'],
    ['reason', 'reason'],
  ] as const) {
    if (stringAt(body, core) === '') errors.push(fieldRequired(name));
  }
  return [...errors, ...typeProblems(body)];
}

function typeProblems(body: JsonObject): readonly FieldError[] {
  const type = stringAt(body, 'type');
  return type === 'Normal' || type === 'Warning' ? [] : [fieldInvalid('type', '""', `has invalid value: ${type}`)];
}

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const USUAL = { createsOnUpdate: true };

export const coreEventRules: KindRules = builtinRules({
  ...USUAL,
  type: 'core.v1.Event',
  selectableFields: [...INVOLVED.map((key) => `involvedObject.${key}`), 'reason', 'reportingComponent', 'source.component', 'type'],
  validate: validateCore,
});

export const eventsGroupRules: KindRules = builtinRules({
  ...USUAL,
  type: 'events.v1.Event',
  selectableFields: ['reason', 'type'],
  toServed,
  toStored,
  validate: validateServed,
});
