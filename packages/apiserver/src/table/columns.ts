import { jsonTextOf } from '../exact-numbers.js';
import type { Column } from '../kind/resource.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { ageOf } from './duration.js';
import { compileJsonPath } from './json-path.js';

const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const created = (object: JsonObject): string => stringAt(metaOf(object), 'creationTimestamp');
const text = (name: string, cell: Column['cell'], priority = 0): Column => ({ name, type: 'string', description: name, priority, cell });
const orNone = (value: string): string => (value === '' ? '<none>' : value);

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME_DESCRIPTION,
  cell: (object) => stringAt(metaOf(object), 'name'),
};
export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: AGE_DESCRIPTION,
  cell: (object, now) => ageOf(created(object), now),
};
const createdAtColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: AGE_DESCRIPTION,
  cell: (object) => created(object) || '0001-01-01T00:00:00Z',
};

const countOf = (object: JsonObject, key: string): number => Object.keys(objectAt(object, key)).length;

export const DEFAULT_COLUMNS: readonly Column[] = [nameColumn, createdAtColumn];
export const NAMED_AND_AGED: readonly Column[] = [nameColumn, ageColumn];
export const CONFIG_MAP_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Data', (object) => countOf(object, 'data') + countOf(object, 'binaryData')),
  ageColumn,
];
export const SECRET_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Type', (object) => stringAt(object, 'type')),
  text('Data', (object) => countOf(object, 'data')),
  ageColumn,
];
export const NAMESPACE_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Status', (object) => stringAt(objectAt(object, 'status'), 'phase')),
  ageColumn,
];
export const LEASE_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Holder', (object) => stringAt(objectAt(object, 'spec'), 'holderIdentity')),
  ageColumn,
];

const countAt = (object: JsonObject, key: 'spec' | 'status', field: string): number => {
  const count = own(objectAt(object, key), field);
  return typeof count === 'number' ? count : 0;
};

export const DEPLOYMENT_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Ready', (object) => `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`),
  text('Up-to-date', (object) => countAt(object, 'status', 'updatedReplicas')),
  text('Available', (object) => countAt(object, 'status', 'availableReplicas')),
  ageColumn,
  text('Containers', (object) => templateContainers(object, 'name'), 1),
  text('Images', (object) => templateContainers(object, 'image'), 1),
  text('Selector', (object) => selectorText(object), 1),
];

function templateContainers(object: JsonObject, key: string): string {
  const spec = objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec');
  return arrayAt(spec, 'containers')
    .filter(isObject)
    .map((container) => stringAt(container, key))
    .join(',');
}

function selectorText(object: JsonObject): string {
  const selector = own(objectAt(object, 'spec'), 'selector');
  return isObject(selector) ? labelText(objectAt(selector, 'matchLabels')) : '';
}

function boundSubjects(object: JsonObject, kind: string): string {
  const subjects = arrayAt(object, 'subjects').filter(isObject);
  return subjects
    .filter((subject) => stringAt(subject, 'kind') === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${stringAt(subject, 'namespace')}/` : '') + stringAt(subject, 'name'))
    .join(', ');
}

export const SCALE_COLUMNS: readonly Column[] = [
  { ...nameColumn, format: '' },
  { name: 'Desired', type: 'integer', description: 'Desired', cell: (object) => countAt(object, 'spec', 'replicas') },
  { name: 'Available', type: 'integer', description: 'Available', cell: (object) => countAt(object, 'status', 'replicas') },
  ageColumn,
];

/** The same of a custom resource: there the age is a date, as in its own table. */
export const CUSTOM_SCALE_COLUMNS: readonly Column[] = [
  nameColumn,
  {
    name: 'Desired',
    type: 'integer',
    description: 'Number of desired replicas',
    // No replicas are none that are written.
    cell: (object) => own(objectAt(object, 'spec'), 'replicas') ?? null,
  },
  { name: 'Available', type: 'integer', description: 'Number of actual replicas', cell: (object) => countAt(object, 'status', 'replicas') },
  { ...ageColumn, type: 'date' },
];

export const BINDING_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Role', (object) => `${stringAt(objectAt(object, 'roleRef'), 'kind')}/${stringAt(objectAt(object, 'roleRef'), 'name')}`),
  ageColumn,
  text('Users', (object) => boundSubjects(object, 'User'), 1),
  text('Groups', (object) => boundSubjects(object, 'Group'), 1),
  text('ServiceAccounts', (object) => boundSubjects(object, 'ServiceAccount'), 1),
];

export const POD_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Ready', (object) => {
    const states = arrayAt(objectAt(object, 'status'), 'containerStatuses').filter(isObject);
    return `${states.filter((state) => own(state, 'ready') === true).length}/${arrayAt(objectAt(object, 'spec'), 'containers').length}`;
  }),
  text('Status', (object) =>
    stringAt(metaOf(object), 'deletionTimestamp') === '' ? stringAt(objectAt(object, 'status'), 'phase') : 'Terminating',
  ),
  text('Restarts', () => '0'),
  ageColumn,
  text('IP', (object) => orNone(stringAt(objectAt(object, 'status'), 'podIP')), 1),
  text('Node', (object) => orNone(stringAt(objectAt(object, 'spec'), 'nodeName')), 1),
  text('Nominated Node', (object) => orNone(stringAt(objectAt(object, 'status'), 'nominatedNodeName')), 1),
  text('Readiness Gates', (object) => readinessGates(object), 1),
];

function readinessGates(object: JsonObject): string {
  const gates = arrayAt(objectAt(object, 'spec'), 'readinessGates').filter(isObject);
  if (gates.length === 0) return '<none>';
  const met = arrayAt(objectAt(object, 'status'), 'conditions')
    .filter(isObject)
    .filter((condition) => gates.some((gate) => stringAt(gate, 'conditionType') === stringAt(condition, 'type')))
    .filter((condition) => stringAt(condition, 'status') === 'True');
  return `${met.length}/${gates.length}`;
}

export const SERVICE_COLUMNS: readonly Column[] = [
  nameColumn,
  text('Type', (object) => stringAt(objectAt(object, 'spec'), 'type')),
  text('Cluster-IP', (object) => orNone(stringAt(objectAt(object, 'spec'), 'clusterIP'))),
  text('External-IP', externalAddress),
  text('Port(s)', (object) => servicePorts(object)),
  ageColumn,
  text('Selector', (object) => labelText(objectAt(objectAt(object, 'spec'), 'selector')), 1),
];

function labelText(labels: JsonObject): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${stringAt(labels, key)}`);
  return orNone(pairs.join(','));
}

