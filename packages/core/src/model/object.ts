import type { JsonObject } from './json.js';
import type { ObjectUid, ResourceVersion } from './ids.js';
import type { Resource } from './resource.js';

/** `metadata` of an object, as far as the engine reads it. */
export interface ObjectMeta extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** An object as the API server gave it. Never mutated. */
export interface ObjectBody extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The part of an object whose change matters (spec C-01). */
export type Essence = JsonObject;

/** Which object: the kind, its place, and the uid that makes a re-created one another object. */
export interface ObjectRef {
  readonly resource: Resource;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: ObjectUid;
}

/** One object at one version. */
export interface ObjectView {
  readonly ref: ObjectRef;
  readonly body: ObjectBody;
}

/** An object as a channel (a watch, a list, the answer of a write) showed it; the body is parsed once, on demand. */
export interface SeenObject {
  readonly uid: ObjectUid;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly resourceVersion: ResourceVersion;
  /** `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
  body(): ObjectBody;
}
