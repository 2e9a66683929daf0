// What the operators of the stories may do: the rules that the documentation asks for, and none more.
import type { GrantedRule } from '../invariants/granted-rule.js';

export const RIGHTS: readonly GrantedRule[] = [
  { apiGroups: ['kopf.dev'], resources: ['kopfexamples'], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: ['kopf.dev'], resources: ['kopfexamples/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] },
];

/** Of an operator that only looks at the other kind. */
export const RIGHTS_WITH_INDEX: readonly GrantedRule[] = [
  ...RIGHTS,
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
];

export const RIGHTS_OVER_CHILDREN: readonly GrantedRule[] = [
  ...RIGHTS,
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch', 'patch'] },
];
