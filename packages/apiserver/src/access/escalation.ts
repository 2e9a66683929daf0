// Nobody hands out more than they have: which of the rights in some rules a user lacks, in the words of kube-apiserver.

import type { PolicyRule } from './policy-rule.js';
import type { UserRules } from './rbac.js';
import { together } from './rbac.js';
import type { UserInfo } from './user.js';

const ALL = '*';

/** Everything, for who wants to give whatever others will be given. */
export const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: [ALL], apiGroups: [ALL], resources: [ALL], resourceNames: [], nonResourceURLs: [] },
  { verbs: [ALL], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [ALL] },
];

/** What a refusal says; undefined when the user holds all of `wanted`. */
export function escalationProblem(user: UserInfo, held: UserRules, wanted: readonly PolicyRule[]): string | undefined {
  const missing = wanted.flatMap(parts).filter((part) => !held.rules.some((rule) => covers(rule, part)));
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compact(missing).map(shown))].sort();
  const problems = held.problems.length === 0 ? '' : `; resolution errors: [${together(held.problems)}]`;
  const who = `user ${JSON.stringify(user.name)} (groups=${list(user.groups)})`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${problems}`;
}

/** A rule as rules of one verb, one group, one resource and at most one name. */
function parts(rule: PolicyRule): readonly PolicyRule[] {
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const ofResources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((resourceNames) => ({ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames, nonResourceURLs: [] })),
      ),
    ),
  );
  const ofUrls = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url] })),
  );
  return [...ofResources, ...ofUrls];
}

function covers(rule: PolicyRule, part: PolicyRule): boolean {
  const hasAll = (held: readonly string[], wanted: readonly string[]): boolean =>
    held.includes(ALL) || wanted.every((one) => held.includes(one));
  return (
    hasAll(rule.verbs, part.verbs) &&
    hasAll(rule.apiGroups, part.apiGroups) &&
    part.resources.every((resource) => coversResource(rule.resources, resource)) &&
    part.nonResourceURLs.every((url) => rule.nonResourceURLs.some((pattern) => coversUrl(pattern, url))) &&
    (rule.resourceNames.length === 0 ||
      (part.resourceNames.length > 0 && part.resourceNames.every((name) => rule.resourceNames.includes(name))))
  );
}

function coversResource(held: readonly string[], wanted: string): boolean {
  if (held.includes(ALL) || held.includes(wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && held.includes(`*${wanted.slice(slash)}`);
}

function coversUrl(pattern: string, url: string): boolean {
  return pattern === url || (pattern.endsWith(ALL) && url.startsWith(pattern.replace(/(?<!\*)\*+$/, '')));
}

/** Parts that differ in nothing but the verb become one. */
function compact(missing: readonly PolicyRule[]): readonly PolicyRule[] {
  const joined = new Map<string, PolicyRule>();
  for (const [index, part] of missing.entries()) {
    const isOfUrl = part.nonResourceURLs.length > 0;
    const key = isOfUrl ? `url ${index}` : JSON.stringify([part.apiGroups, part.resources, part.resourceNames]);
    const before = joined.get(key);
    joined.set(key, before === undefined ? part : { ...before, verbs: [...before.verbs, ...part.verbs] });
  }
  return [...joined.values()];
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

function shown({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const named = {
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
    Verbs: verbs,
  };
  const fields = Object.entries(named).filter(([, values]) => values.length > 0);
  return `{${fields.map(([name, values]) => `${name}:${list(values)}`).join(', ')}}`;
}
