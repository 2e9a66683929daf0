import {
  InvalidOptionError,
  nearestName,
  UnknownOptionError,
  type ClusterClient,
  type PartScope,
  type Plugin,
  type PluginHost,
} from '@kopfts/core';
import { createCredentialFacts, type TellFact } from './auth/credential-facts.js';
import { createCredentialSource, type CredentialSource } from './auth/credential-source.js';
import type { LoadCredentials } from './auth/credentials.js';
import { systemEnvironment, type AuthEnvironment } from './auth/environment.js';
import { impersonationHeaders, type Impersonation } from './auth/impersonation.js';
import { createKubeconfigLoader } from './auth/kubeconfig.js';
import { locateCredentials } from './auth/locate.js';
import { createServiceAccountLoader } from './auth/service-account.js';
import { createClusterClient } from './client.js';
import { createHttpsTransport, type TransportTimeouts } from './transport/https-transport.js';
import type { Transport } from './transport/request.js';

/** How long credentials may take, in milliseconds. */
export interface CredentialTimeouts {
  /** For an exec plugin, or an issuer of tokens; default 60,000. */
  readonly pluginMs: number;
}

/** Options of {@link kubernetes}; the command line's `--kubeconfig` and `--context` go before them. */
export interface KubernetesOptions {
  /** Path of a kubeconfig file. Default: `KUBECONFIG`, else the pod's service account, else `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Name of a context in it; default: its current context. */
  readonly context?: string | undefined;
  /** Whom to act as, with the right to impersonate them; default: what the kubeconfig says (`as`, `as-groups` …). */
  readonly impersonate?: Impersonation | undefined;
  /**
   * Whether `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say how to reach the server. Default: with a kubeconfig yes, as for kubectl; with the
   * service account of a pod no, since the proxy of a pod is for what is outside of the cluster.
   */
  readonly proxyFromEnvironment?: boolean | undefined;
  /** Another way to the server: no kubeconfig is read then. It stays open when the operator ends. */
  readonly transport?: Transport | undefined;
  /** Milliseconds per phase of a request; see {@link TransportTimeouts} and {@link CredentialTimeouts}. */
  readonly timeouts?: Partial<TransportTimeouts & CredentialTimeouts> | undefined;
  /**
   * How the objects of a kind are first asked for: `auto` (default) as a stream where the server can, else in pages; `pages` always in pages.
   * Over slow links pages are smaller.
   */
  readonly initialList?: 'auto' | 'pages' | undefined;
  /** Objects per page of a list, 1 to 100,000; default 500. */
  readonly pageSize?: number | undefined;
  /** What is known of the machine; default: this process. For tests. */
  readonly environment?: AuthEnvironment | undefined;
}

const OPTIONS = [
  'kubeconfig',
  'context',
  'impersonate',
  'proxyFromEnvironment',
  'transport',
  'timeouts',
  'environment',
  'initialList',
  'pageSize',
];
const MOST_PER_PAGE = 100_000;
const PLUGIN_MS = 60_000;

/**
 * The plugin that gives the operator its cluster.
 *
 * *Errors* when the operator starts: `KOPF_KUBECONFIG_MISSING`, `KOPF_KUBECONFIG_BROKEN`, `KOPF_KUBECONFIG_CONTEXT`,
 * `KOPF_CREDENTIALS`; an unreachable server shows with the first request.
 *
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`
 * @example plugins: [kubernetes({ context: 'staging' })]
 */
export function kubernetes(options: KubernetesOptions = {}): Plugin {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new UnknownOptionError('kubernetes()', name, nearestName(name, OPTIONS));
  }
  checkLists(options);
  return {
    name: 'kubernetes',
    apiVersion: 1,
    setup(host) {
      host.contribute('clusterClient', { open: (scope) => openClient(options, host, scope) });
    },
  };
}

/** A mistake is told before anything begins. */
function checkLists({ initialList = 'auto', pageSize = 1 }: KubernetesOptions): void {
  if (!['auto', 'pages'].includes(initialList)) throw new InvalidOptionError('kubernetes().initialList', initialList, "'auto' or 'pages'");
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MOST_PER_PAGE) {
    throw new InvalidOptionError('kubernetes().pageSize', pageSize, `a whole number from 1 to ${String(MOST_PER_PAGE)}`);
  }
}

async function openClient(options: KubernetesOptions, host: PluginHost, scope: PartScope): Promise<ClusterClient> {
  const { clock, random, identity } = host;
  return createClusterClient({
    transport: options.transport ?? (await openTransport(options, host, scope)),
    clock,
    random,
    fieldManager: identity.fieldManager,
    note: tellOf(host),
    initialList: options.initialList,
    pageSize: options.pageSize,
  });
}

function tellOf(host: PluginHost): TellFact {
  return (name, data) => host.emit({ kind: 'plugin', plugin: 'kubernetes', name, data });
}

async function openTransport(options: KubernetesOptions, host: PluginHost, scope: PartScope): Promise<Transport> {
  const credentials = await openCredentials(options, host, scope);
  const { clock, identity } = host;
  const transport = createHttpsTransport({
    credentials,
    clock,
    userAgent: `kopfts (${identity.fieldManager})`,
    timeouts: options.timeouts ?? {},
  });
  scope.onClose(() => transport.close());
  return transport;
}

/** Reads them once: a kubeconfig that cannot be used ends the operator before it began. */
async function openCredentials(options: KubernetesOptions, host: PluginHost, scope: PartScope): Promise<CredentialSource> {
  const { clock } = host;
  const load = await createLoader(options, host, scope);
  const source = createCredentialSource(load, clock, createCredentialFacts(tellOf(host), clock));
  await source.get();
  return source;
}

async function createLoader(options: KubernetesOptions, { cluster, clock }: PluginHost, { signal }: PartScope): Promise<LoadCredentials> {
  const environment = options.environment ?? systemEnvironment;
  const place = await locateCredentials(cluster, options, environment);
  const pluginMs = options.timeouts?.pluginMs ?? PLUGIN_MS;
  const { proxyFromEnvironment } = options;
  const load =
    place.kind === 'in-cluster'
      ? createServiceAccountLoader({ environment, clock, proxyFromEnvironment: proxyFromEnvironment ?? false })
      : createKubeconfigLoader(place, { environment, clock, pluginMs, proxyFromEnvironment: proxyFromEnvironment ?? true, signal });
  return options.impersonate === undefined ? load : impersonating(load, options.impersonate);
}

/** Whom the option names goes before whom the kubeconfig names, as a whole. The same credentials give the same object. */
function impersonating(load: LoadCredentials, as: Impersonation): LoadCredentials {
  const headers = impersonationHeaders(as, 'of the option impersonate');
  let last: { readonly from: unknown; readonly made: Awaited<ReturnType<LoadCredentials>> } | undefined;
  return async (fresh) => {
    const from = await load(fresh);
    if (last?.from !== from) {
      const own = Object.entries(from.headers).filter(([name]) => !name.startsWith('impersonate-'));
      last = { from, made: { ...from, headers: { ...Object.fromEntries(own), ...headers } } };
    }
    return last.made;
  };
}
