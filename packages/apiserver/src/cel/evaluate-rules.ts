// Evaluates the rules of a definition against one of its objects, with the causes of kube-apiserver.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired } from '../errors.js';
import { jsonTextOf } from '../exact-numbers.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, stringAt } from '../store/json-value.js';
import type { CompiledRule, Evaluated } from './compiled-rule.js';
import type { Correlation } from './correlation.js';
import { UNCORRELATED, atIndex, atKey, isUnchanged, oldItemOf } from './correlation.js';
import { optionalOf } from './library.js';
import type { RuleTree } from './rule-tree.js';

export interface RuleFindings {
  readonly errors: readonly FieldError[];
  /** What is wrong but was so before, and did not change. */
  readonly tolerated: readonly FieldError[];
}

interface Place {
  readonly path: string;
  readonly old: JsonValue | undefined;
  readonly correlation: Correlation;
  readonly budget: Budget;
}
interface Finding extends FieldError {
  readonly isTolerated: boolean;
}
/** What all rules of one object may still cost. */
interface Budget {
  left: number;
  /** Then no further rule is evaluated. */
  isOver: boolean;
}

const LONGEST_MESSAGE = 5 * 1024;
/** Units that all rules of one object may cost. */
const MOST_OF_AN_OBJECT = 10_000_000;
const OUT_OF_BUDGET = 'running out of cost budget, no further validation rules will be run';

export function evaluateRules(tree: RuleTree, value: JsonValue, old?: JsonValue): RuleFindings {
  const current = old === undefined ? undefined : { value, old, schema: tree.schema };
  const budget = { left: MOST_OF_AN_OBJECT, isOver: false };
  const findings = visit(tree, value, { path: '', old, correlation: current === undefined ? UNCORRELATED : { current }, budget });
  const bare = ({ reason, field, message }: Finding): FieldError => ({ reason, field, message });
  return {
    errors: findings.filter(({ isTolerated }) => !isTolerated).map(bare),
    tolerated: findings.filter(({ isTolerated }) => isTolerated).map(bare),
  };
}

function visit(tree: RuleTree, value: JsonValue, place: Place): readonly Finding[] {
  if (value === null || place.budget.isOver) return [];
  const here = tree.rules.length === 0 ? [] : evaluateHere(tree, value, place);
  if (isArray(value)) return [...here, ...visitItems(tree, value, place)];
  return isObject(value) ? [...here, ...visitFields(tree, value, place)] : here;
}

function visitItems(
  { items, schema }: RuleTree,
  list: readonly JsonValue[],
  { path, old, correlation, budget }: Place,
): readonly Finding[] {
  if (items === undefined) return [];
  return list.flatMap((item, index) =>
    visit(items, item, {
      path: `${path}[${index}]`,
      old: oldItemOf(item, old, schema),
      correlation: atIndex(correlation, item, items.schema),
      budget,
    }),
  );
}

function visitFields(
  { properties, additional }: RuleTree,
  object: JsonObject,
  { path, old, correlation, budget }: Place,
): readonly Finding[] {
  return Object.keys(object).flatMap((key) => {
    const named = properties.get(key);
    const tree = named ?? additional;
    if (tree === undefined) return [];
    const below = named === undefined ? `${path}[${key}]` : childPath(path, key);
    const was = isObject(old) ? own(old, key) : undefined;
    return visit(tree, own(object, key) ?? null, { path: below, old: was, correlation: atKey(correlation, key, tree.schema), budget });
  });
}

const childPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function evaluateHere(tree: RuleTree, value: JsonValue, place: Place): readonly Finding[] {
  const { budget } = place;
  const type = stringAt(tree.schema, 'type');
  if (budget.left <= 0) return [endOf(budget, place, { type, why: `validation failed due to ${OUT_OF_BUDGET}` })];
  const old = place.old === null ? undefined : place.old;
  const self = tree.self?.convert(value);
  const oldSelf = old === undefined ? undefined : tree.self?.convert(old);
  return tree.rules.flatMap((rule) => {
    if (budget.isOver) return [];
    if (rule.error !== undefined) return [uncompiled(rule.error, tree.schema, place)];
    if (rule.program === undefined || (rule.usesOldSelf && old === undefined && !rule.isOptional)) return [];
    const variables = { self, ...(rule.usesOldSelf ? { oldSelf: rule.isOptional ? optionalOf(oldSelf) : oldSelf } : {}) };
    return evaluateRule(rule, { value, variables, place, type });
  });
}

/** The finding after which no rule is evaluated any more. */
function endOf(budget: Budget, { path }: Place, { type, why }: { readonly type: string; readonly why: string }): Finding {
  budget.isOver = true;
  return { ...fieldInvalid(path === '' ? '<nil>' : path, JSON.stringify(type), why), isTolerated: false };
}

