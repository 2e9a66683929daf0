// The problems of an expression in the words, and at the places, of the compiler of kube-apiserver.

import type { CelEnvironment } from './environment.js';
import { MATCHES } from './linear-matches.js';

/** What the CEL library tells of a problem. */
interface Problem {
  readonly code?: string;
  readonly summary?: string;
  readonly message: string;
  readonly node?: Node;
}
interface Node {
  readonly pos?: number;
  readonly start?: number;
  readonly op?: string;
  readonly args?: unknown;
}

const OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'in']);

/** What an expression may begin with, as the grammar of the real compiler names it. */
const OPERANDS = "'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER";

/** The text of a compile error: what, where, and the line. */
export function compileErrorText(input: string, error: unknown, environment: CelEnvironment): string {
  const problem = error as Problem;
  return located(input, offsetOf(input, problem), wordsOf(problem, environment));
}

export function located(input: string, offset: number, words: string): string {
  const before = input.slice(0, offset).split('\n');
  const line = input.split('\n')[before.length - 1] ?? '';
  const column = before.at(-1)?.length ?? 0;
  return `ERROR: <input>:${before.length}:${column + 1}: ${words}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

function offsetOf(input: string, { node }: Problem): number {
  const start = node?.pos ?? node?.start ?? 0;
  const args: readonly unknown[] = Array.isArray(node?.args) ? node.args : [];
  if (node?.op === undefined) return Math.min(start, input.length);
  if (node.op === '.' || node.op === '.?') return Math.max(0, input.lastIndexOf('.', start));
  if (node.op === 'call') return Math.max(start, input.indexOf('(', start));
  if (node.op === 'rcall') return Math.max(start, input.indexOf('(', endOf(args[1], start)));
  if (OPERATORS.has(node.op)) return Math.max(start, input.indexOf(node.op, endOf(args[0], start)));
  return start;
}

function endOf(node: unknown, otherwise: number): number {
  const end = typeof node === 'object' && node !== null && 'end' in node ? node.end : undefined;
  return typeof end === 'number' ? end : otherwise;
}

function wordsOf(problem: Problem, environment: CelEnvironment): string {
  return wordsInside(problem, environment).replaceAll(MATCHES, 'matches');
}

function wordsInside({ code, summary, message, node }: Problem, environment: CelEnvironment): string {
  const text = summary ?? message;
  const args: readonly unknown[] = Array.isArray(node?.args) ? node.args : [];
  if (code === 'no_such_key') return `undefined field '${text.replace('No such key: ', '')}'`;
  if (code === 'unknown_variable') return undeclared(text.replace('Unknown variable: ', ''));
  if (code === 'cannot_index_type') return `type ${/'.*'/.exec(text)?.[0] ?? ''} does not support field selection`;
  if (code === 'no_such_overload') return overload(text.replace('no such overload: ', ''), node?.op ?? '');
  // A list or map literal holds values of one type.
  if (code?.startsWith('heterogeneous_') === true) return typeText(text.replace(/^.*?, /, ''));
  if (code === 'optional_expected') return typeText(text);
  if (code === 'no_matching_overload') return noOverload(text, typeof args[0] === 'string' ? args[0] : '', environment);
  if (text === 'Unexpected token: EOF') return `Syntax error: mismatched input '<EOF>' expecting {${OPERANDS}}`;
  return code === 'parse_error' || code?.startsWith('unexpected') === true ? `Syntax error: ${text}` : text;
}

function undeclared(name: string): string {
  return `undeclared reference to '${name}' (in container '')`;
}

/** `int + string` of the operator `+`. */
function overload(types: string, operator: string): string {
  const [left = '', right] = types.split(` ${operator} `);
  const name = operator === 'in' ? '@in' : `_${operator}_`;
  if (right !== undefined) return `found no matching overload for '${name}' applied to '(${typeText(left)}, ${typeText(right)})'`;
  const sign = operator.slice(0, 1);
  return `found no matching overload for '${sign}_' applied to '(${typeText(types.slice(sign.length))})'`;
}

/** `found no matching overload for 'TYPE.NAME(TYPES)'`. */
function noOverload(text: string, name: string, environment: CelEnvironment): string {
  const isKnown = environment.getDefinitions().functions.some((one) => one.name === name);
  if (!isKnown) return undeclared(name);
  const call = /^[^']*'(.*)'$/.exec(text)?.[1] ?? '';
  const at = call.indexOf(`${name}(`);
  const receiver = call.slice(0, Math.max(0, at));
  return `found no matching overload for '${name}' applied to '${typeText(receiver)}${typeText(call.slice(at + name.length))}'`;
}

/** `list<int>` is `list(int)` there. */
function typeText(type: string): string {
  return type.replaceAll('optional<', 'optional_type<').replaceAll('<', '(').replaceAll('>', ')');
}
