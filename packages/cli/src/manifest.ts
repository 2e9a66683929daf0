import { readFile, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { errorText, isJsonObject } from '@kopfts/core';
import type { JsonObject } from '@kopfts/core';
import { boundedValue, MOST_CHARACTERS } from './bounded-yaml.js';
import { ManifestError } from './errors.js';

/** An object of a file, and which one it is, for messages. */
export interface Manifest {
  readonly place: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly body: JsonObject;
}

const NOT_IN_KUBERNETES = /:(?:timestamp|binary|set|omap|pairs)$/;

/** The objects of files, in the order in which they can be created: definitions of kinds, namespaces, the rest. */
export async function readManifests(files: readonly string[], cwd: string): Promise<readonly Manifest[]> {
  const perFile = await Promise.all(files.map((file) => readFileManifests(resolve(cwd, file), cwd)));
  return perFile.flat().sort((a, b) => rank(a) - rank(b));
}

async function readFileManifests(file: string, cwd: string): Promise<readonly Manifest[]> {
  const name = relative(cwd, file);
  const { size, text } = await readBounded(file).catch((error: unknown) => {
    throw new ManifestError(`${name} cannot be read: ${errorText(error)}`, { remedy: 'Correct its name.', cause: error });
  });
  if (text === undefined) throw new ManifestError(`${name} has ${String(size)} bytes, more than 16 MiB.`);
  return parseManifests(text, name);
}

async function readBounded(file: string): Promise<{ readonly size: number; readonly text: string | undefined }> {
  const { size } = await stat(file);
  return { size, text: size > MOST_CHARACTERS ? undefined : await readFile(file, 'utf8') };
}

/** Several documents, and lists of objects. Pure but for the import of the parser, which only `kopf dev -f` needs. */
export async function parseManifests(text: string, name: string): Promise<readonly Manifest[]> {
  if (text.length > MOST_CHARACTERS) throw new ManifestError(`${name} is larger than 16 MiB.`);
  const yaml = await import('yaml');
  // Kubernetes reads YAML 1.1 (`yes` is true), but neither its dates nor its base-60 numbers (`22:22`).
  const documents = yaml.parseAllDocuments(text, {
    version: '1.1',
    logLevel: 'silent',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !NOT_IN_KUBERNETES.test(tag.tag))),
  });
  return [...documents].flatMap((document, index) => {
    const place = documents.length > 1 ? `${name} (document ${String(index + 1)})` : name;
    const result = boundedValue(document, yaml);
    if (!result.ok)
      throw new ManifestError(`${name}${result.line === undefined ? '' : `:${String(result.line)}`} is no YAML: ${result.why}`);
    return result.value === null ? [] : manifestsOf(result.value, place);
  });
}

function manifestsOf(value: unknown, place: string): readonly Manifest[] {
  if (isJsonObject(value) && value['kind'] === 'List' && Array.isArray(value['items'])) {
    return value['items'].flatMap((item, index) => manifestsOf(item, `${place} (item ${String(index + 1)})`));
  }
  if (!isJsonObject(value)) throw new ManifestError(`${place} holds no Kubernetes object.`);
  const { apiVersion, kind, metadata } = value;
  const meta = isJsonObject(metadata) ? metadata : {};
  const name = meta['name'];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
    throw new ManifestError(
      `${place} has no ${typeof apiVersion !== 'string' ? 'apiVersion' : typeof kind !== 'string' ? 'kind' : 'metadata.name'}.`,
    );
  }
  const namespace = meta['namespace'];
  return [{ place, apiVersion, kind, name, namespace: typeof namespace === 'string' ? namespace : undefined, body: value }];
}

function rank({ kind }: Manifest): number {
  if (kind === 'CustomResourceDefinition') return 0;
  return kind === 'Namespace' ? 1 : 2;
}
