// YAML bodies and answers: read as the real server reads them (version 1.1 of the language, the first document; JSON is YAML, too), and
// written from the same values as JSON.

import type * as Yaml from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { createRequire } from 'node:module';
import { jsonTextOf, parseExactly } from '../exact-numbers.js';
import { badRequest } from '../errors.js';
import { parseJson } from '../json-text.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject } from '../store/json-value.js';

/** Loaded when the first YAML comes: most servers never see any. Requests are answered at once, so it is required, not imported. */
const yaml = (): typeof Yaml => createRequire(import.meta.url)('yaml') as typeof Yaml;

type Refuse = (why: string) => Error;

/** @param refuse builds the error from the words of Go's YAML reader, as far as they are the same. */
export function parseYaml(text: string, refuse: Refuse): JsonValue {
  const document = parse(text);
  const end = document?.contents?.range?.[1] ?? Number.POSITIVE_INFINITY;
  // The real server reads one value and looks at nothing after it.
  const problem = document?.errors.find((error) => error.code !== 'UNEXPECTED_TOKEN' || error.pos[0] < end);
  if (problem !== undefined) throw refuse(`yaml: ${unfinished(text) ?? goWords(problem)}`);
  // Through JSON once more: it knows the limits of what we store, and what JSON has no form for is gone.
  return parseJson(jsonTextOf(plain(document, refuse)), refuse);
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

function parse(text: string): Document | undefined {
  const options = {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    intAsBigInt: true,
    logLevel: 'silent',
    customTags: withoutTimes,
  } as const;
  const documents = yaml().parseAllDocuments(text, options);
  return Array.isArray(documents) ? documents[0] : undefined;
}

function plain(document: Document | undefined, refuse: Refuse): unknown {
  try {
    return sorted(document?.toJS({ maxAliasCount: 100 }) ?? null);
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('json: ')) throw refuse(error.message);
    // An alias without its anchor, or one that would grow without bounds.
    const name = error instanceof ReferenceError ? /: (\S+)$/.exec(error.message)?.[1] : undefined;
    throw refuse(`yaml: ${name === undefined ? 'document contains excessive aliasing' : `unknown anchor '${name}' referenced`}`);
  }
}

/** Like the JSON that the real server makes of it first. */
function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`json: unsupported value: ${infinity(value)}`);
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}

function infinity(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
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

/** What the real server's parser says of maps and lists in braces that the text does not finish. */
function unfinished(text: string): string | undefined {
  const open: string[] = [];
  let isQuoted = false;
  for (const [token] of text.matchAll(/\\.|["{}[\]]/gs)) {
    if (token === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (token === '{' || token === '[')) open.push(token);
    else if (!isQuoted && token.length === 1) open.pop();
  }
  const innermost = open.at(-1);
  if (isQuoted || innermost === undefined || !/^\s*[{[]/.test(text)) return undefined;
  const end = text.trimEnd();
  const line = `line ${end.split('\n').length}: did not find expected`;
  return /[{[,:]$/.test(end) ? `${line} node content` : `${line} ',' or '${innermost === '{' ? '}' : ']'}'`;
}

function goWords(error: YAMLError): string {
  const line = error.linePos?.[0].line ?? 1;
  const known = REASONS[error.code];
  if (known !== undefined) return line === 1 ? known : `line ${line}: ${known}`;
  if (/^Flow sequence/.test(error.message)) return `line ${line}: did not find expected ',' or ']'`;
  if (/^Flow map|in flow map/.test(error.message)) return `${line === 1 ? '' : `line ${line}: `}did not find expected node content`;
  if (/same column/.test(error.message)) return `line ${Math.max(1, line - 1)}: did not find expected key`;
  if (/implicit key|mapping/i.test(error.message)) {
    return `${line === 1 ? '' : `line ${line}: `}mapping values are not allowed in this context`;
  }
  return `line ${line}: ${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`;
}

function typeName(value: JsonValue): string {
  if (isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
}

/** The keys that occur twice in one map, in the words of the real server and in its order: what is inside of a value comes before its key. */
export function duplicatesIn(text: string): readonly string[] {
  const { isMap, isScalar, isSeq } = yaml();
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (isSeq(node)) node.items.forEach(visit);
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      visit(value);
      if (!isScalar(key)) continue;
      if (seen.has(key.value)) found.push(`line ${lineAt(text, key.range?.[0] ?? 0)}: key ${JSON.stringify(key.value)} already set in map`);
      seen.add(key.value);
    }
  };
  visit(parse(text)?.contents);
  return found;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

export function yamlText(json: string): string {
  const { Document, visit } = yaml();
  const document = new Document(parseExactly(json), { version: '1.1', sortMapEntries: true });
  visit(document, {
    Scalar(_key, node) {
      // What no integer of Go holds is written as a float.
      if (typeof node.value === 'number' && (node.value <= -(2 ** 63) || node.value >= 2 ** 64)) node.format = 'EXP';
    },
  });
  return document.toString({ lineWidth: 80, indentSeq: false });
}
