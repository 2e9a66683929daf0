// Pods are stored objects only: nothing schedules or runs them.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldRequired } from '../errors.js';
import { RAW } from '../meta/decode-fields.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';

const TOLERATED = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Every pod tolerates a node that is not ready for a while, unless it says otherwise. */
function admittedTolerations(spec: JsonObject): JsonArray {
  const given = arrayAt(spec, 'tolerations');
  const covers = (toleration: JsonValue, key: string): boolean =>
    isObject(toleration) && ['', key].includes(stringAt(toleration, 'key')) && ['', 'NoExecute'].includes(stringAt(toleration, 'effect'));
  const missing = TOLERATED.filter((key) => !given.some((toleration) => covers(toleration, key)));
  return [...given, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))];
}

const SPEC_DEFAULTS: JsonObject = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
};
/** What admission plugins fill in: nobody owns it. */
const ADMITTED: JsonObject = { priority: 0, preemptionPolicy: 'PreemptLowerPriority' };

function withContainerDefaults(container: JsonValue): JsonValue {
  if (!isObject(container)) return container;
  const ports = arrayAt(container, 'ports');
  const tag = /:([^/:]+)$/.exec(stringAt(container, 'image'))?.[1] ?? 'latest';
  return {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: tag === 'latest' ? 'Always' : 'IfNotPresent',
    ...container,
    ...(ports.length === 0 ? {} : { ports: ports.map((port) => (isObject(port) ? { protocol: 'TCP', ...port } : port)) }),
  };
}

function withDefaults(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  const containers = own(spec, 'containers');
  const filled = Array.isArray(containers) ? { containers: arrayAt(spec, 'containers').map(withContainerDefaults) } : {};
  return { ...body, spec: { ...SPEC_DEFAULTS, ...spec, ...filled } };
}

function prepareCreate(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  return {
    ...body,
    spec: { ...ADMITTED, ...spec, tolerations: admittedTolerations(spec) },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

function validate(body: JsonObject): readonly FieldError[] {
  return arrayAt(objectAt(body, 'spec'), 'containers').length > 0 ? [] : [fieldRequired('spec.containers')];
}

function validateUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const names = (body: JsonObject): string =>
    arrayAt(objectAt(body, 'spec'), 'containers')
      .map((container) => (isObject(container) ? stringAt(container, 'name') : ''))
      .join(' ');
  return names(next) === names(old) ? [] : [fieldForbidden('spec.containers', 'pod updates may not add or remove containers')];
}

const SELECTABLE = ['nodeName', 'restartPolicy', 'schedulerName', 'serviceAccountName', 'hostNetwork'].map((field) => `spec.${field}`);

export const podRules: KindRules = builtinRules({
  kind: 'Pod',
  isCore: true,
  hasStatus: true,
  countsGeneration: true,
  deletionAnswersObject: true,
  fields: { spec: RAW, status: RAW },
  selectableFields: [...SELECTABLE, 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  withDefaults,
  prepareCreate,
  validate,
  validateUpdate,
});
