// Roles and bindings: what RBAC looks at.

import { RBAC_GROUP } from '../access/rbac.js';
import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
import { pathSegmentProblems, subdomainProblems } from '../meta/names.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, deepEqual, isArray, isObject, objectAt, own, stringAt, stringsAt, withKey } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import type { KindRules } from './resource.js';

const quoted = (value: JsonValue): string => JSON.stringify(value);

function ruleErrors(body: JsonObject, isNamespaced: boolean): readonly FieldError[] {
  return arrayAt(body, 'rules')
    .filter(isObject)
    .flatMap((rule, index) => onePolicyRule(rule, `rules[${index}]`, isNamespaced));
}

function onePolicyRule(rule: JsonObject, at: string, isNamespaced: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const has = (key: string): boolean => stringsAt(rule, key).length > 0;
  if (!has('verbs')) errors.push(fieldRequired(`${at}.verbs`, 'verbs must contain at least one value'));
  if (has('nonResourceURLs')) {
    const refuse = (why: string): void => {
      errors.push(fieldInvalid(`${at}.nonResourceURLs`, quoted(arrayAt(rule, 'nonResourceURLs')), why));
    };
    if (isNamespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (has('apiGroups') || has('resources') || has('resourceNames'))
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    return errors;
  }
  if (!has('apiGroups')) errors.push(fieldRequired(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!has('resources')) errors.push(fieldRequired(`${at}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

function aggregationErrors(body: JsonObject): readonly FieldError[] {
  const rule = own(body, 'aggregationRule');
  if (!isObject(rule) || arrayAt(rule, 'clusterRoleSelectors').length > 0) return [];
  return [fieldRequired('aggregationRule.clusterRoleSelectors', 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
}

/** Whoever sends an empty list owns it; what is stored has none. */
function withoutEmptyRules(body: JsonObject): JsonObject {
  const rules = own(body, 'rules');
  return isArray(rules) && rules.length === 0 ? withKey(body, 'rules', null) : body;
}

/** … and only the storage takes it away. */
function withEmptyRules(next: JsonObject, sent: JsonObject): JsonObject {
  const rules = own(sent, 'rules');
  return isArray(rules) && rules.length === 0 ? withKey(next, 'rules', rules) : next;
}

const USUAL = { nameRule: pathSegmentProblems, createsOnUpdate: true, revalidatesMeta: true } as const;

export const roleRules: KindRules = builtinRules({
  ...USUAL,
  type: 'rbac.v1.Role',
  admit: withoutEmptyRules,
  unstored: withEmptyRules,
  validate: (body) => ruleErrors(body, true),
});
export const clusterRoleRules: KindRules = builtinRules({
  ...USUAL,
  type: 'rbac.v1.ClusterRole',
  admit: withoutEmptyRules,
  unstored: withEmptyRules,
  validate: (body) => [...ruleErrors(body, false), ...aggregationErrors(body)],
});

/** The API group may be left out where it can only be one. */
function withGroups(body: JsonObject): JsonObject {
  const reference = objectAt(body, 'roleRef');
  const filled = stringAt(reference, 'apiGroup') === '' ? withKey(body, 'roleRef', { ...reference, apiGroup: RBAC_GROUP }) : body;
  const subjects = arrayAt(body, 'subjects');
  if (subjects.length === 0) return filled;
  return withKey(
    filled,
    'subjects',
    subjects.map((subject) => (isObject(subject) ? withSubjectGroup(subject) : subject)),
  );
}

function withSubjectGroup(subject: JsonObject): JsonObject {
  const isNamed = ['User', 'Group'].includes(stringAt(subject, 'kind'));
  return isNamed && stringAt(subject, 'apiGroup') === '' ? withKey(subject, 'apiGroup', RBAC_GROUP) : subject;
}

function bindingErrors(body: JsonObject, kinds: readonly string[]): readonly FieldError[] {
  const reference = objectAt(body, 'roleRef');
  const [group, kind, name] = ['apiGroup', 'kind', 'name'].map((key) => stringAt(reference, key));
  const errors: FieldError[] = [];
  if (group !== RBAC_GROUP) errors.push(fieldUnsupported('roleRef.apiGroup', quoted(group ?? ''), [RBAC_GROUP]));
  if (!kinds.includes(kind ?? '')) errors.push(fieldUnsupported('roleRef.kind', quoted(kind ?? ''), kinds));
  if (name === undefined || name === '') errors.push(fieldRequired('roleRef.name'));
  else errors.push(...pathSegmentProblems(name).map((why) => fieldInvalid('roleRef.name', quoted(name), why)));
  const isNamespaced = kinds.includes('Role');
  return [
    ...errors,
    ...arrayAt(body, 'subjects')
      .filter(isObject)
      .flatMap((subject, index) => subjectErrors(subject, `subjects[${index}]`, isNamespaced)),
  ];
}

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

function subjectErrors(subject: JsonObject, at: string, isNamespaced: boolean): readonly FieldError[] {
  const [name, kind, group] = [stringAt(subject, 'name'), stringAt(subject, 'kind'), stringAt(subject, 'apiGroup')];
  const errors: FieldError[] = name === '' ? [fieldRequired(`${at}.name`)] : [];
  if (!SUBJECT_KINDS.includes(kind)) return [...errors, fieldUnsupported(`${at}.kind`, quoted(kind), SUBJECT_KINDS)];
  if (kind !== 'ServiceAccount')
    return group === RBAC_GROUP ? errors : [...errors, fieldUnsupported(`${at}.apiGroup`, quoted(group), [RBAC_GROUP])];
  if (name !== '') errors.push(...subdomainProblems(name).map((why) => fieldInvalid(`${at}.name`, quoted(name), why)));
  if (group !== '') errors.push(fieldUnsupported(`${at}.apiGroup`, quoted(group), ['']));
  if (!isNamespaced && stringAt(subject, 'namespace') === '') errors.push(fieldRequired(`${at}.namespace`));
  return errors;
}

function sameRole(next: JsonObject, old: JsonObject): readonly FieldError[] {
  if (deepEqual(own(next, 'roleRef'), own(old, 'roleRef'))) return [];
  const { apiGroup = '', kind = '', name = '' } = objectAt(next, 'roleRef');
  return [fieldInvalid('roleRef', quoted({ APIGroup: apiGroup, Kind: kind, Name: name }), 'cannot change roleRef')];
}

const bindingRules = (type: string, kinds: readonly string[]): KindRules =>
  builtinRules({
    ...USUAL,
    type,
    withDefaults: withGroups,
    validate: (body) => bindingErrors(body, kinds),
    validateUpdate: sameRole,
  });

export const roleBindingRules = bindingRules('rbac.v1.RoleBinding', ['Role', 'ClusterRole']);
export const clusterRoleBindingRules = bindingRules('rbac.v1.ClusterRoleBinding', ['ClusterRole']);

/** Questions: they are decoded like objects and never stored. */
export const reviewRules = (type: string): KindRules => builtinRules({ type });
