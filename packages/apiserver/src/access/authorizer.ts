import type { ObjectStore } from '../store/object-store.js';
import type { Attributes } from './attributes.js';
import type { Decision, UserRules } from './rbac.js';
import { decide, rulesFor } from './rbac.js';
import type { UserInfo } from './user.js';
import { MASTERS } from './user.js';

/** Who may do what. */
export interface Authorizer {
  decide(user: UserInfo, attributes: Attributes): Decision;
  rulesFor(user: UserInfo, namespace: string): UserRules;
}

const EVERYTHING: UserRules = {
  rules: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
    { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
  ],
  problems: [],
};

/** Everybody may do everything. */
export const ALWAYS_ALLOW: Authorizer = {
  decide: () => ({ isAllowed: true, reason: '' }),
  rulesFor: () => EVERYTHING,
};

/** The stored roles and bindings decide, except for the group `system:masters`, which may do everything. */
export function rbacAuthorizer(store: ObjectStore): Authorizer {
  return {
    decide: (user, attributes) => (user.groups.includes(MASTERS) ? { isAllowed: true, reason: '' } : decide(store, user, attributes)),
    rulesFor: (user, namespace) => rulesFor(store, user, namespace),
  };
}
