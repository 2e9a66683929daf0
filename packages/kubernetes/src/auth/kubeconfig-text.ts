import { isJsonObject, type Json, type JsonObject } from '@kopfts/core';
import { KubeconfigBrokenError } from '../errors.js';
import { boundedValue, MOST_CHARACTERS } from './bounded-yaml.js';

/**
 * The document of a kubeconfig file. What the embedded server writes is JSON; the YAML library is imported for the others.
 *
 * @throws KubeconfigBrokenError `KOPF_KUBECONFIG_BROKEN` if it is neither, repeats a key, has tags of its own, is nested too deep, or multiplies itself by aliases.
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
    const value = JSON.parse(text) as Json;
    // A key that is there twice is gone here; the reader of YAML says which one it was.
    return membersOf(value) === (text.replace(STRING, '').match(/:/g)?.length ?? 0) ? value : undefined;
  } catch {
    return undefined; // flow-style YAML also begins with a brace
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/g;

function membersOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = isJsonObject(value) ? Object.keys(value).length : 0;
  return Object.values(value).reduce<number>((sum, item) => sum + membersOf(item as Json), own);
}

async function parseYaml(text: string, path: string): Promise<Json> {
  const yaml = await import('yaml');
  const result = boundedValue(yaml.parseDocument(text, { merge: true, logLevel: 'silent' }), yaml);
  // Only the first line of what the library says: then it quotes the line with the mistake, which may be a token.
  if (!result.ok) throw new KubeconfigBrokenError(path, result.why);
  return result.value as Json;
}
