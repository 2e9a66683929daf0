import { dirname, isAbsolute, join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError, KubeconfigContextError } from '../errors.js';

/** A kubeconfig file that was read. */
export interface KubeconfigFile {
  readonly path: string;
  readonly document: JsonObject;
}

/** A cluster or a user, and the file that it is from: its relative paths begin there. */
export interface KubeconfigEntry {
  readonly fields: JsonObject;
  readonly path: string;
}

/** What a context names. */
export interface KubeconfigContext {
  readonly cluster: KubeconfigEntry;
  /** Without fields if the context names no user. */
  readonly user: KubeconfigEntry;
  /** Of the context. */
  readonly namespace?: string | undefined;
}

/**
 * The context (default: the current one) of kubeconfig files, merged as kubectl merges: the first file that defines a name, or the current
 * context, wins; what later files say of that name is left out as a whole. Pure.
 *
 * @throws KubeconfigContextError `KOPF_KUBECONFIG_CONTEXT` if there is no such context.
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` if the context lacks its cluster or user.
 */
export function chooseContext(files: readonly KubeconfigFile[], context: string | undefined, source: string): KubeconfigContext {
  const contexts = merged(files, 'contexts', 'context');
  const wanted = context ?? firstText(files.map(({ document }) => document['current-context'])) ?? '';
  const chosen = contexts.get(wanted);
  if (chosen === undefined) throw new KubeconfigContextError(source, wanted, [...contexts.keys()]);
  const cluster = merged(files, 'clusters', 'cluster').get(textOf(chosen.fields['cluster']) ?? '');
  if (cluster === undefined) throw new KubeconfigBrokenError(source, `the context '${wanted}' names a cluster that it does not have`);
  const userName = textOf(chosen.fields['user']);
  const user = userName === undefined ? { fields: {}, path: chosen.path } : merged(files, 'users', 'user').get(userName);
  if (user === undefined) throw new KubeconfigBrokenError(source, `the context '${wanted}' names a user that it does not have`);
  return { cluster, user, namespace: textOf(chosen.fields['namespace']) };
}

/** A text that is not empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A path in a kubeconfig begins at the folder of its file (AU-28). */
export function pathFrom(kubeconfigPath: string, path: string | undefined): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(dirname(kubeconfigPath), path);
}

function firstText(values: readonly (Json | undefined)[]): string | undefined {
  return values.map(textOf).find((text) => text !== undefined);
}

/** `[{ name, cluster: {…} }]` of all files, by name. */
function merged(files: readonly KubeconfigFile[], list: string, field: string): Map<string, KubeconfigEntry> {
  const entries = new Map<string, KubeconfigEntry>();
  for (const { path, document } of files) {
    const items = document[list];
    for (const item of Array.isArray(items) ? (items as readonly Json[]) : []) {
      const name = isJsonObject(item) ? item['name'] : undefined;
      const value = isJsonObject(item) ? item[field] : undefined;
      if (typeof name === 'string' && !entries.has(name)) entries.set(name, { fields: isJsonObject(value) ? value : {}, path });
    }
  }
  return entries;
}
