import type { AccessRule, AccessRules, Resource } from '@kopfts/core';

/** What handlers need of one kind. */
export interface KindNeeds {
  readonly resource: Resource;
  /** Some handler changes objects, or keeps something on them. */
  readonly patches: boolean;
}

/** A right that is not there. */
export interface MissingRight {
  readonly verb: string;
  readonly group: string;
  /** `things`, `things/status` */
  readonly resource: string;
  /** What happens without it, for people. */
  readonly without: string;
}

const NOT_HANDLED = 'its objects are not handled';

/** What is needed for these kinds and not allowed by the rules. Pure. */
export function missingRights(kinds: readonly KindNeeds[], { rules }: AccessRules): readonly MissingRight[] {
  const wanted = kinds.flatMap(({ resource, patches }) => rightsFor(resource, patches));
  return [...wanted, EVENTS].filter((right) => !rules.some((rule) => allows(rule, right)));
}

/** Not needed, but missed: asked for in the core group, where everybody writes them. */
const EVENTS: MissingRight = {
  verb: 'create',
  group: '',
  resource: 'events',
  without: 'Kubernetes Events are not posted',
};

function rightsFor({ group, plural, subresources }: Resource, patches: boolean): readonly MissingRight[] {
  const right = (verb: string, resource: string, without: string): MissingRight => ({ verb, group, resource, without });
  return [
    right('list', plural, NOT_HANDLED),
    right('watch', plural, NOT_HANDLED),
    ...(patches ? [right('patch', plural, 'progress and finalizers cannot be written')] : []),
    ...(patches && subresources.includes('status') ? [right('patch', `${plural}/status`, 'results cannot be written')] : []),
  ];
}

function allows({ verbs, groups, resources, names }: AccessRule, { verb, group, resource }: MissingRight): boolean {
  if (names.length > 0) return false; // Objects of some names only.
  const subresource = resource.split('/')[1];
  const named = subresource === undefined ? [resource, '*'] : [resource, '*', `*/${subresource}`];
  return includesOrAll(verbs, verb) && includesOrAll(groups, group) && resources.some((one) => named.includes(one));
}

function includesOrAll(list: readonly string[], one: string): boolean {
  return list.includes(one) || list.includes('*');
}

/** `patch things/status.example.com`, as `kubectl auth can-i` takes it. */
export function rightText({ verb, group, resource }: MissingRight): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
}
