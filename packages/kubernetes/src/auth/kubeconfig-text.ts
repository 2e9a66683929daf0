import { errorText, isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError } from '../errors.js';

/** More is no kubeconfig, whatever it is. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * The document of a kubeconfig file. What the embedded server writes is JSON; the YAML library is imported for the others.
 *
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` if it is neither, repeats a key, or multiplies itself by aliases.
 */
export async function parseKubeconfig(text: string, path: string): Promise<JsonObject> {
  if (text.length > MOST_CHARACTERS) throw new KubeconfigBrokenError(path, 'it is larger than 16 MiB');
  const value = parseJson(text) ?? (await parseYaml(text, path));
  if (!isJsonObject(value)) throw new KubeconfigBrokenError(path, text.trim() === '' ? 'it is empty' : 'it is no YAML mapping');
  return value;
}

function parseJson(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // flow-style YAML also begins with a brace
  }
}

async function parseYaml(text: string, path: string): Promise<Json> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { merge: true, maxAliasCount: 100, logLevel: 'error' }) as Json;
  } catch (error) {
    // The library quotes the line with the mistake, which may be a token.
    throw new KubeconfigBrokenError(path, errorText(error).split('\n')[0]?.replace(/:$/, '') ?? 'it is no YAML');
  }
}
