import { Buffer } from 'node:buffer';
import { isJsonObject, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError } from '../errors.js';
import type { Authenticator, AuthenticatorPorts } from './authenticator.js';
import { createProviderByClientNode } from './client-node.js';
import { createExecPlugin, type PluginPorts } from './exec-plugin.js';
import type { FileCache } from './file-cache.js';
import { pathFrom, textOf, type KubeconfigContext, type KubeconfigEntry } from './kubeconfig-context.js';
import { createOidcAuthenticator } from './oidc.js';

/** How the user of a kubeconfig proves who it is: a password goes before a token, that before a plugin (AU-04, and as kubectl). */
export function createUserAuthenticator(chosen: KubeconfigContext, { files, source, ports }: PluginPorts): Authenticator {
  const { user } = chosen;
  const { fields } = user;
  const password = basicAuthorization(fields, source);
  if (password !== undefined) return async () => ({ authorization: password });
  if (textOf(fields['tokenFile']) !== undefined || textOf(fields['token']) !== undefined) return tokenAuthenticator(user, files);
  if (isJsonObject(fields['exec'])) return createExecPlugin(chosen, { files, source, ports });
  return providerAuthenticator(chosen, source, ports);
}

/** Only with both; encoded as UTF-8 (AU-32). */
function basicAuthorization(fields: JsonObject, source: string): string | undefined {
  const username = textOf(fields['username']);
  const password = textOf(fields['password']);
  if (username === undefined || password === undefined) return undefined;
  if (username.includes(':')) throw new KubeconfigBrokenError(source, 'the username of its user has a colon in it');
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** The file goes before the token beside it, which is only what it was once. */
function tokenAuthenticator({ fields, path }: KubeconfigEntry, files: FileCache): Authenticator {
  const tokenPath = pathFrom(path, textOf(fields['tokenFile']));
  const token = textOf(fields['token']) ?? '';
  if (tokenPath === undefined) return async () => ({ authorization: `Bearer ${token}` });
  return async (fresh) => ({ authorization: `Bearer ${(await files.read(tokenPath, fresh)).trim()}` });
}

function providerAuthenticator(chosen: KubeconfigContext, source: string, ports: AuthenticatorPorts): Authenticator {
  const provider = chosen.user.fields['auth-provider'];
  if (!isJsonObject(provider)) return async () => ({});
  const name = textOf(provider['name']) ?? '';
  if (name === 'oidc') return createOidcAuthenticator(chosen.user, source, ports);
  if (name === 'gcp' || name === 'azure') return createProviderByClientNode(chosen, source);
  const config = isJsonObject(provider['config']) ? provider['config'] : {};
  const token = textOf(config['access-token']);
  if (token === undefined) throw new KubeconfigBrokenError(source, `its user has an auth provider that is not known: '${name}'`);
  return async () => ({ authorization: `Bearer ${token}` });
}
