import { nearestName, UnknownOptionError, type ClusterClient, type PartScope, type Plugin, type PluginHost } from '@kopfts/core';
import { createKubeconfigLoader } from './auth/kubeconfig.js';
import { createCredentialSource, type CredentialSource } from './auth/credentials.js';
import { systemEnvironment, type AuthEnvironment } from './auth/environment.js';
import { locateCredentials } from './auth/locate.js';
import { createServiceAccountLoader } from './auth/service-account.js';
import { createClusterClient } from './client.js';
import { createHttpsTransport, type TransportTimeouts } from './transport/https-transport.js';
import type { Transport } from './transport/request.js';

/** Options of {@link kubernetes}; the command line's `--kubeconfig` and `--context` go before them. */
export interface KubernetesOptions {
  /** Path of a kubeconfig file. Default: `KUBECONFIG`, else the pod's service account, else `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Name of a context in it; default: its current context. */
  readonly context?: string | undefined;
  /** Another way to the server: no kubeconfig is read then. It stays open when the operator ends. */
  readonly transport?: Transport | undefined;
  /** Milliseconds per phase of a request; default: connect 10,000, headers 15,000. */
  readonly timeouts?: Partial<TransportTimeouts> | undefined;
  /** What is known of the machine; default: this process. For tests. */
  readonly environment?: AuthEnvironment | undefined;
}

const OPTIONS = ['kubeconfig', 'context', 'transport', 'timeouts', 'environment'];

/**
 * The plugin that gives the operator its cluster.
 *
 * *Errors* when the operator starts: `KOPF_KUBECONFIG_MISSING`, `KOPF_KUBECONFIG_BROKEN`, `KOPF_KUBECONFIG_CONTEXT`,
 * `KOPF_CREDENTIALS`; an unreachable server shows with the first request.
 *
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`
 * @example plugins: [kubernetes({ context: 'staging' })]
 */
export function kubernetes(options: KubernetesOptions = {}): Plugin {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new UnknownOptionError('kubernetes()', name, nearestName(name, OPTIONS));
  }
  return {
    name: 'kubernetes',
    apiVersion: 1,
    setup(host) {
      host.contribute('clusterClient', { open: (scope) => openClient(options, host, scope) });
    },
  };
}

async function openClient(options: KubernetesOptions, host: PluginHost, scope: PartScope): Promise<ClusterClient> {
  const { clock, random, identity } = host;
  return createClusterClient({
    transport: options.transport ?? (await openTransport(options, host, scope)),
    clock,
    random,
    fieldManager: identity.fieldManager,
    note: (name, fields) => host.emit({ kind: 'plugin', plugin: 'kubernetes', name, data: fields }),
  });
}

async function openTransport(options: KubernetesOptions, host: PluginHost, scope: PartScope): Promise<Transport> {
  const credentials = await openCredentials(options, host);
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
async function openCredentials(options: KubernetesOptions, { cluster, clock }: PluginHost): Promise<CredentialSource> {
  const environment = options.environment ?? systemEnvironment;
  const place = await locateCredentials(cluster, options, environment);
  const load = place.kind === 'in-cluster' ? createServiceAccountLoader(environment) : createKubeconfigLoader(place, environment);
  const source = createCredentialSource(load, clock);
  await source.get();
  return source;
}
