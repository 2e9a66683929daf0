// Children of objects: made and kept as they are to be, without asking the cluster for what is known to be so already (decision 20).
import { ChildRefusedError, InvalidOptionError, OwnerGoneError, PluginMissingError } from '../../errors.js';
import { describeChild, type ApplyChildOptions, type DescribedChild } from '../../hierarchy/describe-child.js';
import { wireForm } from '../../hierarchy/wire-form.js';
import type { FactBody } from '../../model/fact.js';
import type { ObjectUid, ResourceVersion } from '../../model/ids.js';
import type { JsonObject } from '../../model/json.js';
import { stringifyJson } from '../../model/json-text.js';
import type { ObjectBody, ObjectRef, SeenObject } from '../../model/object.js';
import { resourceName, type Resource } from '../../model/resource.js';
import { hashText } from '../../model/text-hash.js';
import type { ChildClient, ChildOutcome, ClusterClient } from '../../ports/cluster-client.js';
import { isNewer } from '../../watch/versions.js';
import type { WatchedObjects } from './watched-objects.js';

/** Which object a child is. */
export interface AppliedChild {
  readonly apiVersion: string;
  readonly kind: string;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** An object with children. */
export interface OwnerOfChildren {
  /** The same for all handlers of the object, as long as it is known. */
  readonly ref: ObjectRef;
  readonly body: ObjectBody;
}

export interface ChildRequest {
  readonly child: object;
  readonly options: ApplyChildOptions;
}

export interface Children {
  apply(owner: OwnerOfChildren, request: ChildRequest, signal: AbortSignal): Promise<AppliedChild>;
}

export interface ChildrenParts {
  /** Its writes wait for their turn. */
  readonly client: Pick<ClusterClient, 'children' | 'write'>;
  readonly watched: WatchedObjects;
  emit(fact: FactBody): void;
}

/** As a child was when we applied it last. */
interface Applied {
  readonly resource: Resource;
  readonly uid: ObjectUid;
  readonly version: ResourceVersion;
  /** Of what was applied. */
  readonly hash: string;
}

/** What was applied for one owner, by what children are called. */
type AppliedOfOwner = Map<string, Applied>;

/** It is only a memory: losing it costs one request for each child, which writes nothing. */
export function createChildren(parts: ChildrenParts): Children {
  const memory = new WeakMap<ObjectRef, AppliedOfOwner>();
  return {
    async apply(owner, { child, options }, signal) {
      signal.throwIfAborted();
      const json = wireForm(child);
      const { apiVersion, kind } = kindOf(json);
      const resource = await childClientOf(parts).findKind(apiVersion, kind, signal);
      const described = describeChild({ owner: owner.body, child: json, resource, options });
      const applied = memory.get(owner.ref) ?? new Map<string, Applied>();
      memory.set(owner.ref, applied);
      const key = `${resourceName(resource)} ${described.namespace ?? ''}/${described.name}`;
      const hash = hashOf(described.body);
      const before = applied.get(key);
      const identity = { apiVersion, kind, namespace: described.namespace, name: described.name };
      if (before?.hash === hash && isUntouched(before, parts.watched)) {
        parts.emit({ kind: 'child-applied', object: owner.ref, child: { ...identity, uid: before.uid }, how: 'known' });
        return { ...identity, uid: before.uid };
      }
      const object = await send(parts, { owner: owner.ref, resource, described, uid: before?.uid }, signal);
      const { uid, resourceVersion } = object;
      forgetUnwatched(applied, parts.watched);
      applied.set(key, { resource, uid, version: resourceVersion, hash });
      parts.emit({ kind: 'child-applied', object: owner.ref, child: { ...identity, uid }, how: 'sent' });
      return { ...identity, uid };
    },
  };
}

function childClientOf({ client: { children } }: ChildrenParts): ChildClient {
  if (children === undefined) throw new PluginMissingError('clusterClient.children', '`kubernetes()`');
  return children;
}

function kindOf({ apiVersion, kind }: JsonObject): { readonly apiVersion: string; readonly kind: string } {
  if (typeof apiVersion !== 'string' || apiVersion === '') throw new InvalidOptionError('`apiVersion` of the child', apiVersion, 'text');
  if (typeof kind !== 'string' || kind === '') throw new InvalidOptionError('`kind` of the child', kind, 'text');
  return { apiVersion, kind };
}

/** The order of keys counts: whoever builds a child in another order each time only asks once more. */
function hashOf(body: JsonObject): string {
  const text = stringifyJson(body);
  return `${hashText(text)} ${hashText(text, 1)}`;
}

/** It exists, and nobody changed it since: then it is as we made it. Our own write may not have come back to us yet. */
function isUntouched({ resource, uid, version }: Applied, watched: WatchedObjects): boolean {
  const seen = watched.versionOf(resource, uid);
  if (seen === undefined) return false;
  const age = isNewer(version, seen);
  return age === 'same' || age === 'newer';
}

/** More children than anybody has at a time: then those that nobody sees go, such as jobs with a new name each day. */
const MANY = 64;

function forgetUnwatched(applied: AppliedOfOwner, watched: WatchedObjects): void {
  if (applied.size < MANY || applied.size % MANY !== 0) return;
  for (const [key, { resource, uid }] of applied) if (watched.versionOf(resource, uid) === undefined) applied.delete(key);
}

interface Sending {
  readonly owner: ObjectRef;
  readonly resource: Resource;
  readonly described: DescribedChild;
  /** Of the child that we know. */
  readonly uid: ObjectUid | undefined;
}

/** A child that is not the one we know is made anew, or taken over, as long as the owner is there: an older handler must not take from a newer owner. */
async function send(parts: ChildrenParts, { owner, resource, described, uid }: Sending, signal: AbortSignal): Promise<SeenObject> {
  const children = childClientOf(parts);
  const asked = { owner, resource, ...described };
  const first = await children.apply(uid === undefined ? asked : { ...asked, uid }, signal);
  if (first.kind !== 'replaced') return committed(first, asked);
  const found = await parts.client.write({ kind: 'merge', ref: owner, patch: { metadata: { uid: owner.uid } } }, signal);
  if (found.kind === 'gone' || found.kind === 'replaced') throw new OwnerGoneError(titleOf(asked), titleOf(owner));
  return committed(await children.apply(asked, signal), asked);
}

function committed(outcome: ChildOutcome, child: Titled): SeenObject {
  switch (outcome.kind) {
    case 'committed':
      return outcome.object;
    case 'invalid':
      throw new ChildRefusedError(titleOf(child), outcome.message, outcome.causes);
    case 'replaced':
      throw new ChildRefusedError(titleOf(child), 'it was replaced meanwhile', []);
  }
}

type Titled = Pick<ObjectRef, 'resource' | 'namespace' | 'name'>;

function titleOf({ resource, namespace, name }: Titled): string {
  return `${resource.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
