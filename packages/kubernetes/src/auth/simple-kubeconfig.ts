import { Buffer } from 'node:buffer';
import { dirname, isAbsolute, join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError, KubeconfigContextError } from '../errors.js';
import type { Credentials } from './credentials.js';

/**
 * What a simple kubeconfig says. Simple is what the embedded server writes: JSON (which is YAML), and of a cluster and a
 * user only what is listed below. Everything else is client-node's: loading it costs 75 MB and half a second.
 */
export interface SimpleCluster {
  readonly credentials: Credentials;
  /** A file that has the certificates to trust, if they are not inline. */
  readonly caPath: string | undefined;
}

const CLUSTER_FIELDS = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
]);
const USER_FIELDS = new Set(['token', 'client-certificate-data', 'client-key-data']);

/**
 * The cluster of a context (default: the current one) of a kubeconfig; `undefined` if it is not simple. Pure.
 *
 * @throws KubeconfigContextError `KOPF_KUBECONFIG_CONTEXT` if there is no such context.
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` if the context lacks its cluster or user.
 */
export function readSimpleKubeconfig(text: string, context: string | undefined, path: string): SimpleCluster | undefined {
  const config = parseJson(text);
  if (config === undefined) return undefined;
  const contexts = named(config['contexts'], 'context');
  const wanted = context ?? (typeof config['current-context'] === 'string' ? config['current-context'] : '');
  const chosen = contexts.get(wanted);
  if (chosen === undefined) throw new KubeconfigContextError(path, wanted, [...contexts.keys()]);
  const cluster = named(config['clusters'], 'cluster').get(textOf(chosen['cluster']) ?? '');
  const user = textOf(chosen['user']) === undefined ? {} : named(config['users'], 'user').get(textOf(chosen['user']) ?? '');
  if (cluster === undefined) throw new KubeconfigBrokenError(path, `the context '${wanted}' names a cluster that it does not have`);
  if (user === undefined) throw new KubeconfigBrokenError(path, `the context '${wanted}' names a user that it does not have`);
  if (!hasOnly(cluster, CLUSTER_FIELDS) || !hasOnly(user, USER_FIELDS)) return undefined;
  return simpleCluster({ cluster, user, path });
}

interface Chosen {
  readonly cluster: JsonObject;
  readonly user: JsonObject;
  readonly path: string;
}

function simpleCluster({ cluster, user, path }: Chosen): SimpleCluster {
  const ca = decoded(cluster['certificate-authority-data']);
  const cert = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  const servername = textOf(cluster['tls-server-name']);
  const token = textOf(user['token']);
  const caPath = ca === undefined ? textOf(cluster['certificate-authority']) : undefined;
  return {
    credentials: {
      server: serverUrl(textOf(cluster['server']), path),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      tls: {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(servername === undefined ? {} : { servername }),
        ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
      },
      source: path,
    },
    caPath: caPath === undefined || isAbsolute(caPath) ? caPath : join(dirname(path), caPath),
  };
}

/** The address of a cluster, checked: `KOPF_KUBECONFIG_BROKEN` if it is none. */
export function serverUrl(server: string | undefined, path: string): URL {
  const url = server !== undefined && URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new KubeconfigBrokenError(path, `its server is ${server === undefined ? 'missing' : `'${server}'`}, not an http(s) address`);
  }
  // Paths of the API begin with a slash; the address may have a prefix before them.
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function parseJson(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // flow-style YAML also begins with a brace
  }
}

/** `[{ name, cluster: {…} }]` by name. */
function named(list: Json | undefined, field: string): Map<string, JsonObject> {
  const entries = new Map<string, JsonObject>();
  for (const item of Array.isArray(list) ? (list as readonly Json[]) : []) {
    const name = isJsonObject(item) ? item['name'] : undefined;
    const value = isJsonObject(item) ? item[field] : undefined;
    if (typeof name === 'string') entries.set(name, isJsonObject(value) ? value : {});
  }
  return entries;
}

function hasOnly(value: JsonObject, fields: ReadonlySet<string>): boolean {
  return Object.keys(value).every((key) => fields.has(key));
}

function decoded(value: Json | undefined): Buffer | undefined {
  return typeof value === 'string' && value !== '' ? Buffer.from(value, 'base64') : undefined;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
