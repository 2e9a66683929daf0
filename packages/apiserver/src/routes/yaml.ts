// YAML bodies and answers: read as the real server reads them (version 1.1 of the language, the first document; JSON is YAML, too), and
// written from the same values as JSON.

import type * as Yaml from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { createRequire } from 'node:module';
import { badRequest } from '../errors.js';
import { parseJson } from '../json-text.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject } from '../store/json-value.js';

/** Loaded when the first YAML comes: most servers never see any. Requests are answered at once, so it is required, not imported. */
const yaml = (): typeof Yaml => createRequire(import.meta.url)('yaml') as typeof Yaml;

type Refuse = (why: string) => Error;

/** @param refuse builds the error from the words of Go's YAML reader, as far as they are the same. */
export function parseYaml(text: string, refuse: Refuse): JsonValue {
  const document = parse(text, false);
  const [problem] = document?.errors ?? [];
  if (problem !== undefined) throw refuse(`yaml: ${goWords(problem)}`);
  // Through JSON once more: it knows the limits of what we store, and what JSON has no form for is gone.
  return parseJson(JSON.stringify(plain(document, refuse)), refuse);
}

/** What a server-side apply sends: an object, and the keys that occur twice in one map, in the words of the real server. */
export interface YamlBody {
  readonly value: JsonObject;
  /** The last one of each counts. */
  readonly duplicates: readonly string[];
}

/** Throws a 400 for everything that is no object. */
export function readYamlBody(text: string): YamlBody {
  const value = parseYaml(text, (why) => undecodable(why.startsWith('yaml: ') ? `error converting YAML to JSON: ${why}` : why));
  if (isObject(value)) return { value, duplicates: duplicatesIn(text) };
  if (value === null) return { value: {}, duplicates: [] };
  throw undecodable(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${typeName(value)} into Go value of type map[string]interface {}`,
  );
}

function parse(text: string, uniqueKeys: boolean): Document | undefined {
  const options = { version: '1.1', merge: true, uniqueKeys, logLevel: 'silent', customTags: withoutTimes } as const;
  const documents = yaml().parseAllDocuments(text, options);
  return Array.isArray(documents) ? documents[0] : undefined;
}

function plain(document: Document | undefined, refuse: Refuse): unknown {
  try {
    return sorted(document?.toJS({ maxAliasCount: 100 }) ?? null);
  } catch (error) {
    // An alias without its anchor, or one that would grow without bounds.
    const name = error instanceof ReferenceError ? /: (\S+)$/.exec(error.message)?.[1] : undefined;
    throw refuse(`yaml: ${name === undefined ? 'document contains excessive aliasing' : `unknown anchor '${name}' referenced`}`);
  }
}

/** Like the JSON that the real server makes of it first. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}

/** Times stay texts: JSON has no others. */
function withoutTimes<T>(tags: T[]): T[] {
  return tags.filter((tag) => !(typeof tag === 'object' && tag !== null && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:timestamp'));
}

function undecodable(why: string): Error {
  return badRequest(`error decoding YAML: ${why}`);
}

/** The mistakes that people make, in the words of the real server's parser; the line is left out where that one does not know it. */
const REASONS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
  MISSING_CHAR: 'found unexpected end of stream',
};

function goWords(error: YAMLError): string {
  const line = error.linePos?.[0].line ?? 1;
  const known = REASONS[error.code];
  if (known !== undefined) return line === 1 ? known : `line ${line}: ${known}`;
  if (/^Flow sequence/.test(error.message)) return `line ${line}: did not find expected ',' or ']'`;
  if (/^Flow map/.test(error.message)) return `line ${line}: did not find expected node content`;
  if (/same column/.test(error.message)) return `line ${Math.max(1, line - 1)}: did not find expected key`;
  if (/implicit key|mapping/i.test(error.message)) {
    return `${line === 1 ? '' : `line ${line}: `}mapping values are not allowed in this context`;
  }
  return `line ${line}: ${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`;
}

function typeName(value: JsonValue): string {
  if (isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function duplicatesIn(text: string): readonly string[] {
  return (parse(text, true)?.errors ?? []).flatMap((error) => {
    if (error.code !== 'DUPLICATE_KEY') return [];
    const [, quoted, bare = ''] = /^(?:"([^"]*)"|([^:\n]+?))\s*:/.exec(text.slice(error.pos[0])) ?? [];
    return [`line ${error.linePos?.[0].line ?? 1}: key ${JSON.stringify(quoted ?? bare)} already set in map`];
  });
}

export function yamlText(json: string): string {
  return yaml().stringify(JSON.parse(json), { sortMapEntries: true, lineWidth: 80, indentSeq: false, version: '1.1' });
}
