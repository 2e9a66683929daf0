import {
  errorText,
  InvalidOptionError,
  nearestName,
  UnknownOptionError,
  VERSION,
  type ClusterClient,
  type ConnectionInfo,
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
import { createLoginSource } from './auth/login-source.js';
import { createServiceAccountLoader } from './auth/service-account.js';
import { createClusterClient } from './client.js';
import { createServerPresence, type ServerPresence } from './presence/server-presence.js';
import { createHttpsTransport, type HttpsTransportOptions, type TransportTimeouts } from './transport/https-transport.js';
import type { Lane, Transport } from './transport/request.js';
import { tellRequests } from './transport/told-requests.js';

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
  /**
   * Connections that are known already, for embedding: nothing else is read, and `on.login` handlers are asked only when the server has refused all of them, or
   * they have expired.
   */
  readonly connections?: readonly ConnectionInfo[] | undefined;
  /** Milliseconds per phase of a request; see {@link TransportTimeouts} and {@link CredentialTimeouts}. */
  readonly timeouts?: Partial<TransportTimeouts & CredentialTimeouts> | undefined;
  /**
   * How the objects of a kind are first asked for: `auto` (default) as a stream where the server can, else in pages; `pages` always in pages.
   * Over slow links pages are smaller.
   */
  readonly initialList?: 'auto' | 'pages' | undefined;
  /** Objects per page of a list, 1 to 100,000; default 500. */
  readonly pageSize?: number | undefined;
  /**
   * What goes over HTTP/2, where the server chooses it: `auto` writes and watches, `writes` only writes; `false` (default) nothing. It opens many watches
   * faster, with a few connections in place of one for each; over slow links writes are faster, too.
   */
  readonly http2?: 'auto' | 'writes' | false | undefined;
  /**
   * Whether reads ask for gzip, for slow links: a list is a fraction of its size then, and costs both sides more time. Lists that come as streams are
   * never compressed, so ask for pages, too: `initialList: 'pages'`. Default `false`.
   */
  readonly compress?: boolean | undefined;
  /** What is known of the machine; default: this process. For tests. */
  readonly environment?: AuthEnvironment | undefined;
}

const OPTIONS = [
  'kubeconfig',
  'context',
  'impersonate',
  'proxyFromEnvironment',
  'transport',
  'connections',
  'timeouts',
  'environment',
  'initialList',
  'pageSize',
  'http2',
  'compress',
];
const HTTP2_LANES = { auto: ['write', 'watch'], writes: ['write'] } as const satisfies Readonly<Record<string, readonly Lane[]>>;
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
  checkHttp2(options);
  checkCompress(options);
  return {
    name: 'kubernetes',
    apiVersion: 1,
    setup(host) {
      const loginEnd = createLoginEnd();
      const presence = createServerPresence({ clock: host.clock, tell: tellOf(host) });
      host.contribute('clusterClient', {
        // A program of the kubeconfig has its own time, and its own words when that is over.
        openTimeoutMs: (options.timeouts?.pluginMs ?? PLUGIN_MS) + 30_000,
        open: (scope) => openClient(options, { ...host, ...loginEnd, presence }, scope),
      });
      host.contribute('service', { name: 'server presence', run: (signal) => presence.run(signal) });
      if (logsIn(options, host)) host.contribute('service', { name: 'login', run: (signal) => loginEnd.run(signal) });
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

function checkHttp2({ http2 = false }: KubernetesOptions): void {
  if (http2 !== false && !Object.hasOwn(HTTP2_LANES, http2)) {
    throw new InvalidOptionError('kubernetes().http2', http2, "'auto', 'writes' or false");
  }
}

function checkCompress({ compress = false }: KubernetesOptions): void {
  if (typeof compress !== 'boolean') throw new InvalidOptionError('kubernetes().compress', compress, 'true or false');
}

/** Whether credentials come from the user's code, not from files. */
function logsIn({ transport, connections }: KubernetesOptions, { login }: Pick<PluginHost, 'login'>): boolean {
  return transport === undefined && (login !== undefined || connections !== undefined);
}

interface LoginEnd {
  /** Whose first login is not to wait for the first request. */
  opened(source: CredentialSource): void;
  /** No login will succeed any more. */
  ended(error: unknown): void;
  /** Rejects then; an operator without credentials must not seem alive (spec AU-17). */
  run(signal: AbortSignal): Promise<void>;
}

function createLoginEnd(): LoginEnd {
  let end: ((error: unknown) => void) | undefined;
  let early: { readonly error: Error } | undefined;
  let source: CredentialSource | undefined;
  return {
    opened: (opened) => {
      source = opened;
    },
    ended(error) {
      if (end === undefined) early = { error: error instanceof Error ? error : new Error(errorText(error)) };
      else end(error);
    },
    run: (signal) =>
      new Promise((resolve, reject) => {
        end = reject;
        if (early !== undefined) reject(early.error);
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
        source?.get().catch(reject);
      }),
  };
}

type Opening = PluginHost & Omit<LoginEnd, 'run'>;

async function openClient(
  options: KubernetesOptions,
  host: Opening & { readonly presence: ServerPresence },
  scope: PartScope,
): Promise<ClusterClient> {
  const { clock, random, identity, presence } = host;
  const { transport, defaultNamespace } = await openConnection(options, host, scope);
  return createClusterClient({
    transport: presence.through(tellRequests(transport, tellOf(host))),
    presence,
    clock,
    random,
    fieldManager: identity.fieldManager,
    note: tellOf(host),
    defaultNamespace,
    initialList: options.initialList,
    pageSize: options.pageSize,
  });
}

interface Connection {
  readonly transport: Transport;
  readonly defaultNamespace: () => Promise<string>;
}

async function openConnection(options: KubernetesOptions, host: Opening, scope: PartScope): Promise<Connection> {
  if (options.transport !== undefined) return { transport: options.transport, defaultNamespace: async () => 'default' };
  const credentials = logsIn(options, host) ? openLogin(options, host, scope) : await openCredentials(options, host, scope);
  const { clock, identity } = host;
  const ports = {
    credentials,
    clock,
    userAgent: `kopfts/${VERSION} (${identity.fieldManager})`,
    timeouts: options.timeouts ?? {},
    compress: options.compress,
  };
  const transport = await openTransport(options, ports);
  scope.onClose(() => transport.close());
  return { transport, defaultNamespace: async () => (await credentials.get()).defaultNamespace ?? 'default' };
}

/** What most operators never use is not loaded: HTTP/2 has its weight. */
async function openTransport({ http2 = false }: KubernetesOptions, ports: HttpsTransportOptions): Promise<Transport> {
  if (http2 === false) return createHttpsTransport(ports);
  const { createHttp2Transport } = await import('./http2/http2-transport.js');
  return createHttp2Transport({ ...ports, lanes: HTTP2_LANES[http2] });
}

/** Nobody logs in before startup handlers have ended, unless they ask for something. */
function openLogin(
  { connections = [], environment = systemEnvironment }: KubernetesOptions,
  host: Opening,
  { signal }: PartScope,
): CredentialSource {
  const { clock, random, login } = host;
  const tell = tellOf(host);
  const observer = createCredentialFacts(tell, clock);
  const source = createLoginSource(connections, {
    login,
    clock,
    random,
    environment,
    signal,
    observer,
    tell,
    ended: (error) => host.ended(error),
  });
  host.opened(source);
  return source;
}

function tellOf(host: PluginHost): TellFact {
  return (name, data) => host.emit({ kind: 'plugin', plugin: 'kubernetes', name, data });
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
