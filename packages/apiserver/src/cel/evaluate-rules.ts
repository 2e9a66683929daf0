// Evaluates the rules of a definition against one of its objects, with the causes of kube-apiserver.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired } from '../errors.js';
import { jsonTextOf } from '../exact-numbers.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, stringAt } from '../store/json-value.js';
import type { CompiledRule } from './compiled-rule.js';
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
}
interface Finding extends FieldError {
  readonly isTolerated: boolean;
}

const LONGEST_MESSAGE = 5 * 1024;

export function evaluateRules(tree: RuleTree, value: JsonValue, old?: JsonValue): RuleFindings {
  const current = old === undefined ? undefined : { value, old, schema: tree.schema };
  const findings = visit(tree, value, { path: '', old, correlation: current === undefined ? UNCORRELATED : { current } });
  const bare = ({ reason, field, message }: Finding): FieldError => ({ reason, field, message });
  return {
    errors: findings.filter(({ isTolerated }) => !isTolerated).map(bare),
    tolerated: findings.filter(({ isTolerated }) => isTolerated).map(bare),
  };
}

function visit(tree: RuleTree, value: JsonValue, place: Place): readonly Finding[] {
  if (value === null) return [];
  const here = tree.rules.length === 0 ? [] : evaluateHere(tree, value, place);
  if (isArray(value)) return [...here, ...visitItems(tree, value, place)];
  return isObject(value) ? [...here, ...visitFields(tree, value, place)] : here;
}

function visitItems({ items, schema }: RuleTree, list: readonly JsonValue[], { path, old, correlation }: Place): readonly Finding[] {
  if (items === undefined) return [];
  return list.flatMap((item, index) =>
    visit(items, item, {
      path: `${path}[${index}]`,
      old: oldItemOf(item, old, schema),
      correlation: atIndex(correlation, item, items.schema),
    }),
  );
}

function visitFields({ properties, additional }: RuleTree, object: JsonObject, { path, old, correlation }: Place): readonly Finding[] {
  return Object.keys(object).flatMap((key) => {
    const named = properties.get(key);
    const tree = named ?? additional;
    if (tree === undefined) return [];
    const below = named === undefined ? `${path}[${key}]` : childPath(path, key);
    const was = isObject(old) ? own(old, key) : undefined;
    return visit(tree, own(object, key) ?? null, { path: below, old: was, correlation: atKey(correlation, key, tree.schema) });
  });
}

const childPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function evaluateHere(tree: RuleTree, value: JsonValue, place: Place): readonly Finding[] {
  const old = place.old === null ? undefined : place.old;
  const self = tree.self?.convert(value);
  const oldSelf = old === undefined ? undefined : tree.self?.convert(old);
  return tree.rules.flatMap((rule) => {
    if (rule.error !== undefined) return [uncompiled(rule.error, tree.schema, place)];
    if (rule.program === undefined || (rule.usesOldSelf && old === undefined && !rule.isOptional)) return [];
    const variables = { self, ...(rule.usesOldSelf ? { oldSelf: rule.isOptional ? optionalOf(oldSelf) : oldSelf } : {}) };
    return evaluateRule(rule, { value, variables, place, type: stringAt(tree.schema, 'type') });
  });
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
  try {
    if (rule.program?.(variables) === true) return [];
  } catch (error) {
    const why = failureText(error);
    const text = ruleText(rule.rule);
    const isOverload = why === 'no such overload';
    const told = isOverload
      ? `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`
      : `${why} evaluating rule: ${text}`;
    return [{ ...fieldInvalid(place.path === '' ? '<nil>' : place.path, JSON.stringify(type), told), isTolerated: false }];
  }
  const field = rule.fieldPath === '' ? place.path : childPath(place.path, rule.fieldPath);
  const isTolerated = !rule.usesOldSelf && isUnchanged(place.correlation);
  return [{ ...refusal(rule, { ...evaluation, field: field === '' ? '<nil>' : field }), isTolerated }];
}

function refusal(rule: CompiledRule, { value, variables, field }: Evaluation & { readonly field: string }): FieldError {
  const detail = messageOf(rule, variables) ?? usualMessage(rule.rule);
  const shown = typeof value === 'object' ? '' : `: ${jsonTextOf(value)}`;
  const reason = stringAt(rule.rule, 'reason');
  if (reason === 'FieldValueForbidden') return fieldForbidden(field, detail);
  if (reason === 'FieldValueRequired') return fieldRequired(field, detail);
  if (reason === 'FieldValueDuplicate') return { reason, field, message: `Duplicate value${shown}` };
  return { reason: 'FieldValueInvalid', field, message: `Invalid value${shown}: ${detail}` };
}

/** Undefined where the expression says nothing that can be told. */
function messageOf({ message }: CompiledRule, variables: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const text = message?.(variables);
    const trimmed = typeof text === 'string' ? text.trim() : '';
    return trimmed === '' || trimmed.includes('\n') || Buffer.byteLength(trimmed) > LONGEST_MESSAGE ? undefined : trimmed;
  } catch {
    return undefined;
  }
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
