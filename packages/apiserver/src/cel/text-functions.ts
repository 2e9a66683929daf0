import type { CelEnvironment } from './environment.js';
import type { RegularExpression } from '../regular-expression.js';
import { readExpression } from '../regular-expression.js';
import { MATCHES } from './linear-matches.js';
import { registerNamespace } from './namespace.js';

/** The extension of texts, and the regular expressions of Kubernetes. */
export function registerTexts(environment: CelEnvironment): void {
  registerNamespace(environment, 'strings', 'StringsNamespace');
  environment
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => charAt(text, Number(index)))
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.split(from).join(to))
    .registerFunction('string.replace(string, string, int): string', (text: string, ...[from, to, most]: [string, string, bigint]) =>
      replaceSome(text, { from, to, most: Number(most) }),
    )
    .registerFunction('StringsNamespace.quote(string): string', (_strings: unknown, text: string) => JSON.stringify(text))
    .registerFunction(`string.${MATCHES}(string): bool`, (text: string, pattern: string) => expressionOrThrow(pattern).test(text))
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => expressionOrThrow(pattern).findAll(text, 1)[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => findAll(text, pattern, -1))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, most: bigint) =>
      findAll(text, pattern, Number(most)),
    );
  registerConversions(environment);
}

function registerConversions(environment: CelEnvironment): void {
  environment
    .registerFunction('matches(string, string): bool', (text: string, pattern: string) => expressionOrThrow(pattern).test(text))
    .registerFunction('string(google.protobuf.Duration): string', (value: { toString(): string }) => value.toString())
    .registerFunction('string(google.protobuf.Timestamp): string', (value: Date) => value.toISOString().replace('.000Z', 'Z'))
    .registerFunction('string.format(list<dyn>): string', (text: string, values: readonly unknown[]) => format(text, values));
}

function charAt(text: string, index: number): string {
  const characters = [...text];
  if (index < 0 || index > characters.length) throw new Error(`index out of range: ${index}`);
  return characters[index] ?? '';
}

function replaceSome(text: string, { from, to, most }: { from: string; to: string; most: number }): string {
  if (most < 0) return text.split(from).join(to);
  const parts = text.split(from);
  return parts.reduce((done, part, index) => (index === 0 ? part : `${done}${index <= most ? to : from}${part}`), '');
}

/** The expression of a call. Throws the error of the real server for what is none. */
function expressionOrThrow(pattern: string): RegularExpression {
  const read = readExpression(pattern);
  if ('error' in read) throw new Error(read.error);
  return read.expression;
}

function findAll(text: string, pattern: string, most: number): readonly string[] {
  return expressionOrThrow(pattern).findAll(text, most);
}

/** `%s`, `%d`, `%f`, `%%`, `%x`, `%o`, `%b` and `%e`, with a precision. */
function format(text: string, values: readonly unknown[]): string {
  let index = 0;
  return text.replace(/%(?:\.(\d+))?([sdfexXob%])/g, (_all, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (index >= values.length) throw new Error(`index ${index} out of range`);
    return clause(values[index++], verb, precision === undefined ? 6 : Number(precision));
  });
}

function clause(value: unknown, verb: string, precision: number): string {
  if (verb === 'f') return Number(value).toFixed(precision);
  if (verb === 'e')
    return Number(value)
      .toExponential(precision)
      .replace(/e([+-])(\d)$/, 'e$10$2');
  const bases: Readonly<Record<string, number>> = { x: 16, X: 16, o: 8, b: 2 };
  const base = bases[verb];
  if (base !== undefined && typeof value === 'bigint') return verb === 'X' ? value.toString(base).toUpperCase() : value.toString(base);
  return shown(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownInside).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${shownInside(key)}:${shownInside(item)}`).join(', ')}}`;
  return value instanceof Date ? value.toISOString().replace('.000Z', 'Z') : String(value);
}

const shownInside = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : shown(value));
