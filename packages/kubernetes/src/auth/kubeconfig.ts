import { Buffer } from 'node:buffer';
import type { Json } from '@kopfts/core';
import { KubeconfigBrokenError } from '../errors.js';
import type { Authenticator, AuthenticatorPorts, Proof } from './authenticator.js';
import type { Credentials, LoadCredentials, TlsMaterial } from './credentials.js';
import { createFileCache, type FileCache } from './file-cache.js';
import { impersonationHeaders, impersonationOf } from './impersonation.js';
import { chooseContext, pathFrom, textOf, type KubeconfigContext, type KubeconfigEntry } from './kubeconfig-context.js';
import { parseKubeconfig } from './kubeconfig-text.js';
import { createUserAuthenticator } from './kubeconfig-user.js';
import type { CredentialPlace } from './locate.js';
import { chooseProxy } from './proxy-choice.js';

type Place = Extract<CredentialPlace, { kind: 'kubeconfig' }>;

/**
 * Reads kubeconfig files, merged as kubectl merges them, and what they point to: again when one of these files changed. Credentials that did not
 * change are the same object.
 */
export function createKubeconfigLoader(place: Place, ports: AuthenticatorPorts): LoadCredentials {
  const files = createFileCache(ports.environment, ports.clock, place.source);
  let read: ReadPlace | undefined;
  let kept: { readonly key: string; readonly credentials: Credentials } | undefined;
  return async (fresh) => {
    const texts: string[] = [];
    for (const path of place.paths) texts.push(await files.read(path, fresh));
    if (read === undefined || read.texts.some((text, index) => text !== texts[index])) {
      read = await readPlace(place, { texts, files, ports });
    }
    const credentials = await credentialsOf(read, { files, ports, fresh, source: place.source });
    const key = keyOf(credentials);
    if (kept?.key !== key || fresh) kept = { key, credentials };
    return kept.credentials;
  };
}

interface ReadPlace {
  readonly texts: readonly string[];
  readonly chosen: KubeconfigContext;
  /** With what it remembers: an edited file forgets it. */
  readonly authenticate: Authenticator;
}

interface Reading {
  readonly texts: readonly string[];
  readonly files: FileCache;
  readonly ports: AuthenticatorPorts;
}

async function readPlace({ paths, context, source }: Place, { texts, files, ports }: Reading): Promise<ReadPlace> {
  const documents = [];
  for (const [index, path] of paths.entries()) documents.push({ path, document: await parseKubeconfig(texts[index] ?? '', path) });
  const chosen = chooseContext(documents, context, source);
  return { texts, chosen, authenticate: createUserAuthenticator(chosen, { files, source, ports }) };
}

interface Making {
  readonly files: FileCache;
  readonly ports: AuthenticatorPorts;
  readonly fresh: boolean;
  readonly source: string;
}

async function credentialsOf({ chosen, authenticate }: ReadPlace, making: Making): Promise<Credentials> {
  const { source, ports, fresh } = making;
  const { cluster, user } = chosen;
  const server = serverUrl(textOf(cluster.fields['server']), source);
  const proof = await authenticate(fresh);
  const env = ports.proxyFromEnvironment ? ports.environment.env : undefined;
  const proxy = chooseProxy(server, { configured: textOf(cluster.fields['proxy-url']), env, source });
  return {
    server,
    headers: {
      ...(proof.authorization === undefined ? {} : { authorization: proof.authorization }),
      ...impersonationHeaders(impersonationOf(user.fields), source),
    },
    tls: await tlsOf(chosen, proof, making),
    ...(proxy === undefined ? {} : { proxy }),
    ...(chosen.namespace === undefined ? {} : { defaultNamespace: chosen.namespace }),
    source,
  };
}

/** A client certificate takes both of its parts (AU-05). */
async function tlsOf({ cluster, user }: KubeconfigContext, proof: Proof, making: Making): Promise<TlsMaterial> {
  const material = (entry: KubeconfigEntry, name: string) => inlineOrFile(entry, name, making);
  const ca = await material(cluster, 'certificate-authority');
  const cert = proof.cert ?? (await material(user, 'client-certificate'));
  const key = proof.key ?? (await material(user, 'client-key'));
  const servername = textOf(cluster.fields['tls-server-name']);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster.fields['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
}

/** What is inline goes before a file, as with kubectl. */
async function inlineOrFile({ fields, path }: KubeconfigEntry, name: string, { files, fresh }: Making): Promise<Buffer | undefined> {
  const data = decoded(fields[`${name}-data`]);
  if (data !== undefined) return data;
  const file = pathFrom(path, textOf(fields[name]));
  return file === undefined ? undefined : Buffer.from(await files.read(file, fresh));
}

/** The address of a cluster, checked: `KOPF_KUBECONFIG_BROKEN` if it is none. */
function serverUrl(server: string | undefined, source: string): URL {
  const url = server !== undefined && URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new KubeconfigBrokenError(source, `its server is ${server === undefined ? 'missing' : `'${server}'`}, not an http(s) address`);
  }
  // Paths of the API begin with a slash; the address may have a prefix before them.
  url.pathname = url.pathname.replace(/(?<!\/)\/+$/, '');
  return url;
}

function decoded(value: Json | undefined): Buffer | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/** Equal for equal credentials. */
export function keyOf({ server, headers, tls, proxy, defaultNamespace }: Credentials): string {
  const parts = Object.entries(tls).map(([name, value]) => `${name} ${Buffer.isBuffer(value) ? value.toString('base64') : String(value)}`);
  return JSON.stringify([server.href, headers, parts, proxy?.href, defaultNamespace]);
}
