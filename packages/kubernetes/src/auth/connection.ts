import { Buffer } from 'node:buffer';
import { Agent } from 'node:http';
import { isKopfError, parseInstant, type ConnectionInfo, type Instant } from '@kopfts/core';
import { ConnectionInfoError } from '../errors.js';
import type { Credentials, TlsMaterial } from './credentials.js';
import { systemEnvironment, type AuthEnvironment } from './environment.js';
import { chooseProxy } from './proxy-choice.js';

/** What making credentials of a connection needs besides it. */
export interface ConnectionOptions {
  /** Where it comes from, for messages; default `a login`. */
  readonly source?: string | undefined;
  /** For paths, and with `trustEnv`; default: this process. */
  readonly environment?: AuthEnvironment | undefined;
}

/**
 * The headers, the TLS material and the proxy of a connection (spec AU-04..AU-06). Files are read now.
 *
 * @throws ConnectionInfoError `KOPF_CONNECTION_INFO` if it says not, or not clearly, how to reach the cluster.
 */
export async function connectionCredentials(info: ConnectionInfo, options: ConnectionOptions = {}): Promise<Credentials> {
  const { source = 'a login', environment = systemEnvironment } = options;
  checkShape(info, source);
  const server = addressOf(info, source);
  const authorization = authorizationOf(info, source);
  const own = Object.entries(info.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const proxy = proxyOf(server, info, { source, environment });
  return {
    server,
    headers: { ...Object.fromEntries(own), ...(authorization === undefined ? {} : { authorization }) },
    tls: await tlsOf(info, { source, environment }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(info.agent === undefined ? {} : { agent: info.agent as Agent }),
    ...(info.defaultNamespace === undefined ? {} : { defaultNamespace: info.defaultNamespace }),
    source,
  };
}

/** From when on it is not to be used; `undefined`: never. */
export function expirationOf({ expiration }: ConnectionInfo, source: string): Instant | undefined {
  if (expiration === undefined) return undefined;
  const at = typeof expiration === 'string' ? parseInstant(expiration) : expiration.getTime();
  if (at === undefined || Number.isNaN(at)) throw new ConnectionInfoError(source, 'its expiration is no date');
  return at;
}

const TEXTS = [
  'server',
  'caPath',
  'username',
  'password',
  'scheme',
  'token',
  'certificatePath',
  'privateKeyPath',
  'tlsServerName',
  'defaultNamespace',
  'proxyUrl',
] as const;
const OTHERS = [
  'caData',
  'certificateData',
  'privateKeyData',
  'insecure',
  'trustEnv',
  'headers',
  'agent',
  'priority',
  'expiration',
] as const;
const KNOWN: ReadonlySet<string> = new Set([...TEXTS, ...OTHERS]);

/** It comes from user code, maybe without a compiler: a wrong type must not become a wrong header. */
function checkShape(info: ConnectionInfo, source: string): void {
  const given: unknown = info;
  if (typeof given !== 'object' || given === null) throw new ConnectionInfoError(source, `it is no ConnectionInfo (${typeof given})`);
  const unknown = Object.keys(given).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new ConnectionInfoError(source, `it is no ConnectionInfo: it has an unknown field '${unknown}'`);
  for (const name of TEXTS) {
    if (info[name] !== undefined && typeof info[name] !== 'string') throw new ConnectionInfoError(source, `its ${name} is no text`);
  }
  if (info.priority !== undefined && !Number.isFinite(info.priority)) throw new ConnectionInfoError(source, 'its priority is no number');
  if (info.agent !== undefined && !(info.agent instanceof Agent) && !('addRequest' in info.agent)) {
    throw new ConnectionInfoError(source, 'its agent is no agent of Node');
  }
  for (const item of ['ca', 'certificate', 'privateKey'] as const) {
    if (info[`${item}Path`] !== undefined && info[`${item}Data`] !== undefined) {
      throw new ConnectionInfoError(source, `it has both ${item}Path and ${item}Data`);
    }
  }
}

function addressOf({ server }: ConnectionInfo, source: string): URL {
  const url = typeof server === 'string' && URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new ConnectionInfoError(source, 'its server is no http(s) address');
  url.pathname = url.pathname.replace(/(?<!\/)\/+$/, '');
  return url;
}

/** A password goes before all else, and only with its user (spec AU-04). */
function authorizationOf({ username, password, scheme, token }: ConnectionInfo, source: string): string | undefined {
  if (username && password) {
    if (username.includes(':')) throw new ConnectionInfoError(source, 'its username has a colon in it');
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }
  // An empty scheme is none.
  const words = [scheme || (token ? 'Bearer' : ''), token ?? ''].filter((word) => word !== '').join(' ');
  if (/[^\x20-\x7e]/.test(words)) throw new ConnectionInfoError(source, 'its token has a character that no header may have');
  return words === '' ? undefined : words;
}

type Reading = Required<ConnectionOptions> & { readonly environment: AuthEnvironment; readonly source: string };

function proxyOf(server: URL, { proxyUrl, trustEnv = false }: ConnectionInfo, { source, environment }: Reading): URL | undefined {
  try {
    return chooseProxy(server, { configured: proxyUrl, env: trustEnv ? environment.env : undefined, source });
  } catch (error) {
    const why = isKopfError(error) ? error.message.split(': ').slice(1).join(': ') : 'its proxy cannot be used';
    throw new ConnectionInfoError(source, why, { cause: error });
  }
}

/** Nothing of the server is checked with `insecure`; a certificate is used only together with its key (spec AU-05). */
async function tlsOf(info: ConnectionInfo, reading: Reading): Promise<TlsMaterial> {
  const ca = await material(info, 'ca', reading);
  const cert = await material(info, 'certificate', reading);
  const key = await material(info, 'privateKey', reading);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(info.tlsServerName === undefined ? {} : { servername: info.tlsServerName }),
    ...(info.insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

async function material(info: ConnectionInfo, item: 'ca' | 'certificate' | 'privateKey', reading: Reading): Promise<string | undefined> {
  const path = info[`${item}Path`];
  const data = info[`${item}Data`];
  if (data !== undefined) return pemOf(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'), `${item}Data`, reading);
  if (path === undefined) return undefined;
  try {
    return pemOf(await reading.environment.readFile(path), `${item}Path`, reading);
  } catch (error) {
    if (isKopfError(error)) throw error;
    throw new ConnectionInfoError(reading.source, `its ${item}Path cannot be read`, { cause: error });
  }
}

const PEM = '-----BEGIN ';

/** As it is, or base64 of it (spec AU-03). */
function pemOf(text: string, field: string, { source }: Reading): string {
  if (text.includes(PEM)) return text;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  if (!decoded.includes(PEM)) throw new ConnectionInfoError(source, `its ${field} is neither PEM nor base64 of PEM`);
  return decoded;
}
