// Pods are stored objects only: nothing schedules or runs them.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
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
  const containers = arrayAt(spec, 'containers');
  const names = new Set<string>();
  const ofContainers = containers.flatMap((container, index) =>
    containerErrors(isObject(container) ? container : {}, `${at}.containers[${index}]`, names),
  );
  return [...(containers.length === 0 ? [fieldRequired(`${at}.containers`)] : ofContainers), ...restartErrors(spec, at, RESTARTS)];
}

const RESTARTS = ['Always', 'OnFailure', 'Never'];

export function restartErrors(spec: JsonObject, at: string, supported: readonly string[]): readonly FieldError[] {
  const policy = stringAt(spec, 'restartPolicy');
  return supported.includes(policy) ? [] : [fieldUnsupported(`${at}.restartPolicy`, JSON.stringify(policy), supported)];
}

/** @param names those of the containers before it. */
function containerErrors(container: JsonObject, at: string, names: Set<string>): readonly FieldError[] {
  const [name, image] = [stringAt(container, 'name'), stringAt(container, 'image')];
  const ofName =
    name === ''
      ? [fieldRequired(`${at}.name`)]
      : labelNameProblems(name).map((why) => fieldInvalid(`${at}.name`, JSON.stringify(name), why));
  const repeated = { reason: 'FieldValueDuplicate', field: `${at}.name`, message: `Duplicate value: ${JSON.stringify(name)}` };
  const isRepeated = names.has(name);
  names.add(name);
  return [...ofName, ...(isRepeated ? [repeated] : []), ...imageErrors(image, `${at}.image`)];
}

function imageErrors(image: string, at: string): readonly FieldError[] {
  if (image === '') return [fieldRequired(at)];
  return image === image.trim() ? [] : [fieldInvalid(at, JSON.stringify(image), 'must not have leading or trailing whitespace')];
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

/** The sent status, with what a client that does not know these fields would lose. */
function statusOf(next: JsonObject, old: JsonObject): JsonObject {
  const [sent, before] = [objectAt(next, 'status'), objectAt(old, 'status')];
  const known = arrayAt(before, 'conditions').filter(isObject);
  const conditions = arrayAt(sent, 'conditions').map((condition) =>
    isObject(condition) ? withObserved(condition, known.find((other) => own(other, 'type') === own(condition, 'type')) ?? {}) : condition,
  );
  return {
    ...withAddresses(withObserved(sent, before)),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(stringAt(sent, 'qosClass') === '' ? { qosClass: stringAt(before, 'qosClass') || 'BestEffort' } : {}),
  };
}

function withObserved(next: JsonObject, old: JsonObject): JsonObject {
  const before = own(old, 'observedGeneration');
  return before === undefined || (own(next, 'observedGeneration') ?? 0) !== 0 ? next : { ...next, observedGeneration: before };
}

/** An address is there alone and as a list; where they differ, the one that is alone counts. */
function withAddresses(status: JsonObject): JsonObject {
  const pairs = [
    ['podIP', 'podIPs'],
    ['hostIP', 'hostIPs'],
  ] as const;
  return pairs.reduce((result, [one, all]) => {
    const [ip, list] = [stringAt(result, one), arrayAt(result, all)];
    const [first] = list;
    const listed = isObject(first) ? stringAt(first, 'ip') : '';
    if (ip === '') return listed === '' ? result : { ...result, [one]: listed };
    return listed === ip ? result : { ...result, [all]: [{ ip }] };
  }, status);
}

/** The class follows from the spec, and the spec of a pod does not change. */
function validateStatus(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [next, old].map((body) => stringAt(objectAt(body, 'status'), 'qosClass'));
  return after === before ? [] : [fieldInvalid('status.qosClass', JSON.stringify(after), 'field is immutable')];
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
    // Old kubelets corrupted owners, and what they say of a deletion does not count.
    const kept = { ownerReferences: own(metaOf(old), 'ownerReferences'), deletionTimestamp: undefined };
    return { ...withMeta(next, kept), spec: objectAt(old, 'spec'), status: statusOf(next, old) };
  },
  validate: (body) => podSpecErrors(objectAt(body, 'spec'), 'spec'),
  validateUpdate,
  validateStatusUpdate: validateStatus,
  warnings: (next, old) => (old === undefined ? hostNameWarnings(next, "this is used in the Pod's hostname") : []),
});
