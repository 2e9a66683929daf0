import { Buffer } from 'node:buffer';
import { errorText, isJsonObject, type Instant, type Json, type JsonObject } from '@kopfts/core';
import { CredentialsError, KubeconfigBrokenError } from '../errors.js';
import { RENEWAL_MS, withinTime, type Authenticator, type AuthenticatorPorts } from './authenticator.js';
import { askIssuer } from './issuer-request.js';
import { pathFrom, textOf, type KubeconfigEntry } from './kubeconfig-context.js';

/**
 * The auth provider `oidc` of a kubeconfig: its `id-token` while that lives, then new ones by the refresh grant of OAuth 2.0
 * (discovery document and one POST). A refresh token that the issuer exchanges is kept in memory; the kubeconfig is never written.
 *
 * *Errors*: `KOPF_KUBECONFIG_BROKEN` if the issuer or the client is missing, `KOPF_CREDENTIALS` if there is no new token.
 */
export function createOidcAuthenticator(user: KubeconfigEntry, source: string, ports: AuthenticatorPorts): Authenticator {
  const provider = readProvider(user, source);
  let idToken = provider.idToken;
  let refreshToken = provider.refreshToken;
  return async (fresh) => {
    const isLiving = idToken !== undefined && ports.clock.now() < expiryOf(idToken) - RENEWAL_MS;
    if (!isLiving || fresh) {
      const tokens = await refreshed(provider, refreshToken, ports);
      idToken = tokens.idToken;
      refreshToken = tokens.refreshToken ?? refreshToken;
    }
    return { authorization: `Bearer ${idToken ?? ''}` };
  };
}

interface Provider {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly caData: string | undefined;
  readonly caPath: string | undefined;
  readonly source: string;
}

function readProvider({ fields, path }: KubeconfigEntry, source: string): Provider {
  const provider = isJsonObject(fields['auth-provider']) ? fields['auth-provider'] : {};
  const config = isJsonObject(provider['config']) ? provider['config'] : {};
  const broken = (why: string): never => {
    throw new KubeconfigBrokenError(source, `the auth provider oidc of its user ${why}`);
  };
  const issuer = textOf(config['idp-issuer-url']) ?? broken('has no idp-issuer-url');
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:') broken('has an idp-issuer-url that is no https address');
  const caData = textOf(config['idp-certificate-authority-data']);
  return {
    issuer: new URL(issuer),
    clientId: textOf(config['client-id']) ?? broken('has no client-id'),
    clientSecret: textOf(config['client-secret']),
    idToken: textOf(config['id-token']),
    refreshToken: textOf(config['refresh-token']),
    caData: caData === undefined ? undefined : Buffer.from(caData, 'base64').toString('utf8'),
    caPath: pathFrom(path, textOf(config['idp-certificate-authority'])),
    source,
  };
}

interface Tokens {
  readonly idToken: string;
  readonly refreshToken: string | undefined;
}

async function refreshed(provider: Provider, refreshToken: string | undefined, ports: AuthenticatorPorts): Promise<Tokens> {
  const { source, issuer } = provider;
  const failed = (why: string, cause?: unknown) =>
    new CredentialsError(source, `the issuer ${issuer.origin} gave no new token: ${why}`, cause === undefined ? {} : { cause });
  if (refreshToken === undefined) {
    throw new CredentialsError(source, 'its id-token is over or was refused, and there is no refresh-token to get another one');
  }
  const late = () => failed(`no answer within ${String(ports.pluginMs / 1000)} seconds`);
  try {
    return await withinTime((signal) => refresh({ provider, refreshToken }, ports, signal), { ms: ports.pluginMs, ports, late });
  } catch (error) {
    if (error instanceof CredentialsError || ports.signal.aborted) throw error;
    throw failed(errorText(error), error);
  }
}

interface Renewal {
  readonly provider: Provider;
  readonly refreshToken: string;
}

async function refresh({ provider, refreshToken }: Renewal, ports: AuthenticatorPorts, signal: AbortSignal): Promise<Tokens> {
  const { issuer, caData, caPath, clientId, clientSecret } = provider;
  const ca = caData ?? (caPath === undefined ? undefined : await ports.environment.readFile(caPath));
  const url = new URL(`${issuer.href.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`);
  const { status, answer: document } = await askIssuer({ url, ca }, ports, signal);
  const endpoint = textOf(document['token_endpoint']);
  if (status !== 200 || endpoint === undefined || !URL.canParse(endpoint)) {
    throw new Error(`its discovery document has no token_endpoint (status ${String(status)})`);
  }
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const inBody = clientSecret === undefined || wantsSecretInBody(document);
  if (inBody) form.set('client_id', clientId);
  if (inBody && clientSecret !== undefined) form.set('client_secret', clientSecret);
  const authorization = inBody ? undefined : basic(clientId, clientSecret);
  const { status: granted, answer } = await askIssuer({ url: new URL(endpoint), ca, form, authorization }, ports, signal);
  const idToken = textOf(answer['id_token']);
  // Its words, if they are one of the words that the standard knows: anything else may hold what we sent.
  const error = /^[a-z_]{1,40}$/.exec(textOf(answer['error']) ?? '')?.[0];
  if (granted !== 200) throw new Error(error === undefined ? `status ${String(granted)}` : `${error} (status ${String(granted)})`);
  if (idToken === undefined) throw new Error('its answer has no id_token');
  return { idToken, refreshToken: textOf(answer['refresh_token']) };
}

/** By default a secret goes into a header (RFC 6749, 2.3.1). */
function wantsSecretInBody(document: JsonObject): boolean {
  const methods = document['token_endpoint_auth_methods_supported'];
  const known = Array.isArray(methods) ? (methods as readonly Json[]) : [];
  return known.includes('client_secret_post') && !known.includes('client_secret_basic');
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

/** Not verified: the API server does that. 0 if it cannot be read. */
function expiryOf(token: string): Instant {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Json;
    const seconds = isJsonObject(claims) ? claims['exp'] : undefined;
    return typeof seconds === 'number' ? seconds * 1000 : 0;
  } catch {
    return 0;
  }
}
