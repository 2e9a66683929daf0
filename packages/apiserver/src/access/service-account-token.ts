// Tokens of service accounts: JSON Web Tokens with the claims of kube-apiserver, signed with a secret of this server.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { own, isObject, objectAt, stringAt } from '../store/json-value.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';

export const ISSUER = 'https://kubernetes.default.svc';

/** What a token says about its bearer. */
export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly id: string;
  readonly audiences: readonly string[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The object that the token is bound to: it is only good while that exists. */
  readonly bound?: { readonly kind: 'pod' | 'secret'; readonly name: string; readonly uid: string } | undefined;
}

const encode = (value: JsonValue): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

export function signToken(claims: TokenClaims, secret: string): string {
  const { namespace, name, uid, bound } = claims;
  const payload: JsonObject = {
    aud: [...claims.audiences],
    exp: claims.expiresAt,
    iat: claims.issuedAt,
    iss: ISSUER,
    jti: claims.id,
    'kubernetes.io': {
      namespace,
      ...(bound === undefined ? {} : { [bound.kind]: { name: bound.name, uid: bound.uid } }),
      serviceaccount: { name, uid },
    },
    nbf: claims.issuedAt,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
  return `${text}.${signature(text, secret)}`;
}

/** The claims of a token that this server signed; undefined for every other text. */
export function readToken(token: string, secret: string): TokenClaims | undefined {
  const [header = '', payload = '', signed = ''] = token.split('.');
  const expected = Buffer.from(signature(`${header}.${payload}`, secret));
  const actual = Buffer.from(signed);
  if (expected.byteLength !== actual.byteLength || !timingSafeEqual(expected, actual)) return undefined;
  // Nobody else can have signed it, so it is what signToken wrote.
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JsonObject;
  const inner = objectAt(claims, 'kubernetes.io');
  const account = objectAt(inner, 'serviceaccount');
  const audiences = own(claims, 'aud');
  return {
    namespace: stringAt(inner, 'namespace'),
    name: stringAt(account, 'name'),
    uid: stringAt(account, 'uid'),
    id: stringAt(claims, 'jti'),
    audiences: Array.isArray(audiences) ? audiences.map(String) : [],
    issuedAt: Number(own(claims, 'iat')),
    expiresAt: Number(own(claims, 'exp')),
    bound: boundOf(inner),
  };
}

function boundOf(claims: JsonObject): TokenClaims['bound'] {
  for (const kind of ['pod', 'secret'] as const) {
    const found = own(claims, kind);
    if (isObject(found)) return { kind, name: stringAt(found, 'name'), uid: stringAt(found, 'uid') };
  }
  return undefined;
}
