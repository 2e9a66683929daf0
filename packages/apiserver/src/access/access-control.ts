// The gate before every route: who asks, as whom, and whether they may.

import { forbiddenRequest, unauthorized } from '../errors.js';
import type { Attributes } from './attributes.js';
import { attributesOf, refusalText } from './attributes.js';
import type { Authenticator } from './authenticator.js';
import type { Authorizer } from './authorizer.js';
import { ALWAYS_ALLOW } from './authorizer.js';
import { impersonated } from './impersonation.js';
import type { UserInfo } from './user.js';
import { ANONYMOUS } from './user.js';

export interface AccessControl {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly allowsAnonymous: boolean;
  /** Without a list of tokens nobody can know a good one: then an unknown token is no mistake. */
  readonly ignoresUnknownTokens: boolean;
  /** Paths that need no user at all, in servers that ask everybody for a token. */
  isPublic(steps: readonly string[]): boolean;
}

/** A request as far as the gate looks at it. */
export interface Asking {
  readonly method: string;
  readonly steps: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The same gate, open: whoever comes may do everything, with any token or none. */
export function opened(access: AccessControl): AccessControl {
  return { ...access, authorizer: ALWAYS_ALLOW, allowsAnonymous: true, ignoresUnknownTokens: true };
}

function tokenIn(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)/i.exec(authorization ?? '')?.[1];
}

/** Whose token an `Authorization` header carries; undefined when nobody knows it. */
export function knownUser(access: AccessControl, authorization: string | undefined): UserInfo | undefined {
  const token = tokenIn(authorization);
  return token === undefined ? undefined : access.authenticator.authenticate(token)?.user;
}

/** The user of a request; throws 401. */
export function authenticate(access: AccessControl, { headers, steps }: Asking): UserInfo {
  const token = tokenIn(headers['authorization']);
  const known = knownUser(access, headers['authorization']);
  if (known !== undefined) return known;
  const mayBeAnonymous = token === undefined || access.ignoresUnknownTokens;
  if (mayBeAnonymous && (access.allowsAnonymous || access.isPublic(steps))) return ANONYMOUS;
  throw unauthorized();
}

/** Whom the request acts for, if the user may do what it asks; throws 403. */
export function authorize(access: AccessControl, user: UserInfo, asking: Asking): UserInfo {
  const attributes = attributesOf(asking);
  const acting = actingUser(access, user, { asking, attributes });
  const { isAllowed, reason } = access.authorizer.decide(acting, attributes);
  if (!isAllowed) throw refused(acting, attributes, reason);
  return acting;
}

function actingUser(access: AccessControl, user: UserInfo, request: { asking: Asking; attributes: Attributes }): UserInfo {
  const wanted = impersonated(request.asking.headers);
  if (wanted === undefined) return user;
  if (wanted.needed.every((needed) => access.authorizer.decide(user, needed).isAllowed)) return wanted.user;
  // The real server tries narrower permissions first and names those in its refusal.
  throw refused(user, { ...request.attributes, verb: `impersonate-on:${wanted.mode}:${request.attributes.verb}` }, '');
}

function refused(user: UserInfo, attributes: Attributes, reason: string): Error {
  const text = refusalText(user.name, attributes);
  const of = attributes.isResource ? { group: attributes.group, plural: attributes.resource } : { group: '', plural: '' };
  return forbiddenRequest(of, attributes.isResource ? attributes.name : '', reason === '' ? text : `${text}: ${reason}`);
}