/** Only defaults in a definition meet such rules: with them the definition is refused. */
function uncompiled(error: string, schema: JsonObject, { path }: Place): Finding {
  const why = `rule compile error: ${error}`;
  return { ...fieldInvalid(path === '' ? '<nil>' : path, JSON.stringify(stringAt(schema, 'type')), why), isTolerated: false };
}

interface Evaluation {
  readonly value: JsonValue;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly type: string;
}

function evaluateRule(rule: CompiledRule, evaluation: Evaluation): readonly Finding[] {
  const { place, variables, type } = evaluation;
  const { budget } = place;
  const evaluated = rule.program?.(variables);
  if (evaluated === undefined) return [];
  if (evaluated.cost > budget.left) return [endOf(budget, place, { type, why: `validation failed due to ${OUT_OF_BUDGET}` })];
  budget.left -= evaluated.cost;
  if ('error' in evaluated) return [failure(rule, evaluation, evaluated)];
  if (evaluated.value === true) return [];
  const field = rule.fieldPath === '' ? place.path : childPath(place.path, rule.fieldPath);
  const isTolerated = !rule.usesOldSelf && isUnchanged(place.correlation);
  return [{ ...refusal(rule, { ...evaluation, field: field === '' ? '<nil>' : field }), isTolerated }];
}

/** A rule whose evaluation went wrong. */
function failure({ rule }: CompiledRule, { place, type }: Evaluation, { error, isTooCostly }: Evaluated): Finding {
  const [why, text] = [failureText(error), ruleText(rule)];
  if (isTooCostly) {
    const ended = `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`;
    return endOf(place.budget, place, { type, why: ended });
  }
  const told =
    why === 'no such overload'
      ? `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`
      : `${why} evaluating rule: ${text}`;
  return { ...fieldInvalid(place.path === '' ? '<nil>' : place.path, JSON.stringify(type), told), isTolerated: false };
}

function refusal(rule: CompiledRule, evaluation: Evaluation & { readonly field: string }): FieldError {
  const { value, field, place, type } = evaluation;
  const message = messageOf(rule, evaluation);
  if (place.budget.isOver) return fieldInvalid(field, JSON.stringify(type), message ?? '');
  const detail = message ?? usualMessage(rule.rule);
  const shown = typeof value === 'object' ? '' : `: ${jsonTextOf(value)}`;
  const reason = stringAt(rule.rule, 'reason');
  if (reason === 'FieldValueForbidden') return fieldForbidden(field, detail);
  if (reason === 'FieldValueRequired') return fieldRequired(field, detail);
  if (reason === 'FieldValueDuplicate') return { reason, field, message: `Duplicate value${shown}` };
  return { reason: 'FieldValueInvalid', field, message: `Invalid value${shown}: ${detail}` };
}

/** Undefined where the expression says nothing that can be told. When it costs too much, no rule is evaluated any more, and this says so. */
function messageOf({ rule, message }: CompiledRule, { variables, place: { budget } }: Evaluation): string | undefined {
  const evaluated = message?.(variables);
  if (evaluated === undefined) return undefined;
  const { cost, isTooCostly, value } = evaluated;
  budget.isOver = cost > budget.left || isTooCostly;
  if (cost > budget.left) return `messageExpression evaluation failed due to ${OUT_OF_BUDGET}`;
  budget.left -= cost;
  if (isTooCostly) {
    const text = JSON.stringify(stringAt(rule, 'messageExpression'));
    return `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${text}`;
  }
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' || trimmed.includes('\n') || Buffer.byteLength(trimmed) > LONGEST_MESSAGE ? undefined : trimmed;
}

function usualMessage(rule: JsonObject): string {
  return stringAt(rule, 'message') === '' ? `failed rule: ${ruleText(rule)}` : ruleText(rule);
}

/** How a rule is named in a refusal. */
function ruleText(rule: JsonObject): string {
  return (stringAt(rule, 'message') || stringAt(rule, 'rule')).trim();
}

/** What the CEL library calls otherwise. */
function failureText(error: unknown): string {
  const { code, summary, message } = error as { readonly code?: string; readonly summary?: string; readonly message: string };
  const text = summary ?? message;
  if (code === 'no_such_key') return text.replace('No such key', 'no such key');
  if (code === 'index_out_of_bounds') return `index out of bounds: ${/index (-?\d+)/.exec(text)?.[1] ?? ''}`;
  if (code === 'modulo_by_zero') return 'modulus by zero';
  if (code === 'numeric_overflow') return 'integer overflow';
  if (code === 'no_such_overload' || code === 'no_matching_overload') return 'no such overload';
  if (code === 'optional_value_missing') return 'optional.none() dereference';
  return text;
}
