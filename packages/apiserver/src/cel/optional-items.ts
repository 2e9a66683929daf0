// The optional items of literals, `[?a]` and `{?k: v}`, which are left out where they are absent. The CEL library cannot read them: it reads
// a negation in their place, as long as the question mark, and that is taken back before anything is checked.

import type { Checker, Evaluator, Scope } from './macro.js';
import type { OptionalValue } from './optional-value.js';
import { isOptional } from './optional-value.js';
import type { CelNode } from './syntax-tree.js';
import { isNode, visitNodes } from './syntax-tree.js';

/** An expression that the library can read, and where something optional is in it. */
export interface ReadableText {
  readonly text: string;
  readonly marks: ReadonlySet<number>;
}

const PRESENT_IF_ANY = '?';
const TOKEN = /[rRbB]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\/[^\n]*|\w+|\s+|[^]/g;
/** After these a bracket is an index, not a list. */
const ENDS_OPERAND = /[\w)\]}"']$/;

/** Puts a negation in the place of each question mark that begins an item. */
export function withReadableItems(text: string): ReadableText {
  if (!text.includes('?')) return { text, marks: new Set() };
  const marks = new Set<number>();
  const around: string[] = [];
  let before = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (/^\s|^\/\//.test(token)) continue;
    if (token === '?' && (before === '[' || before === '{' || before === ',') && isLiteral(around.at(-1))) marks.add(index);
    if (token === '(' || token === '{') around.push(token);
    if (token === '[') around.push(ENDS_OPERAND.test(before) && before !== 'in' ? 'index' : '[');
    if (token === ')' || token === ']' || token === '}') around.pop();
    before = token;
  }
  return { text: [...text.matchAll(/[^]/g)].map(({ 0: character, index }) => (marks.has(index) ? '!' : character)).join(''), marks };
}

const isLiteral = (bracket: string | undefined): boolean => bracket === '[' || bracket === '{';

/** A node of the CEL library whose meaning can be set before it is checked. */
interface OpenNode extends CelNode {
  readonly pos: number;
  readonly meta: { readonly evaluate: Evaluate };
  clone(operator: { name: string; check: Check; evaluate: Evaluate }, args: unknown): OpenNode;
  setMeta(key: 'check', check: Check): unknown;
  setMeta(key: 'evaluate', evaluate: Evaluate): unknown;
}
type Check = (checker: TypeChecker, node: CelNode, scope: Scope) => unknown;
type Evaluate = (evaluator: Evaluator, node: CelNode, scope: Scope) => unknown;
interface TypeChecker extends Checker {
  createError(code: string, message: string, node: unknown): Error;
}

/** What was evaluated for an optional item. */
class Item {
  readonly optional: OptionalValue;

  constructor(optional: OptionalValue) {
    this.optional = optional;
  }
}

/** Makes optional items of the negations at these places. */
export function restoreOptionalItems(tree: CelNode, marks: ReadonlySet<number>): void {
  if (marks.size === 0) return;
  visitNodes(tree, (node) => {
    const literal = node as OpenNode;
    if ((node.op !== 'list' && node.op !== 'map') || !Array.isArray(node.args)) return;
    const items: unknown[] = node.args;
    if (node.op === 'list') restoreItems(items, marks);
    else items.forEach((entry) => restoreEntry(entry, marks));
    const { evaluate } = literal.meta;
    literal.setMeta('check', checkLiteral);
    literal.setMeta('evaluate', (evaluator, self, scope) => withoutAbsent(evaluate(evaluator, self, scope)));
  });
}

function restoreItems(items: unknown[], marks: ReadonlySet<number>): void {
  for (const [index, item] of items.entries()) if (isMarked(item, marks)) items[index] = optionalItem(item.args as OpenNode);
}

function restoreEntry(entry: unknown, marks: ReadonlySet<number>): void {
  if (!Array.isArray(entry) || !isMarked(entry[0], marks)) return;
  entry[0] = entry[0].args;
  entry[1] = optionalItem(entry[1] as OpenNode);
}

function isMarked(node: unknown, marks: ReadonlySet<number>): node is OpenNode {
  return isNode(node) && node.op === '!_' && marks.has((node as OpenNode).pos);
}

function optionalItem(node: OpenNode): OpenNode {
  return node.clone({ name: PRESENT_IF_ANY, check: checkItem, evaluate: evaluateItem }, node);
}

/** A literal holds values of one type; of a value that is never there none is known. */
function checkLiteral(checker: TypeChecker, { op, args }: CelNode, scope: Scope): unknown {
  const items = Array.isArray(args) ? (args as readonly unknown[]) : [];
  if (op === 'list') return checker.getType(`list<${commonType(checker, items, scope) ?? 'T'}>`);
  const entries = items as readonly (readonly [unknown, unknown])[];
  const typeAt = (index: 0 | 1): string | undefined =>
    commonType(
      checker,
      entries.map((entry) => entry[index]),
      scope,
    );
  return checker.getType(`map<${typeAt(0) ?? 'K'}, ${typeAt(1) ?? 'V'}>`);
}

function commonType(checker: TypeChecker, items: readonly unknown[], scope: Scope): string | undefined {
  let common: string | undefined;
  for (const item of items) {
    const { kind, name } = checker.check(item, scope);
    if (kind === 'param' || name === common) continue;
    const place = isNode(item) && item.op === PRESENT_IF_ANY ? item.args : item;
    if (common !== undefined)
      throw checker.createError('heterogeneous_list_element', `one type, expected type '${common}' but found '${name}'`, place);
    common = name;
  }
  return common;
}

function checkItem(checker: TypeChecker, { args }: CelNode, scope: Scope): unknown {
  const type = checker.check(args, scope);
  if (type.kind === 'optional' && type.valueType !== undefined) return type.valueType;
  if (type.kind === 'dyn') return type;
  throw checker.createError('optional_expected', `expected type 'optional_type(${type.name})' but found '${type.name}'`, args);
}

function evaluateItem(evaluator: Evaluator, { args }: CelNode, scope: Scope): Item {
  const found = evaluator.run(args, scope);
  if (isOptional(found)) return new Item(found);
  throw new Error(`cannot initialize optional list element from non-optional value ${String(found)}`);
}

function withoutAbsent(literal: unknown): unknown {
  const isThere = (item: unknown): boolean => !(item instanceof Item) || item.optional.hasValue();
  const valueOf = (item: unknown): unknown => (item instanceof Item ? item.optional.value() : item);
  if (Array.isArray(literal)) return literal.filter(isThere).map(valueOf);
  const entries = Object.entries(literal as object).filter(([, item]) => isThere(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, valueOf(item)]));
}
