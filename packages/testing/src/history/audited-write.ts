import { isJsonObject, type Json, type ObjectBody } from '@kopfts/core';
import { markOf } from './noting-transport.js';

/** A request that may have changed something, as the audit log of a server tells of it. */
export interface AuditedWrite {
  /** User agent. */
  readonly actor: string;
  /** `create`, `update`, `patch`, `delete` or `deletecollection`. */
  readonly verb: string;
  /** Of the answer; 0 if the server had none to give. */
  readonly code: number;
  /** `plural` or `group/plural`. */
  readonly collection: string;
  /** Empty for the cluster. */
  readonly namespace: string;
  /** Empty where the server chose it, and for whole collections. */
  readonly name: string;
  /** Which call of an operator, if that marked it. */
  readonly mark: { readonly instance: string; readonly call: number } | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly receivedMs: number;
  readonly completedMs: number;
  /** What was sent. */
  readonly request: Json | undefined;
  /** What was answered: objects, or the uid of one that is gone. */
  readonly answered: readonly AuditedObject[];
}

export type AuditedObject =
  { readonly kind: 'object'; readonly object: ObjectBody; readonly removed: boolean } | { readonly kind: 'gone'; readonly uid: string };

const WRITES: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly apiGroup?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly requestObject?: Json;
  readonly responseObject?: Json;
}

/** What a line of an audit log says of a write; `undefined` for everything else: reads, dry runs, stages before the end. */
export function auditedWriteOf(line: string): AuditedWrite | undefined {
  const event = JSON.parse(line) as AuditEvent;
  const { verb, objectRef, requestURI } = event;
  if (!WRITES.includes(verb) || !['ResponseComplete', 'Panic'].includes(event.stage)) return undefined;
  if (objectRef?.resource === undefined || new URL(requestURI, 'https://server').searchParams.has('dryRun')) return undefined;
  const { apiGroup, resource, namespace = '', name = '' } = objectRef;
  return {
    actor: event.userAgent ?? '',
    verb,
    code: event.responseStatus?.code ?? 0,
    collection: apiGroup === undefined ? resource : `${apiGroup}/${resource}`,
    namespace,
    name,
    mark: markOf(requestURI),
    receivedMs: momentOf(event.requestReceivedTimestamp),
    completedMs: momentOf(event.stageTimestamp),
    request: event.requestObject,
    answered: answeredIn(event.responseObject, verb),
  };
}

/** Whether the server says that it did it. */
export function isSuccessful({ code }: AuditedWrite): boolean {
  return code >= 200 && code < 300;
}

/** Whether it may have been done although the server does not say so: it was interrupted, mostly because its client died. */
export function isUndecided({ code }: AuditedWrite): boolean {
  return code === 0 || code === 499 || code >= 500;
}

function answeredIn(answer: Json | undefined, verb: string): readonly AuditedObject[] {
  if (!isJsonObject(answer)) return [];
  const items = answer['items'];
  if (Array.isArray(items)) return (items as readonly Json[]).flatMap((item) => answeredIn(item, verb));
  if (isObjectBody(answer)) return [{ kind: 'object', object: answer, removed: isRemoved(answer, verb) }];
  const details = answer['details'];
  const uid = verb === 'delete' && answer['status'] === 'Success' && isJsonObject(details) ? details['uid'] : undefined;
  return typeof uid === 'string' ? [{ kind: 'gone', uid }] : [];
}

/** An object that is marked for deletion stays as long as it has finalizers or a time of grace; one that is not marked went at once. */
function isRemoved({ metadata }: ObjectBody, verb: string): boolean {
  if (metadata.deletionTimestamp === undefined) return verb === 'delete' || verb === 'deletecollection';
  const { finalizers = [], deletionGracePeriodSeconds: grace } = metadata;
  return finalizers.length === 0 && !(typeof grace === 'number' && grace > 0);
}

function isObjectBody(value: Json): value is ObjectBody {
  const metadata = isJsonObject(value) ? value['metadata'] : undefined;
  return isJsonObject(metadata) && typeof metadata['uid'] === 'string' && typeof metadata['resourceVersion'] === 'string';
}

/** Microseconds count: dates of JavaScript forget them. */
function momentOf(text: string): number {
  const [, seconds = '', fraction = '0'] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  return Date.parse(`${seconds}Z`) + Number(`0.${fraction}`) * 1000;
}
