// Index functions for looking up what belongs to what. They are functions, not declarations: kinds, filters and ids are given as for any index.
import type { HandlerArgs } from '../model/handler-function.js';
import { ownerUidsOf } from '../model/owner-mark.js';

/** What is kept of an object in `byOwner` and `byUid`: enough to find it, so that large objects are not held twice. */
export interface IndexedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/**
 * For `kopf.index`: objects by the uids of their owners, also of those that `apply` could only mark. Declared for several kinds it is one index of all of them.
 *
 * @example `const children = kopf.index('pods', byOwner)`, then `ctx.index(children).get(ctx.uid)`
 */
export function byOwner({ body, meta }: Pick<HandlerArgs, 'body' | 'meta'>): ReadonlyMap<string, IndexedObject> {
  return new Map(ownerUidsOf(meta).map((uid) => [uid, identityOf({ body })]));
}

/**
 * For `kopf.index`: objects by their own uids, of which children know that of their owners.
 *
 * @example `const parents = kopf.index('KopfExample', byUid)`, then in a handler of pods `ctx.index(parents).get(ctx.meta.ownerReferences[0].uid)`
 */
export function byUid({ body }: Pick<HandlerArgs, 'body'>): ReadonlyMap<string, IndexedObject> {
  return new Map([[body.metadata.uid, identityOf({ body })]]);
}

function identityOf({ body }: Pick<HandlerArgs, 'body'>): IndexedObject {
  const { namespace, name, uid } = body.metadata;
  return Object.freeze({ apiVersion: body.apiVersion, kind: body.kind, namespace, name, uid });
}
