// Kubernetes Events are served in two groups from one collection, stored in the form of the core group.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import type { FieldType } from '../meta/decode-fields.js';
import { INT, RAW, STRING, TIME } from '../meta/decode-fields.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonDraft, JsonObject } from '../store/json-value.js';
import { objectAt, own, stringAt } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';

const CORE_FIELDS: Readonly<Record<string, FieldType>> = {
  involvedObject: RAW,
  reason: STRING,
  message: STRING,
  source: RAW,
  firstTimestamp: TIME,
  lastTimestamp: TIME,
  count: INT,
  type: STRING,
  eventTime: TIME,
  series: RAW,
  action: STRING,
  related: RAW,
  reportingComponent: STRING,
  reportingInstance: STRING,
};

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

const SERVED_FIELDS: Readonly<Record<string, FieldType>> = Object.fromEntries(
  RENAMED.map(([core, served]) => [served, CORE_FIELDS[core] ?? RAW]),
);

function toServed(body: JsonObject): JsonObject {
  const served: JsonDraft = { metadata: metaOf(body) };
  for (const [core, name] of RENAMED) {
    const value = own(body, core);
    if (value !== undefined && value !== '') served[name] = value;
  }
  return served;
}

function toStored(body: JsonObject): JsonObject {
  const stored: JsonDraft = { metadata: metaOf(body) };
  for (const [core, name] of RENAMED) {
    const value = own(body, name);
    if (value !== undefined) stored[core] = value;
  }
  return withAlwaysPresent(stored);
}

/** Fields that the real server writes even when they are empty. */
function withAlwaysPresent(body: JsonObject): JsonObject {
  return { source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null, reportingComponent: '', reportingInstance: '', ...body };
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
const USUAL = { kind: 'Event', createsOnUpdate: true };

export const coreEventRules: KindRules = builtinRules({
  ...USUAL,
  fields: CORE_FIELDS,
  selectableFields: [...INVOLVED.map((key) => `involvedObject.${key}`), 'reason', 'reportingComponent', 'source.component', 'type'],
  toStored: withAlwaysPresent,
  validate: validateCore,
});

export const eventsGroupRules: KindRules = builtinRules({
  ...USUAL,
  fields: SERVED_FIELDS,
  selectableFields: ['reason', 'type'],
  toServed,
  toStored,
  validate: validateServed,
});
