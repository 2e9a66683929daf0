// Pods are stored objects only: nothing schedules or runs them.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldRequired } from '../errors.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, deepEqual, isObject, objectAt, own, stringAt, withoutKey } from '../store/json-value.js';
import { labelNameProblems } from '../meta/names.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
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
  // Templates of other kinds do not have this one.
  return { ...body, spec: { enableServiceLinks: true, ...withPodSpecDefaults(objectAt(body, 'spec')) } };
}

/** The defaults of a pod, also inside the templates of other kinds. */
export function withPodSpecDefaults(spec: JsonObject): JsonObject {
  const containers = own(spec, 'containers');
  const filled = Array.isArray(containers) ? { containers: arrayAt(spec, 'containers').map(withContainerDefaults) } : {};
  return { ...SPEC_DEFAULTS, ...spec, ...filled, ...account(spec) };
}

/** The account has an older name, too, which is kept equal. */
function account(spec: JsonObject): JsonObject {
  const name = stringAt(spec, 'serviceAccountName') || stringAt(spec, 'serviceAccount');
  return name === '' ? {} : { serviceAccountName: name, serviceAccount: name };
}

function prepareCreate(body: JsonObject): JsonObject {
  return { ...body, status: { phase: 'Pending', qosClass: 'BestEffort' } };
}

export function podSpecErrors(spec: JsonObject, at: string): readonly FieldError[] {
  return arrayAt(spec, 'containers').length > 0 ? [] : [fieldRequired(`${at}.containers`)];
}

const CHANGEABLE = ['activeDeadlineSeconds', 'tolerations'];
const UNCHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function validateUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [next, old].map((body) => objectAt(body, 'spec'));
  if (after === undefined || before === undefined) return [];
  if (arrayAt(after, 'containers').length !== arrayAt(before, 'containers').length)
    return [fieldForbidden('spec.containers', 'pod updates may not add or remove containers')];
  return deepEqual(fixedPart(after), fixedPart(before)) ? [] : [fieldForbidden('spec', UNCHANGEABLE)];
}

function fixedPart(spec: JsonObject): JsonObject {
  const rest = Object.entries(spec).filter(([key]) => !CHANGEABLE.includes(key));
  return Object.fromEntries(
    rest.map(([key, value]) => [key, /ontainers$/.test(key) && Array.isArray(value) ? value.map(withoutImage) : value]),
  );
}

function withoutImage(container: JsonValue): JsonValue {
  return isObject(container) ? withoutKey(container, 'image') : container;
}

/** What a generated name ends with looks like this. */
const LIKE_GENERATED = 'xxxxx';

/** Names that are no labels are allowed, but not wise where host names are made of them. */
export function hostNameWarnings(body: JsonObject, use: string): readonly string[] {
  const metadata = metaOf(body);
  const name = stringAt(metadata, 'name') || `${stringAt(metadata, 'generateName')}${LIKE_GENERATED}`;
  const problems = labelNameProblems(name);
  if (problems.length === 0) return [];
  return [`metadata.name: ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`];
}

const SELECTABLE = ['nodeName', 'restartPolicy', 'schedulerName', 'serviceAccountName', 'hostNetwork'].map((field) => `spec.${field}`);

export const podRules: KindRules = builtinRules({
  type: 'core.v1.Pod',
  revalidatesMeta: true,
  hasStatus: true,
  countsGeneration: true,
  deletionAnswersObject: true,
  selectableFields: [...SELECTABLE, 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  withDefaults,
  admit: (body) => {
    const spec = objectAt(body, 'spec');
    return { ...body, spec: { ...ADMITTED, ...spec, tolerations: admittedTolerations(spec) } };
  },
  prepareCreate,
  prepareStatusUpdate: (next, old) => {
    const owners = own(metaOf(old), 'ownerReferences');
    const status = { ...objectAt(next, 'status'), qosClass: own(objectAt(old, 'status'), 'qosClass') ?? 'BestEffort' };
    return { ...withMeta(next, { ownerReferences: owners }), spec: objectAt(old, 'spec'), status };
  },
  validate: (body) => podSpecErrors(objectAt(body, 'spec'), 'spec'),
  validateUpdate,
  warnings: (next, old) => (old === undefined ? hostNameWarnings(next, "this is used in the Pod's hostname") : []),
});
