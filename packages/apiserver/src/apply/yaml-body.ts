// Bodies in YAML, read as the real server reads them: version 1.1 of the language, the first document, and JSON is YAML, too.

import type { Document, YAMLError } from 'yaml';
import { parseAllDocuments } from 'yaml';
import { badRequest } from '../errors.js';
import { parseJson } from '../json-text.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject } from '../store/json-value.js';

export interface YamlBody {
  readonly value: JsonObject;
  /** Keys that occur twice in one map, in the words of the real server; the last one counts. */
  readonly duplicates: readonly string[];
}

/** Throws a 400 for everything that is no object. */
export function readYamlBody(text: string): YamlBody {
  const value = firstDocument(text);
  if (isObject(value)) return { value, duplicates: duplicatesIn(text) };
  if (value === null) return { value: {}, duplicates: [] };
  throw undecodable(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${typeName(value)} into Go value of type map[string]interface {}`,
  );
}

function firstDocument(text: string): JsonValue {
  const document = parse(text, false);
  const [error] = document?.errors ?? [];
  if (error !== undefined) throw notYaml(reasonOf(error));
  // Through JSON once more: it knows the limits of what we store, and what JSON has no form for is gone.
  return parseJson(JSON.stringify(plain(document)), undecodable);
}

function parse(text: string, uniqueKeys: boolean): Document | undefined {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys, customTags: withoutTimes });
  return Array.isArray(documents) ? documents[0] : undefined;
}

function plain(document: Document | undefined): unknown {
  try {
    return document?.toJS() ?? null;
  } catch (error) {
    // An alias without its anchor, or one that would grow without bounds.
    const name = error instanceof ReferenceError ? /: (\S+)$/.exec(error.message)?.[1] : undefined;
    throw notYaml(name === undefined ? 'document contains excessive aliasing' : `unknown anchor '${name}' referenced`);
  }
}

function undecodable(why: string): Error {
  return badRequest(`error decoding YAML: ${why}`);
}

function notYaml(why: string): Error {
  return undecodable(`error converting YAML to JSON: yaml: ${why}`);
}

/** Times stay texts: JSON has no others. */
function withoutTimes<T>(tags: T[]): T[] {
  return tags.filter((tag) => !(typeof tag === 'object' && tag !== null && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:timestamp'));
}

/** The mistakes that people make, in the words of the real server's parser; the line is left out where that one does not know it. */
const REASONS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
  MISSING_CHAR: 'found unexpected end of stream',
};

function reasonOf(error: YAMLError): string {
  const line = error.linePos?.[0].line ?? 1;
  const known = REASONS[error.code];
  if (known !== undefined) return line === 1 ? known : `line ${line}: ${known}`;
  if (/^Flow sequence/.test(error.message)) return `line ${line}: did not find expected ',' or ']'`;
  if (/^Flow map/.test(error.message)) return `line ${line}: did not find expected node content`;
  if (/same column/.test(error.message)) return `line ${Math.max(1, line - 1)}: did not find expected key`;
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
