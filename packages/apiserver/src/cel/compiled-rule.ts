import type { JsonObject } from '../store/json-value.js';
import { own, stringAt } from '../store/json-value.js';
import { readExpression } from '../regular-expression.js';
import { meterExpression } from './actual-cost.js';
import { compileErrorText, located } from './compile-error.js';
import { costOf } from './cost-estimate.js';
import { CostMeter } from './cost-meter.js';
import type { DeclaredType } from './declared-type.js';
import { normalizedPath } from './field-path.js';
import type { CelEnvironment } from './environment.js';
import { allowMixedFormats } from './format-arguments.js';
import { useLinearMatches } from './linear-matches.js';
import { restoreOptionalItems, withReadableItems } from './optional-items.js';
import type { CelNode } from './syntax-tree.js';
import { visitNodes } from './syntax-tree.js';
import type { ValueSize } from './value-size.js';

/** Evaluates an expression. */
export type Program = (variables: Readonly<Record<string, unknown>>) => Evaluated;

/** What an expression gave, and what it has cost. */
export interface Evaluated {
  readonly cost: number;
  /** Whatever was thrown: then there is no value. */
  readonly error?: unknown;
  /** Whether it was ended because it cost too much. */
  readonly isTooCostly: boolean;
  readonly value?: unknown;
}

/** A rule that can be evaluated, or why not. */
export interface CompiledRule {
  readonly rule: JsonObject;
  readonly usesOldSelf: boolean;
  readonly isOptional: boolean;
  readonly program?: Program;
  readonly error?: string;
  readonly message?: Program;
  readonly messageError?: string;
  /** At most, for one value. */
  readonly cost?: number;
  readonly messageCost?: number;
  /** Where a failure is told, below the place of the rule; empty: there. */
  readonly fieldPath: string;
}

type ParsedExpression = ReturnType<CelEnvironment['parse']>;

interface RuleContext {
  readonly environment: CelEnvironment;
  readonly self: DeclaredType;
  /** How large `self` may be. */
  readonly size: ValueSize | undefined;
}

/** Compiles one rule of a schema, in an environment that knows the types of `self`. */
export function compileRule(rule: JsonObject, schema: JsonObject, of: RuleContext): CompiledRule {
  const text = stringAt(rule, 'rule');
  const isOptional = own(rule, 'optionalOldSelf') === true;
  const fieldPath = normalizedPath(stringAt(rule, 'fieldPath'), schema) ?? '';
  const base = { rule, isOptional, fieldPath, usesOldSelf: mentionsOldSelf(text) };
  if (text.trim() === '') return { ...base, usesOldSelf: false };
  const environment = of.environment
    .clone()
    .registerVariable('self', of.self.name)
    .registerVariable('oldSelf', isOptional ? `optional<${of.self.name}>` : of.self.name);
  const compiled = compile(text, environment, of.size);
  if ('error' in compiled) return { ...base, usesOldSelf: false, error: `compilation failed: ${compiled.error}` };
  if (compiled.type !== 'bool') return { ...base, usesOldSelf: false, error: 'cel expression must evaluate to a bool' };
  const { program, cost } = compiled;
  const messageText = stringAt(rule, 'messageExpression');
  if (messageText === '') return { ...base, program, cost };
  const message = compile(messageText, environment, of.size);
  if ('error' in message) return { ...base, program, cost, messageError: `messageExpression compilation failed: ${message.error}` };
  if (message.type !== 'string') return { ...base, program, cost, messageError: 'messageExpression must evaluate to a string' };
  return { ...base, program, cost, message: message.program, messageCost: message.cost };
}

function compile(
  text: string,
  environment: CelEnvironment,
  size: ValueSize | undefined,
): { readonly program: Program; readonly type: string; readonly cost: number } | { readonly error: string } {
  try {
    const readable = withReadableItems(text);
    const parsed = environment.parse(readable.text);
    restoreOptionalItems(parsed.ast, readable.marks);
    useLinearMatches(parsed.ast);
    allowMixedFormats(parsed.ast);
    const foreign = foreignNamespace(text, parsed.ast);
    if (foreign !== undefined) return { error: foreign };
    const checked = parsed.check();
    if (!checked.valid) return { error: compileErrorText(text, checked.error, environment) };
    const wrong = unknownPresence(text, environment) ?? wrongPattern(text);
    if (wrong !== undefined) return { error: wrong };
    const cost = size === undefined ? 0 : costOf(parsed.ast, size);
    return { program: meteredProgram(parsed), type: checked.type ?? '', cost };
  } catch (error) {
    return { error: compileErrorText(text, error, environment) };
  }
}

/** The same program cannot be evaluated inside itself: one meter is enough. */
function meteredProgram(parsed: ParsedExpression): Program {
  const meter = new CostMeter();
  meterExpression(parsed.ast, meter);
  return (variables) => {
    meter.reset();
    try {
      const value: unknown = parsed(variables);
      return { ...spent(meter), value };
    } catch (error) {
      return { error, ...spent(meter) };
    }
  };
}

function spent({ spent: cost, error }: CostMeter): Evaluated {
  return error === undefined ? { cost, isTooCostly: false } : { cost, isTooCostly: true, error };
}

const mentionsOldSelf = (text: string): boolean => /(?<![.\w])oldSelf\b/.test(text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""'));

/** `cel.bind` is no part of Kubernetes, but of the library. */
function foreignNamespace(text: string, tree: CelNode): string | undefined {
  let found: string | undefined;
  visitNodes(tree, (node) => {
    if (node.op === 'id' && node.args === 'cel')
      found ??= located(text, text.search(/\bcel\b/), "undeclared reference to 'cel' (in container '')");
  });
  return found;
}

/** `has` of a field that no schema knows: the library lets it be. */
function unknownPresence(text: string, environment: CelEnvironment): string | undefined {
  for (const match of text.matchAll(/\bhas\(\s*(self(?:\.\w+)+)\s*\)/g)) {
    const [whole, selected = ''] = match;
    const checked = environment.check(selected);
    if (checked.valid || !(checked.error instanceof Error) || !('code' in checked.error) || checked.error.code !== 'no_such_key') continue;
    const field = selected.slice(selected.lastIndexOf('.') + 1);
    return located(text, match.index + whole.indexOf('('), `undefined field '${field}'`);
  }
  return undefined;
}

/** A literal that is no regular expression. */
function wrongPattern(text: string): string | undefined {
  for (const match of text.matchAll(/\.matches\(\s*(r?)("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/g)) {
    const [whole, raw = '', literal = ''] = match;
    const inside = literal.slice(1, -1);
    const pattern = raw === '' ? inside.replaceAll('\\\\', '\\') : inside;
    if ('error' in readExpression(pattern))
      return located(text, match.index + whole.length - literal.length - raw.length, 'invalid matches argument');
  }
  return undefined;
}
