// YAML bodies and answers: read into and written from the same values as JSON.

import { parseDocument, stringify } from 'yaml';
import type { JsonValue } from '../store/json-value.js';

/** @param refuse builds the error from the words of Go's YAML reader, as far as they are the same. */
export function parseYaml(text: string, refuse: (why: string) => Error): JsonValue {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, stringKeys: true, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) throw refuse(`yaml: ${goWords(problem)}`);
  return asJson(document.toJS({ maxAliasCount: 100 }));
}

/** As much of the parser's error as is told. */
interface YamlProblem {
  readonly code: string;
  readonly message: string;
  readonly linePos?: readonly { readonly line: number }[] | undefined;
}

function goWords(problem: YamlProblem): string {
  const [line] = problem.linePos ?? [];
  const at = line === undefined || line.line === 1 ? '' : `line ${line.line}: `;
  if (problem.code === 'BLOCK_AS_IMPLICIT_KEY' || /implicit key|mapping/i.test(problem.message)) {
    return `${at}mapping values are not allowed in this context`;
  }
  return `${at}${problem.message.split('\n')[0] ?? ''}`;
}

/** Sorted like the JSON that kube-apiserver makes of it first. YAML knows dates and undefined values, JSON does not. */
function asJson(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, asJson(item)]),
    );
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

export function yamlText(json: string): string {
  return stringify(JSON.parse(json), { sortMapEntries: true, lineWidth: 80, indentSeq: false, version: '1.1' });
}
