// What handlers use to make the objects that belong to theirs.
import { NoHandlerScopeError } from '../../errors.js';
import { bodyOfOwner, type ChildMeta } from '../../hierarchy/child.js';
import type { ApplyChildOptions } from '../../hierarchy/describe-child.js';
import { scopeOf } from '../handler-scope.js';
import type { AppliedChild } from './children.js';

/** A child to be applied: plain, or of a class of `@kubernetes/client-node`. It is not changed. */
export interface AppliedObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?: ChildMeta | undefined;
}

/**
 * Makes an object be as given, and a child of the handled one, by server-side apply: it is created, or its fields are made these; fields that were applied
 * before and are not in it any more are removed, fields that others care for stay. Repeat it as often as you like, also after a crash: there is one child.
 *
 * - *Name*: that of the child; without one, a name that follows from the handled object, the kind and `key`, and begins with `generateName` or the name of the handled object.
 * - *Namespace*: that of the child, else that of the handled object.
 * - *Owner*: an owner reference. Where that is not possible (the child is in another namespace, or in none, which must be said by `elsewhere: true`) the label `kopf.zalando.org/owner-uid` and
 *   the annotation `kopf.zalando.org/owner`: nobody collects such a child as garbage, so remove it in a handler of deletions.
 *
 * Nothing is asked of the cluster if this process applied the very same before and a watch of the operator (`owns`, or any handler or index of that kind) shows that
 * nobody has changed the child since. Else one request is sent, which writes nothing if nothing is to be changed. It needs the rights to `create` and `patch` the kind.
 *
 * *Caveats*: what two handlers apply to one child is not added up; apply it whole, in one place. Everything ends with the handler's signal.
 *
 * @param ctx the argument of a handler of objects, whole, or a copy made by `...`.
 * @throws NoHandlerScopeError `KOPF_NO_HANDLER_SCOPE` if it is anything else.
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for what is no object of a kind, or no JSON.
 * @throws ChildElsewhereError `KOPF_CHILD_ELSEWHERE`; ChildOfOthersError `KOPF_CHILD_OF_OTHERS`; ChildRefusedError `KOPF_CHILD_REFUSED` if it is invalid; OwnerGoneError `KOPF_OWNER_GONE`; and the errors of the cluster client: `KOPF_KIND_UNKNOWN`,
 * `KOPF_FORBIDDEN`, `KOPF_CONFLICT`, `KOPF_CLUSTER_UNREACHABLE` …
 * @example kopf.on.reconcile('KopfExample', { owns: ['configmaps'] }, async (ctx) => { await apply(ctx, { apiVersion: 'v1', kind: 'ConfigMap', data: { … } }); });
 */
export async function apply<Child extends AppliedObject>(
  ctx: object,
  child: Child,
  options: ApplyChildOptions = {},
): Promise<AppliedChild> {
  const { handling } = scopeOf(ctx, 'apply()');
  if (handling === undefined || !('body' in ctx)) throw new NoHandlerScopeError('apply()');
  const { signal } = ctx as { readonly signal?: unknown };
  const owner = { ref: handling.object, body: bodyOfOwner(ctx as Parameters<typeof bodyOfOwner>[0]) };
  return handling.children.apply(owner, { child, options }, signal instanceof AbortSignal ? signal : handling.ended);
}
