// The gate before roles and bindings are written: what they would give, their writer must have, or must be allowed to give.

import { FULL_AUTHORITY, escalationProblem } from '../access/escalation.js';
import type { PolicyRule } from '../access/policy-rule.js';
import { policyRule } from '../access/policy-rule.js';
import { CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS, RBAC_GROUP, ROLES, ROLE_BINDINGS, roleRules } from '../access/rbac.js';
import { forbidden, notFound, untyped } from '../errors.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, deepEqual, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import type { ResourceRequest } from './request-context.js';

/** Whoever is in this group may do everything, whatever rules say. */
const MASTERS = 'system:masters';

/** Throws when the user may not write this body; `old` is what it replaces. */
export function checkGrants(request: ResourceRequest, sent: JsonObject, old?: JsonObject): void {
  const { collection, rules } = request.resource;
  const isRole = collection === ROLES || collection === CLUSTER_ROLES;
  if (!isRole && collection !== ROLE_BINDINGS && collection !== CLUSTER_ROLE_BINDINGS) return;
  if (request.user.groups.includes(MASTERS)) return;
  const body = rules.withDefaults(rules.toStored(sent));
  if (old !== undefined && changesOnlyOwners(body, old)) return;
  if (isRole) checkRole(request, body);
  else checkBinding(request, body);
}

/** Who collects garbage needs no rights of others. */
function changesOnlyOwners(body: JsonObject, old: JsonObject): boolean {
  const rest = (object: JsonObject): JsonObject =>
    withMeta(object, { ownerReferences: undefined, finalizers: undefined, managedFields: undefined, resourceVersion: undefined });
  return deepEqual(rest(body), rest(old));
}

function checkRole(request: ResourceRequest, body: JsonObject): void {
  const { resource, name } = request;
  if (isAllowed(request, 'escalate', { plural: resource.plural, name })) return;
  const rules = arrayAt(body, 'rules').filter(isObject).map(policyRule);
  const named = stringAt(metaOf(body), 'name');
  checkHeld(request, rules, named);
  if (resource.collection !== CLUSTER_ROLES || !isObject(own(body, 'aggregationRule'))) return;
  if (problemOf(request, FULL_AUTHORITY) !== undefined)
    throw forbidden(resource, named, { message: 'must have cluster-admin privileges to use the aggregationRule' });
}

function checkBinding(request: ResourceRequest, body: JsonObject): void {
  const { resource, namespace, parts } = request;
  const reference = objectAt(body, 'roleRef');
  const [kind, name] = [stringAt(reference, 'kind'), stringAt(reference, 'name')];
  // Nobody may bind what is no role, and so its rules are asked for before anything is validated.
  if (kind !== 'Role' && kind !== 'ClusterRole') throw untyped(`unsupported role reference kind: ${JSON.stringify(kind)}`);
  if (isAllowed(request, 'bind', { plural: kind === 'Role' ? 'roles' : 'clusterroles', name })) return;
  const { store } = parts.write;
  const role = kind === 'Role' ? store.get(ROLES, namespace, name) : store.get(CLUSTER_ROLES, '', name);
  // The real server looks for the role in the name of the binding.
  if (role === undefined) throw notFound(resource, name);
  checkHeld(request, roleRules(store, role.body).map(policyRule), stringAt(metaOf(body), 'name'));
}

function isAllowed({ parts, user, namespace }: ResourceRequest, verb: string, of: { plural: string; name: string }): boolean {
  const attributes = { isResource: true, verb, namespace, group: RBAC_GROUP, resource: of.plural, subresource: '', name: of.name } as const;
  return parts.access.authorizer.decide(user, attributes).isAllowed;
}

function problemOf({ parts, user, namespace, resource }: ResourceRequest, rules: readonly PolicyRule[]): string | undefined {
  const held = parts.access.authorizer.rulesFor(user, namespace);
  // Here, too, the real server speaks of what it was asked for.
  const problems = held.problems.map((problem) => problem.replace(/^(?:cluster)?role\./, `${resource.plural}.`));
  return escalationProblem(user, { ...held, problems }, rules);
}

function checkHeld(request: ResourceRequest, rules: readonly PolicyRule[], name: string): void {
  const problem = problemOf(request, rules);
  if (problem !== undefined) throw forbidden(request.resource, name, { message: problem });
}
