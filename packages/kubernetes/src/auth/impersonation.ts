import { Buffer } from 'node:buffer';
import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError } from '../errors.js';
import { textOf } from './kubeconfig-context.js';

/** Whom to act as; the user of the credentials needs the right to impersonate them. */
export interface Impersonation {
  /** Name of the user; `system:serviceaccount:NAMESPACE:NAME` for a service account. */
  readonly user: string;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  /** Further attributes, by name. */
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The `as`, `as-groups`, `as-uid` and `as-user-extra` of a kubeconfig's user. */
export function impersonationOf(user: JsonObject): Impersonation | undefined {
  const name = textOf(user['as']);
  if (name === undefined) return undefined;
  const extra = isJsonObject(user['as-user-extra']) ? user['as-user-extra'] : {};
  return {
    user: name,
    groups: texts(user['as-groups']),
    uid: textOf(user['as-uid']),
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, texts(values)])),
  };
}

/**
 * The headers of an impersonation. Pure.
 *
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` for a value with a line break or another control character.
 */
export function impersonationHeaders(as: Impersonation | undefined, source: string): Record<string, string | readonly string[]> {
  if (as === undefined) return {};
  const value = (text: string): string => headerValue(text, source);
  const headers: Record<string, string | readonly string[]> = { 'impersonate-user': value(as.user) };
  if (as.groups !== undefined && as.groups.length > 0) headers['impersonate-group'] = as.groups.map(value);
  if (as.uid !== undefined) headers['impersonate-uid'] = value(as.uid);
  for (const [key, values] of Object.entries(as.extra ?? {})) headers[`impersonate-extra-${extraKey(key)}`] = values.map(value);
  return headers;
}

/** The server reads headers as UTF-8, Node writes them as single bytes. */
function headerValue(text: string, source: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new KubeconfigBrokenError(source, 'whom it impersonates has a control character in it');
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Names of headers know no case and few characters: the others are percent-encoded, which the server undoes. */
function extraKey(key: string): string {
  const encoded = [...Buffer.from(key.toLowerCase(), 'utf8')].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9!#$&'*+.^_`|~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return encoded.join('');
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item): item is string => typeof item === 'string') : [];
}
