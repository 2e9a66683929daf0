import { InvalidConfigError } from '../errors.js';
import { valueText } from '../model/value-text.js';

/**
 * Comma-separated globs (`*`, `?`, `[...]`), a leading `!` negates. The first glob is decisive, later ones exclude and re-include;
 * a leading negation has `*` before it (spec D-23..D-25).
 */
export function matchesNamespace(pattern: string, namespace: string): boolean {
  const globs = globsOf(pattern);
  const first = globs[0];
  if (first === undefined) return false;
  let matched = first.startsWith('!') || globMatches(first, namespace);
  if (!matched) return false;
  for (const glob of globs) {
    if (glob.startsWith('!')) matched = matched && !globMatches(glob.slice(1).trim(), namespace);
    else if (globMatches(glob, namespace)) matched = true;
  }
  return matched;
}

/** A pattern that is just a name needs no list of namespaces (spec D-28). */
export function isExactNamespace(pattern: string): boolean {
  return !/[,*?![\]]/.test(pattern);
}

/** @throws InvalidConfigError for an empty pattern. */
export function checkNamespacePattern(pattern: string): string {
  if (typeof pattern === 'string' && globsOf(pattern).length > 0) return pattern.trim();
  throw new InvalidConfigError(`'namespaces' holds ${valueText(pattern)}, which names no namespace.`, {
    remedy: "Give names or globs, for example 'default' or 'team-*'.",
  });
}

function globsOf(pattern: string): string[] {
  return pattern
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '');
}

// Namespaces are short (63 characters), so a simple matcher with backtracking over one star at a time is bounded.
function globMatches(glob: string, name: string): boolean {
  let g = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const step = g < glob.length && glob[g] !== '*' ? matchOne(glob, g, name[n] ?? '') : 0;
    if (step > 0) {
      g += step;
      n += 1;
    } else if (glob[g] === '*') {
      star = g;
      mark = n;
      g += 1;
    } else if (star >= 0) {
      g = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}

/** How many characters of the glob matched this one character; 0 if it does not match. */
function matchOne(glob: string, at: number, char: string): number {
  if (glob[at] === '?') return 1;
  const close = glob[at] === '[' ? glob.indexOf(']', at + 2) : -1;
  if (close < 0) return glob[at] === char ? 1 : 0;
  const body = glob.slice(at + 1, close);
  const negated = body.startsWith('!') || body.startsWith('^');
  return inClass(negated ? body.slice(1) : body, char) === negated ? 0 : close - at + 1;
}

function inClass(body: string, char: string): boolean {
  for (let i = 0; i < body.length; i += 1) {
    const low = body[i] ?? '';
    const isRange = body[i + 1] === '-' && i + 2 < body.length;
    const high = isRange ? (body[i + 2] ?? low) : low;
    if (char >= low && char <= high) return true;
    if (isRange) i += 2;
  }
  return false;
}
