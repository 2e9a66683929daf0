// Role-based access control over the stored roles and bindings, in the order and with the texts of kube-apiserver.

import { isObject, arrayAt, objectAt, stringAt } from '../store/json-value.js';
import type { JsonObject } from '../store/json-value.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Attributes } from './attributes.js';
import type { PolicyRule } from './policy-rule.js';
import { policyRule, ruleAllows } from './policy-rule.js';
import type { UserInfo } from './user.js';
import { serviceAccountName } from './user.js';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';
export const ROLES = `${RBAC_GROUP}/roles`;
export const CLUSTER_ROLES = `${RBAC_GROUP}/clusterroles`;
export const ROLE_BINDINGS = `${RBAC_GROUP}/rolebindings`;
export const CLUSTER_ROLE_BINDINGS = `${RBAC_GROUP}/clusterrolebindings`;

/** Why something is allowed or what went wrong while looking for it; empty when there is nothing to say. */
export interface Decision {
  readonly isAllowed: boolean;
  readonly reason: string;
}

/** A rule that applies to a user and the binding that gave it, or a binding whose role is missing. */
type Granted = { readonly rule: PolicyRule; readonly by: string } | { readonly problem: string };

export interface UserRules {
  readonly rules: readonly PolicyRule[];
  readonly problems: readonly string[];
}

export function decide(store: ObjectStore, user: UserInfo, attributes: Attributes): Decision {
  const problems: string[] = [];
  for (const granted of grantedTo(store, user, attributes.isResource ? attributes.namespace : '')) {
    if ('problem' in granted) problems.push(granted.problem);
    else if (ruleAllows(granted.rule, attributes)) return { isAllowed: true, reason: `RBAC: allowed by ${granted.by}` };
  }
  return { isAllowed: false, reason: problems.length === 0 ? '' : `RBAC: ${together(problems)}` };
}

export function rulesFor(store: ObjectStore, user: UserInfo, namespace: string): UserRules {
  const all = [...grantedTo(store, user, namespace)];
  return {
    rules: all.flatMap((granted) => ('rule' in granted ? [granted.rule] : [])),
    problems: all.flatMap((granted) => ('problem' in granted ? [granted.problem] : [])),
  };
}

/** Several problems as Go joins errors. */
export function together(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

function* grantedTo(store: ObjectStore, user: UserInfo, namespace: string): Generator<Granted> {
  for (const binding of store.collection(CLUSTER_ROLE_BINDINGS).range('')) yield* grantedBy(store, binding, user);
  if (namespace === '') return;
  for (const binding of store.collection(ROLE_BINDINGS).range(`${namespace}/`)) yield* grantedBy(store, binding, user);
}

function* grantedBy(store: ObjectStore, binding: StoredObject, user: UserInfo): Generator<Granted> {
  const { namespace } = binding;
  const subject = arrayAt(binding.body, 'subjects')
    .filter(isObject)
    .find((candidate) => isMeant(user, candidate, namespace));
  if (subject === undefined) return;
  const reference = objectAt(binding.body, 'roleRef');
  const kind = stringAt(reference, 'kind');
  const name = stringAt(reference, 'name');
  const role = kind === 'Role' ? store.get(ROLES, namespace, name) : store.get(CLUSTER_ROLES, '', name);
  if (role === undefined) {
    yield { problem: `${kind.toLowerCase()}.${RBAC_GROUP} ${JSON.stringify(name)} not found` };
    return;
  }
  const by = describe(binding, subject);
  for (const rule of roleRules(store, role.body)) yield { rule: policyRule(rule), by };
}

/** An aggregated role has the rules of the roles that it selects: a controller would copy them, here they are looked up. */
export function roleRules(store: ObjectStore, role: JsonObject, seen: ReadonlySet<JsonObject> = new Set()): readonly JsonObject[] {
  if (seen.has(role)) return [];
  const rules = arrayAt(role, 'rules').filter(isObject);
  const selectors = arrayAt(objectAt(role, 'aggregationRule'), 'clusterRoleSelectors').filter(isObject);
  if (selectors.length === 0) return rules;
  const visited = new Set([...seen, role]);
  const parts = [...store.collection(CLUSTER_ROLES).range('')].filter((other) =>
    selectors.some((selector) => Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => other.labels[key] === value)),
  );
  return [...rules, ...parts.flatMap((other) => roleRules(store, other.body, visited))];
}

function isMeant(user: UserInfo, subject: JsonObject, bindingNamespace: string): boolean {
  const name = stringAt(subject, 'name');
  const namespace = stringAt(subject, 'namespace') || bindingNamespace;
  switch (stringAt(subject, 'kind')) {
    case 'User':
      return user.name === name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return namespace !== '' && user.name === serviceAccountName(namespace, name);
    default:
      return false;
  }
}

function describe(binding: StoredObject, subject: JsonObject): string {
  const reference = objectAt(binding.body, 'roleRef');
  const isLocal = binding.namespace !== '';
  const bound = isLocal
    ? `RoleBinding ${JSON.stringify(`${binding.name}/${binding.namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(binding.name)}`;
  const kind = stringAt(subject, 'kind');
  const name = stringAt(subject, 'name');
  const whom = kind === 'ServiceAccount' ? `${name}/${stringAt(subject, 'namespace') || binding.namespace}` : name;
  return `${bound} of ${stringAt(reference, 'kind')} ${JSON.stringify(stringAt(reference, 'name'))} to ${kind} ${JSON.stringify(whom)}`;
}
