// The Protocol Buffers messages that clients send for small built-in kinds: field numbers as in the generated.proto files of Kubernetes.

/** How a field is encoded and what it becomes in JSON. */
export type FieldCoding =
  | { readonly as: 'string' | 'bytes' | 'int' | 'bool' | 'time' | 'microTime' }
  | { readonly as: 'message'; readonly message: Message }
  | { readonly as: 'map'; readonly value: 'string' | 'bytes' };

export interface MessageField {
  readonly name: string;
  readonly isRepeated: boolean;
  readonly coding: FieldCoding;
}

export type Message = ReadonlyMap<number, MessageField>;

type Described = readonly [number: number, name: string, coding: FieldCoding | FieldCoding['as'], repeated?: 'repeated'];

function message(...fields: readonly Described[]): Message {
  return new Map(
    fields.map(([number, name, coding, repeated]) => {
      const full = typeof coding === 'string' ? ({ as: coding } as FieldCoding) : coding;
      return [number, { name, isRepeated: repeated === 'repeated', coding: full }];
    }),
  );
}

const of = (nested: Message): FieldCoding => ({ as: 'message', message: nested });
const mapOf = (value: 'string' | 'bytes'): FieldCoding => ({ as: 'map', value });
const strings = (...names: readonly string[]): Message => message(...names.map((name, index): Described => [index + 1, name, 'string']));

const OWNER_REFERENCE = message(
  [1, 'kind', 'string'],
  [3, 'name', 'string'],
  [4, 'uid', 'string'],
  [5, 'apiVersion', 'string'],
  [6, 'controller', 'bool'],
  [7, 'blockOwnerDeletion', 'bool'],
);

const OBJECT_META = message(
  [1, 'name', 'string'],
  [2, 'generateName', 'string'],
  [3, 'namespace', 'string'],
  [5, 'uid', 'string'],
  [6, 'resourceVersion', 'string'],
  [8, 'creationTimestamp', 'time'],
  [9, 'deletionTimestamp', 'time'],
  [10, 'deletionGracePeriodSeconds', 'int'],
  [11, 'labels', mapOf('string')],
  [12, 'annotations', mapOf('string')],
  [13, 'ownerReferences', of(OWNER_REFERENCE), 'repeated'],
  [14, 'finalizers', 'string', 'repeated'],
);

const METADATA: Described = [1, 'metadata', of(OBJECT_META)];
const OBJECT_REFERENCE = strings('kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath');

const LEASE_SPEC = message(
  [1, 'holderIdentity', 'string'],
  [2, 'leaseDurationSeconds', 'int'],
  [3, 'acquireTime', 'microTime'],
  [4, 'renewTime', 'microTime'],
  [5, 'leaseTransitions', 'int'],
  [6, 'strategy', 'string'],
  [7, 'preferredHolder', 'string'],
);

const EVENT = message(
  METADATA,
  [2, 'involvedObject', of(OBJECT_REFERENCE)],
  [3, 'reason', 'string'],
  [4, 'message', 'string'],
  [5, 'source', of(strings('component', 'host'))],
  [6, 'firstTimestamp', 'time'],
  [7, 'lastTimestamp', 'time'],
  [8, 'count', 'int'],
  [9, 'type', 'string'],
  [10, 'eventTime', 'microTime'],
  [11, 'series', of(message([1, 'count', 'int'], [2, 'lastObservedTime', 'microTime']))],
  [12, 'action', 'string'],
  [13, 'related', of(OBJECT_REFERENCE)],
  [14, 'reportingComponent', 'string'],
  [15, 'reportingInstance', 'string'],
);

const SERVICE_ACCOUNT = message(
  METADATA,
  [2, 'secrets', of(OBJECT_REFERENCE), 'repeated'],
  [3, 'imagePullSecrets', of(strings('name')), 'repeated'],
  [4, 'automountServiceAccountToken', 'bool'],
);

const DELETE_OPTIONS = message(
  [1, 'gracePeriodSeconds', 'int'],
  [2, 'preconditions', of(strings('uid', 'resourceVersion'))],
  [3, 'orphanDependents', 'bool'],
  [4, 'propagationPolicy', 'string'],
  [5, 'dryRun', 'string', 'repeated'],
);

/** By `apiVersion kind`. Delete options come under the version of the object that they delete: they are looked up by kind alone. */
const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ['v1 Namespace', message(METADATA, [2, 'spec', of(message([1, 'finalizers', 'string', 'repeated']))])],
  ['v1 ConfigMap', message(METADATA, [2, 'data', mapOf('string')], [3, 'binaryData', mapOf('bytes')], [4, 'immutable', 'bool'])],
  [
    'v1 Secret',
    message(METADATA, [2, 'data', mapOf('bytes')], [3, 'type', 'string'], [4, 'stringData', mapOf('string')], [5, 'immutable', 'bool']),
  ],
  ['v1 ServiceAccount', SERVICE_ACCOUNT],
  ['v1 Event', EVENT],
  ['coordination.k8s.io/v1 Lease', message(METADATA, [2, 'spec', of(LEASE_SPEC)])],
]);

export function messageOf(apiVersion: string, kind: string): Message | undefined {
  return kind === 'DeleteOptions' ? DELETE_OPTIONS : MESSAGES.get(`${apiVersion} ${kind}`);
}

/** The envelope of every object: its type and its bytes. */
export const ENVELOPE: Message = message(
  [1, 'typeMeta', of(strings('apiVersion', 'kind'))],
  [2, 'raw', 'bytes'],
  [3, 'contentEncoding', 'string'],
  [4, 'contentType', 'string'],
);
