// CustomResourceDefinitions from YAML files into the server.

import { readFile } from 'node:fs/promises';
import type { ApiServer } from '../api-server.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, stringAt } from '../store/json-value.js';
import { ProgramError, fileProblem } from './program-io.js';

/** A definition, and where it is: `file:line`. */
interface PlacedDefinition {
  readonly place: string;
  readonly body: JsonObject;
}

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NOT_IN_KUBERNETES = /:(?:timestamp|binary|set|omap|pairs)$/;
const MOST_ALIASES = 100;

/** Defines the kinds of all files; what is defined already takes the new spec. @throws ProgramError naming file and line. */
export async function defineFromFiles(server: ApiServer, files: readonly string[]): Promise<void> {
  for (const file of files) {
    for (const definition of await readDefinitions(file)) await define(server, definition);
  }
}

async function readDefinitions(file: string): Promise<readonly PlacedDefinition[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ProgramError(`${file} cannot be read: ${fileProblem(error)}.`, { cause: error });
  });
  return parseDefinitions(text, file);
}

async function parseDefinitions(text: string, file: string): Promise<readonly PlacedDefinition[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lineCounter = new LineCounter();
  // Kubernetes reads YAML 1.1 (`yes` is true), but neither its dates nor its base-60 numbers.
  const documents = parseAllDocuments(text, {
    version: '1.1',
    lineCounter,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !NOT_IN_KUBERNETES.test(tag.tag))),
  });
  const definitions = [...documents].flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const line = problem.linePos?.[0].line ?? 1;
      throw new ProgramError(`${file}:${line} is no YAML: ${firstLine(problem.message)}.`, { cause: problem });
    }
    const place = `${file}:${lineCounter.linePos(document.contents?.range[0] ?? 0).line}`;
    return definitionsOf(valueOf(document, place), place);
  });
  if (definitions.length === 0) throw new ProgramError(`${file} holds no CustomResourceDefinition.`);
  return definitions;
}

function valueOf(document: { toJS(options: { maxAliasCount: number }): unknown }, place: string): JsonValue {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as JsonValue;
  } catch (error) {
    throw new ProgramError(`${place} is no YAML: ${error instanceof Error ? firstLine(error.message) : String(error)}.`, { cause: error });
  }
}

function definitionsOf(value: JsonValue, place: string): readonly PlacedDefinition[] {
  if (value === null) return [];
  if (isObject(value) && value['kind'] === 'List' && Array.isArray(value['items'])) {
    return (value['items'] as readonly JsonValue[]).flatMap((item) => definitionsOf(item, place));
  }
  const kind = isObject(value) ? stringAt(value, 'kind') : '';
  if (!isObject(value) || kind !== 'CustomResourceDefinition') {
    throw new ProgramError(`${place} holds ${kind === '' ? 'no Kubernetes object' : `a ${kind}`}, not a CustomResourceDefinition.`);
  }
  return [{ place, body: value }];
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[.:]$/, '');
}

async function define(server: ApiServer, { place, body }: PlacedDefinition): Promise<void> {
  const name = stringAt(objectAt(body, 'metadata'), 'name');
  const found = await send(server, { method: 'GET', path: `${PATH}/${encodeURIComponent(name)}` });
  const isThere = name !== '' && found.status === 200;
  const { resourceVersion } = objectAt(found.body, 'metadata');
  const metadata = { ...objectAt(body, 'metadata'), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const answer = isThere
    ? await send(server, { method: 'PUT', path: `${PATH}/${encodeURIComponent(name)}`, body: { ...body, metadata } })
    : await send(server, { method: 'POST', path: PATH, body });
  if (answer.status < 300) return;
  throw new ProgramError(`${place} is refused: ${firstLine(stringAt(answer.body, 'message'))}.`);
}

interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}

async function send(server: ApiServer, { method, path, body }: PlainRequest): Promise<{ status: number; body: JsonObject }> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'kopf-apiserver' };
  const answer = await server.handle({ method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.chunks) chunks.push(chunk);
  return { status: answer.status, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject };
}
