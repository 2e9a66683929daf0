// Ready-made logins for `on.login` handlers, which then can add, change or choose (spec AU-23).
import { Buffer } from 'node:buffer';
import { isKopfError, systemClock, type ConnectionInfo } from '@kopfts/core';
import { createKubeconfigLoader } from './kubeconfig.js';
import type { Credentials, TlsMaterial } from './credentials.js';
import { systemEnvironment, type AuthEnvironment } from './environment.js';
import { locateCredentials, namedFiles, SERVICE_ACCOUNT_FOLDER } from './locate.js';
import { createServiceAccountLoader } from './service-account.js';

/** Of {@link loginWithKubeconfig}. */
export interface KubeconfigLoginOptions {
  /** Default: `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current one. */
  readonly context?: string | undefined;
  /** Ends an exec plugin; that of the handler. */
  readonly signal: AbortSignal;
  /** For tests; default: this process. */
  readonly environment?: AuthEnvironment | undefined;
}

const PLUGIN_MS = 60_000;
const PRIORITIES = { kubeconfig: 10, client: 10, serviceAccount: 20 } as const;

/**
 * What a kubeconfig says now, with the priority 10; `undefined` if there is none and nobody named one. Plugins run, tokens are renewed.
 *
 * @throws KopfError as `kubernetes()` does: `KOPF_KUBECONFIG_MISSING`, `KOPF_KUBECONFIG_BROKEN`, `KOPF_KUBECONFIG_CONTEXT`, `KOPF_CREDENTIALS`.
 * @example kopf.on.login(({ signal }) => loginWithKubeconfig({ signal, context: 'staging' }));
 */
export async function loginWithKubeconfig(options: KubeconfigLoginOptions): Promise<ConnectionInfo | undefined> {
  const { kubeconfig, context, signal, environment = systemEnvironment } = options;
  // A pod's own account is another login: a machine without it is looked at.
  const outside = { ...environment, env: { ...environment.env, KUBERNETES_SERVICE_HOST: undefined } };
  try {
    const place = await locateCredentials({}, { kubeconfig, context }, outside);
    if (place.kind === 'in-cluster') return undefined;
    const load = createKubeconfigLoader(place, {
      environment,
      clock: systemClock,
      pluginMs: PLUGIN_MS,
      proxyFromEnvironment: true,
      signal,
    });
    return connectionOf(await load(true), PRIORITIES.kubeconfig);
  } catch (error) {
    // What somebody named must be there: another login must not step in because of a typo.
    const isNamed = kubeconfig !== undefined || namedFiles(environment).length > 0;
    if (!isNamed && isKopfError(error, 'KOPF_KUBECONFIG_MISSING')) return undefined;
    throw error;
  }
}

/**
 * The service account of the pod, with the priority 20; `undefined` if this is no pod.
 *
 * @throws CredentialsError `KOPF_CREDENTIALS` if its files cannot be read, or its variables are no address.
 */
export async function loginWithServiceAccount({
  environment = systemEnvironment,
}: { readonly environment?: AuthEnvironment } = {}): Promise<ConnectionInfo | undefined> {
  if (!(await environment.exists(`${SERVICE_ACCOUNT_FOLDER}/token`))) return undefined;
  const load = createServiceAccountLoader({ environment, clock: systemClock, proxyFromEnvironment: false });
  return connectionOf(await load(true), PRIORITIES.serviceAccount);
}

/** What {@link loginWithClient} needs of a `KubeConfig` of `@kubernetes/client-node`, of whichever version. */
export interface ClientKubeConfig {
  readonly currentContext: string;
  getCurrentCluster(): {
    readonly server: string;
    readonly skipTLSVerify?: boolean;
    readonly proxyUrl?: string;
    readonly tlsServerName?: string;
  } | null;
  getContextObject(name: string): { readonly namespace?: string } | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- request options of Node, whose types differ between versions
  applyToHTTPSOptions(options: any): Promise<void>;
}

/**
 * What client-node would send, with the priority 10; `undefined` without a cluster. You import it and load its configuration as you like.
 *
 * @example kopf.on.login(() => { const config = new KubeConfig(); config.loadFromDefault(); return loginWithClient(config); });
 */
export async function loginWithClient(config: ClientKubeConfig): Promise<ConnectionInfo | undefined> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) return undefined;
  const options: { headers: Record<string, string>; auth?: string } & Partial<Record<'ca' | 'cert' | 'key', string | Buffer>> = {
    headers: {},
  };
  await config.applyToHTTPSOptions(options);
  const { headers, auth, ca, cert, key } = options;
  const basic = auth === undefined ? undefined : `Basic ${Buffer.from(auth, 'utf8').toString('base64')}`;
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { skipTLSVerify, proxyUrl, tlsServerName } = cluster;
  const tls: TlsMaterial = { ca, cert, key, servername: tlsServerName, ...(skipTLSVerify === true ? { rejectUnauthorized: false } : {}) };
  const credentials: Credentials = {
    server: new URL(cluster.server),
    headers: basic === undefined ? lower : { ...lower, authorization: basic },
    tls,
    ...(proxyUrl === undefined ? {} : { proxy: new URL(proxyUrl) }),
    ...definedNamespace(config.getContextObject(config.currentContext)?.namespace),
    source: 'client-node',
  };
  return connectionOf(credentials, PRIORITIES.client);
}

function definedNamespace(defaultNamespace: string | undefined): { readonly defaultNamespace?: string } {
  return defaultNamespace === undefined ? {} : { defaultNamespace };
}

/** The same as a connection. */
function connectionOf({ server, headers, tls, proxy, defaultNamespace }: Credentials, priority: number): ConnectionInfo {
  const { authorization, ...others } = headers;
  const [scheme, ...token] = (typeof authorization === 'string' ? authorization : '').split(' ');
  return {
    server: server.href,
    ...given('caData', tls.ca),
    ...given('certificateData', tls.cert),
    ...given('privateKeyData', tls.key),
    ...given('tlsServerName', tls.servername),
    ...(tls.rejectUnauthorized === false ? { insecure: true } : {}),
    ...given('scheme', scheme === '' ? undefined : scheme),
    ...given('token', token.length === 0 ? undefined : token.join(' ')),
    ...(Object.keys(others).length === 0 ? {} : { headers: others }),
    ...given('proxyUrl', proxy?.href),
    ...given('defaultNamespace', defaultNamespace),
    priority,
  };
}

function given<Name extends string, T>(name: Name, value: T | undefined): { readonly [_ in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [_ in Name]?: T };
}
