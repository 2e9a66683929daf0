// From a bearer token to a user: static tokens first, then those of service accounts that still exist.

import type { ApiUser } from '../api-server.js';
import { isDeleting } from '../meta/object-meta.js';
import type { Random } from '../random.js';
import { createUid } from '../random.js';
import type { ObjectStore } from '../store/object-store.js';
import type { TokenClaims } from './service-account-token.js';
import { ISSUER, readToken, signToken } from './service-account-token.js';
import type { UserInfo } from './user.js';
import { AUTHENTICATED, serviceAccountGroups, serviceAccountName, withGroup } from './user.js';

/** A user and what its token is good for. */
export interface Authenticated {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

export interface AuthenticatorOptions {
  readonly tokens: Readonly<Record<string, ApiUser>> | undefined;
  readonly store: ObjectStore;
  readonly random: Random;
  now(): number;
}

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  #secret: string | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  authenticate(token: string, audiences: readonly string[] = [ISSUER]): Authenticated | undefined {
    const { tokens } = this.#options;
    const known = tokens !== undefined && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    // Static tokens are good for the server itself only.
    if (known !== undefined) return { user: staticUser(known), audiences: audiences.filter((audience) => audience === ISSUER) };
    if (this.#secret === undefined) return undefined;
    const claims = readToken(token, this.#secret);
    if (claims === undefined || !this.#isGood(claims)) return undefined;
    const shared = audiences.filter((audience) => claims.audiences.includes(audience));
    return shared.length === 0 ? undefined : { user: accountUser(claims), audiences: shared };
  }

  issue(claims: TokenClaims): string {
    // Made when first needed, so that servers without tokens draw nothing from their seed.
    this.#secret ??= createUid(this.#options.random) + createUid(this.#options.random);
    return signToken(claims, this.#secret);
  }

  #isGood(claims: TokenClaims): boolean {
    const { store } = this.#options;
    if (this.#options.now() >= claims.expiresAt * 1000) return false;
    const account = store.get('serviceaccounts', claims.namespace, claims.name);
    if (account?.uid !== claims.uid || isDeleting(account.body)) return false;
    const { bound } = claims;
    return bound === undefined || store.get(`${bound.kind}s`, claims.namespace, bound.name)?.uid === bound.uid;
  }
}

function staticUser({ name, uid = '', groups = [], extra = {} }: ApiUser): UserInfo {
  return { name, uid, groups: withGroup(groups, AUTHENTICATED), extra };
}

function accountUser({ namespace, name, uid, id, bound }: TokenClaims): UserInfo {
  return {
    name: serviceAccountName(namespace, name),
    uid,
    groups: [...serviceAccountGroups(namespace), AUTHENTICATED],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${id}`],
      ...(bound?.kind === 'pod'
        ? { 'authentication.kubernetes.io/pod-name': [bound.name], 'authentication.kubernetes.io/pod-uid': [bound.uid] }
        : {}),
    },
  };
}
