import { BlockList, isIP } from 'node:net';
import { KubeconfigBrokenError } from '../errors.js';

/** What says which proxy to use. */
export interface ProxyRules {
  /** The `proxy-url` of the cluster. */
  readonly configured?: string | undefined;
  /** The variables to ask if there is none; `undefined`: none. */
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  /** For messages. */
  readonly source: string;
}

/**
 * The proxy for a server, as kubectl chooses it: `proxy-url`, else `HTTPS_PROXY` (`HTTP_PROXY` for `http:`) unless `NO_PROXY` names the server,
 * each also in lower case. Never for loopback addresses by variables. Pure.
 *
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` for a proxy that is neither `http:` nor `https:`.
 */
export function chooseProxy(server: URL, { configured, env, source }: ProxyRules): URL | undefined {
  if (configured !== undefined) return proxyUrl(configured, 'proxy-url', source);
  if (env === undefined) return undefined;
  const names = server.protocol === 'http:' ? ['HTTP_PROXY', 'http_proxy'] : ['HTTPS_PROXY', 'https_proxy'];
  const name = names.find((one) => (env[one] ?? '') !== '');
  if (name === undefined || isExempt(server, env['NO_PROXY'] ?? env['no_proxy'] ?? '')) return undefined;
  return proxyUrl(env[name] ?? '', name, source);
}

/** Never quoted: it may have a password. */
function proxyUrl(text: string, from: string, source: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const why = url === undefined ? 'is no address' : `is a ${url.protocol.slice(0, -1)} proxy; only http and https are supported`;
  throw new KubeconfigBrokenError(source, `its proxy (${from}) ${why}`);
}

function isExempt(server: URL, list: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port === '' ? (server.protocol === 'http:' ? '80' : '443') : server.port;
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopback(host)) return true;
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || covers(entry, host, port));
}

/** One entry of the list: an address, a range, a name with all below it, `.name` for those below it only; each may end with a port. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInRange(host, entry);
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  const parts = bracketed ?? (isIP(entry) === 6 ? [entry, entry] : /^([^:]+)(?::(\d+))?$/.exec(entry));
  const [, name = '', only] = parts ?? [];
  if (name === '' || (only !== undefined && only !== port)) return false;
  if (isIP(host) !== 0) return isIP(name) !== 0 && isInRange(host, `${name}/${isIP(name) === 4 ? '32' : '128'}`);
  const below = name.replace(/^\*(?=\.)/, '');
  return below.startsWith('.') ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function isLoopback(host: string): boolean {
  return isInRange(host, '127.0.0.0/8') || isInRange(host, '::1/128');
}

function isInRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(host);
  const length = Number(bits);
  if (family === 0 || family !== isIP(address) || !/^\d+$/.test(bits) || length > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, length, kind);
  return list.check(host, kind);
}
