// Acting as somebody else, for those who may.

import { badRequest } from '../errors.js';
import type { Attributes } from './attributes.js';
import type { UserInfo } from './user.js';
import { ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, serviceAccountGroups, splitServiceAccount, withGroup } from './user.js';

const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';

export interface Impersonation {
  readonly user: UserInfo;
  /** Every one of these must be allowed. */
  readonly needed: readonly Attributes[];
  readonly mode: 'user-info' | 'serviceaccount';
}

/** The user that the headers ask for, and the permission that each of them needs; undefined when they ask for nobody. */
export function impersonated(headers: Readonly<Record<string, string>>): Impersonation | undefined {
  const name = headers['impersonate-user'] ?? '';
  const groups = listed(headers['impersonate-group']);
  const uid = headers['impersonate-uid'] ?? '';
  const extra = extraOf(headers);
  if (name === '') {
    if (groups.length > 0 || uid !== '' || extra.length > 0) throw badRequest('requested impersonation without impersonating a user');
    return undefined;
  }
  const account = splitServiceAccount(name);
  const needed = [
    account === undefined ? permission('users', name) : { ...permission('serviceaccounts', account.name), namespace: account.namespace },
    ...groups.map((group) => permission('groups', group)),
    ...extra.flatMap(([key, values]) =>
      values.map((value) => ({ ...permission('userextras', value), group: AUTHENTICATION, subresource: key })),
    ),
    ...(uid === '' ? [] : [{ ...permission('uids', uid), group: AUTHENTICATION }]),
  ];
  const implied = groups.length > 0 || account === undefined ? groups : serviceAccountGroups(account.namespace);
  return {
    user: { name, uid, groups: completed(name, implied), extra: Object.fromEntries(extra) },
    needed,
    mode: account === undefined ? 'user-info' : 'serviceaccount',
  };
}

function permission(resource: string, name: string) {
  return { isResource: true, verb: 'impersonate', namespace: '', group: '', resource, subresource: '', name } as const;
}

function listed(header: string | undefined): readonly string[] {
  return header === undefined ? [] : header.split(',').map((value) => value.trim());
}

function extraOf(headers: Readonly<Record<string, string>>): readonly [string, readonly string[]][] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(EXTRA))
    .map(([name, value]) => [decoded(name.slice(EXTRA.length)), listed(value)]);
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function completed(name: string, groups: readonly string[]): readonly string[] {
  if (name === ANONYMOUS.name) return withGroup(groups, UNAUTHENTICATED);
  return groups.includes(UNAUTHENTICATED) ? groups : withGroup(groups, AUTHENTICATED);
}