/** By the type of the service; an end mark of a watch is one without a type. */
function externalAddress(object: JsonObject): string {
  const spec = objectAt(object, 'spec');
  const addresses = stringsAt(spec, 'externalIPs');
  switch (stringAt(spec, 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return addresses.join(',') || '<none>';
    case 'LoadBalancer':
      return [...balancedAt(object), ...addresses].join(',') || '<pending>';
    case 'ExternalName':
      return stringAt(spec, 'externalName');
    default:
      return '<unknown>';
  }
}

function balancedAt(object: JsonObject): readonly string[] {
  const ingress = arrayAt(objectAt(objectAt(object, 'status'), 'loadBalancer'), 'ingress').filter(isObject);
  return [...new Set(ingress.map((point) => stringAt(point, 'ip') || stringAt(point, 'hostname')))].sort().filter((text) => text !== '');
}

function servicePorts(object: JsonObject): string {
  const ports = arrayAt(objectAt(object, 'spec'), 'ports').filter(isObject);
  if (ports.length === 0) return '<none>';
  return ports.map((port) => `${JSON.stringify(own(port, 'port') ?? null)}/${stringAt(port, 'protocol') || 'TCP'}`).join(',');
}

export const EVENT_COLUMNS: readonly Column[] = [
  text('Last Seen', (object, now) =>
    ageOf(stringAt(object, 'lastTimestamp') || stringAt(object, 'eventTime') || stringAt(object, 'firstTimestamp'), now),
  ),
  text('Type', (object) => stringAt(object, 'type')),
  text('Reason', (object) => stringAt(object, 'reason')),
  text('Object', (object) => {
    const involved = objectAt(object, 'involvedObject');
    const kind = stringAt(involved, 'kind').toLowerCase();
    return [kind, stringAt(involved, 'name')].filter((part) => part !== '').join('/');
  }),
  text('Subobject', (object) => stringAt(objectAt(object, 'involvedObject'), 'fieldPath'), 1),
  text('Source', (object) => eventSource(object), 1),
  text('Message', (object) => stringAt(object, 'message').trim()),
  text('First Seen', (object, now) => ageOf(stringAt(object, 'firstTimestamp') || stringAt(object, 'eventTime'), now), 1),
  text('Count', (object) => eventCount(object), 1),
  { ...nameColumn, priority: 1 },
];

function eventCount(object: JsonObject): number {
  const series = own(objectAt(object, 'series'), 'count');
  if (typeof series === 'number') return series;
  const count = own(object, 'count');
  return typeof count === 'number' && count > 0 ? count : 1;
}

function eventSource(object: JsonObject): string {
  const source = objectAt(object, 'source');
  const component = stringAt(source, 'component') || stringAt(object, 'reportingComponent');
  const host = stringAt(source, 'host') || stringAt(object, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}

const createdColumn: Column = {
  ...ageColumn,
  type: 'date',
  description: 'CreationTimestamp',
  // A bookmark has no time.
  cell: (object, now) =>
    customCell(
      [created(object)].filter((time) => time !== ''),
      'date',
      now,
    ),
};

/** The columns that a CustomResourceDefinition asks for; without any, the age. */
export function customColumns(definitions: readonly JsonObject[]): readonly Column[] {
  if (definitions.length === 0) return [nameColumn, createdColumn];
  return [nameColumn, ...definitions.map(customColumn)];
}

function customColumn(definition: JsonObject): Column {
  const path = stringAt(definition, 'jsonPath');
  const select = compileJsonPath(path);
  const type = stringAt(definition, 'type');
  const priority = own(definition, 'priority');
  return {
    name: stringAt(definition, 'name'),
    type,
    format: stringAt(definition, 'format'),
    description: stringAt(definition, 'description') || `Custom resource definition column (in JSONPath format): ${path}`,
    priority: typeof priority === 'number' ? priority : 0,
    cell: (object, now) => customCell(select(object), type, now),
  };
}

function customCell(found: readonly JsonValue[], type: string, now: number): JsonValue {
  const [first] = found;
  if (first === undefined || first === null) return null;
  if (type === 'date') return typeof first === 'string' ? ageOf(first, now) : null;
  if (type === 'string') return typeof first === 'string' ? found.map(String).join(',') : jsonTextOf(first);
  if (type === 'integer' || type === 'number') return typeof first === 'number' || typeof first === 'bigint' ? first : null;
  return type === 'boolean' && typeof first !== 'boolean' ? null : first;
}
