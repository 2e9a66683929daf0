import { Buffer } from 'node:buffer';
import type { KubeConfig } from '@kubernetes/client-node';
import { errorText, isKopfError } from '@kopfts/core';
import { CredentialsError, KubeconfigBrokenError, KubeconfigContextError } from '../errors.js';
import type { Credentials, LoadCredentials, TlsMaterial } from './credentials.js';
import type { CredentialPlace } from './locate.js';
import { serverUrl } from './simple-kubeconfig.js';

type Place = Extract<CredentialPlace, { kind: 'kubeconfig' }>;

/** What client-node fills in for a request, as far as we use it. Its agent is not: it opens a connection per call. */
interface RequestOptions {
  headers: Record<string, string | readonly string[] | number | undefined>;
  auth?: string | null;
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  pfx?: string | Buffer;
  passphrase?: string;
  rejectUnauthorized?: boolean;
  servername?: string;
}

/**
 * Everything a kubeconfig may hold (YAML, exec plugins, files, several files merged), read by client-node, which is
 * imported here and when it is needed. A fresh read starts with an empty `KubeConfig`: its caches of tokens and plugins go.
 */
export function createClientNodeLoader(place: Place): LoadCredentials {
  let config: KubeConfig | undefined;
  return async (fresh) => {
    if (config === undefined || fresh) config = await loadConfig(place);
    return credentialsOf(config, place);
  };
}

async function loadConfig({ paths, context, source }: Place): Promise<KubeConfig> {
  const client = await import('@kubernetes/client-node');
  const read = (path: string): KubeConfig => {
    const config = new client.KubeConfig();
    config.loadFromFile(path);
    return config;
  };
  let config: KubeConfig;
  try {
    const [first, ...others] = paths.map(read);
    config = first ?? new client.KubeConfig();
    for (const other of others) config.mergeConfig(other);
  } catch (error) {
    throw new KubeconfigBrokenError(source, errorText(error), { cause: error });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getContextObject(config.getCurrentContext());
  if (current === null)
    throw new KubeconfigContextError(
      source,
      config.getCurrentContext(),
      config.getContexts().map(({ name }) => name),
    );
  return config;
}

async function credentialsOf(config: KubeConfig, { source }: Place): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  const context = config.getContextObject(config.getCurrentContext());
  if (cluster === null)
    throw new KubeconfigBrokenError(source, `the context '${config.getCurrentContext()}' names a cluster that it does not have`);
  const user = config.getCurrentUser();
  if (user === null && context?.user)
    throw new KubeconfigBrokenError(source, `the context '${context.name}' names a user that it does not have`);
  if (cluster.proxyUrl) throw new KubeconfigBrokenError(source, 'proxies (proxy-url) are not supported');
  if (user?.authProvider)
    throw new KubeconfigBrokenError(source, 'auth providers are not supported; use an exec plugin, for OIDC for example kubelogin');
  const server = serverUrl(cluster.server, source);
  const options = await applied(config, source);
  const { bufferFromFileOrString } = await import('@kubernetes/client-node');
  // client-node looks at the cluster's own settings only where there is a user.
  const ca = options.ca ?? bufferFromFileOrString(cluster.caFile, cluster.caData) ?? undefined;
  const tls: TlsMaterial = {
    ...(ca === undefined ? {} : { ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.pfx === undefined ? {} : { pfx: options.pfx }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    ...(cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
    ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
  };
  return { server, headers: headersOf(options), tls, source };
}

/** Runs the authenticators. Addresses without TLS are refused there, so they get a copy that says it does not matter. */
async function applied(config: KubeConfig, source: string): Promise<RequestOptions> {
  const options: RequestOptions = { headers: {} };
  try {
    await forPlainHttp(config).applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  } catch (error) {
    throw isKopfError(error) ? error : new CredentialsError(source, errorText(error), { cause: error });
  }
  return options;
}

function forPlainHttp(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  if (cluster === null || !cluster.server.startsWith('http:') || cluster.skipTLSVerify) return config;
  // Keeps the authenticators, with what they remember.
  const copy = Object.assign(Object.create(Object.getPrototypeOf(config) as object) as KubeConfig, config);
  copy.clusters = config.clusters.map((one) => (one.name === cluster.name ? { ...one, skipTLSVerify: true } : one));
  return copy;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) lower[name.toLowerCase()] = String(value);
  if (auth !== undefined && auth !== null) lower['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  return lower;
}
