// Regular expressions as kube-apiserver reads them: RE2, which knows no lookahead and no backreferences, and takes a time that is linear in
// the text. JavaScript's own may take for ever, and whoever may define kinds would choose them.

import { createRequire } from 'node:module';
import type * as Re2 from 're2js';
import { RecentMap } from './recent-map.js';

export interface RegularExpression {
  /** Whether some part of the text matches. */
  test(text: string): boolean;
  /** The parts that match, from left to right, at most so many of them; all for a negative number. */
  findAll(text: string, most: number): readonly string[];
}

/** An expression, or why it is none in the words of Go. */
export type ReadExpression = { readonly expression: RegularExpression } | { readonly error: string };

/** Expressions that were read last: rules and patterns name the same ones again and again, but may also make them from what objects say. */
const RECENT = 500;
const recent = new RecentMap<string, ReadExpression>(RECENT);

/** Loaded with the first expression; nobody else pays for it. */
let library: typeof Re2 | undefined;
const re2 = (): typeof Re2 => (library ??= createRequire(import.meta.url)('re2js') as typeof Re2);

/** Reads an expression. */
export function readExpression(pattern: string): ReadExpression {
  const known = recent.get(pattern);
  if (known !== undefined) return known;
  const read = compile(pattern);
  recent.set(pattern, read);
  return read;
}

function compile(pattern: string): ReadExpression {
  try {
    const compiled = re2().RE2JS.compile(pattern);
    return { expression: { test: (text) => compiled.test(text), findAll: (text, most) => findAll(compiled, text, most) } };
  } catch (error) {
    if (!(error instanceof re2().RE2JSException)) throw error;
    if (error.message.includes('duplicate capture group name')) return compile(withoutGroupNames(pattern));
    return { error: error.message.endsWith(TRAILING) ? `${error.message}: \`\`` : error.message };
  }
}

const TRAILING = 'trailing backslash at end of expression';

/** Nobody asks for groups here, and Go lets two of them have one name. */
function withoutGroupNames(pattern: string): string {
  return pattern.replace(/\(\?P?<[A-Za-z_]\w*>/g, '(');
}

function findAll(compiled: Re2.RE2JS, text: string, most: number): readonly string[] {
  const matcher = compiled.matcher(text);
  const found: string[] = [];
  while (found.length !== most && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}
