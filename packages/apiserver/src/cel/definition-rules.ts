// Whether the rules in the schema of a definition make sense, in the words of kube-apiserver.

import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import type { CompiledRule } from './compiled-rule.js';
import { normalizedPath } from './field-path.js';
import { hasRules } from './library.js';
import { RuleCosts, occurrencesBelow } from './rule-cost.js';
import { compileRules, isEmbedded } from './rule-tree.js';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

interface SchemaPlace {
  readonly at: string;
  readonly isRoot: boolean;
  /** How many of its values one object may have. */
  readonly occurrences: number;
  /** Of all rules that were looked at. */
  readonly costs: RuleCosts;
  /** The schema around whose parts have no old values; undefined: all have. */
  readonly uncorrelated?: string | undefined;
}
interface RuleErrors {
  /** Of the form; where there are any, no rule around them is compiled. */
  readonly ofForm: readonly FieldError[];
  readonly ofRules: readonly FieldError[];
}

/** The errors of all rules in a schema. */
export function definitionRuleErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const costs = new RuleCosts();
  const { ofForm, ofRules } = visit(schema, { at, isRoot: true, occurrences: 1, costs });
  return [...ofForm, ...ofRules, ...costs.together(at)];
}

function visit(schema: JsonObject, place: SchemaPlace): RuleErrors {
  if (!hasRules(schema)) return { ofForm: [], ofRules: [] };
  const below = childrenOf(schema, place).map(({ child, ...at }) => visit(child, at));
  const rules = arrayAt(schema, 'x-kubernetes-validations').filter(isObject);
  const ofForm = [
    ...below.flatMap((one) => one.ofForm),
    ...rules.flatMap((rule, index) => formErrors(rule, schema, `${place.at}.x-kubernetes-validations[${index}]`)),
  ];
  const ofRules = below.flatMap((one) => one.ofRules);
  if (ofForm.length > 0 || rules.length === 0) return { ofForm, ofRules };
  const compiled = compileRules(schema, place.isRoot).rules;
  const mine = compiled.flatMap((rule, index) => {
    const at = `${place.at}.x-kubernetes-validations[${index}]`;
    return [...place.costs.of(rule, at, { ...place, schema }), ...compiledErrors(rule, at, place)];
  });
  return { ofForm, ofRules: [...ofRules, ...mine] };
}

function childrenOf(
  schema: JsonObject,
  { at, uncorrelated, occurrences, costs }: SchemaPlace,
): readonly (SchemaPlace & { readonly child: JsonObject })[] {
  const inside = { occurrences: occurrencesBelow(schema, occurrences), costs };
  const fields = Object.entries(objectAt(schema, 'properties')).flatMap(([key, child]) =>
    isObject(child) ? [{ child, at: `${at}.properties[${key}]`, isRoot: isEmbedded(child), uncorrelated, ...inside }] : [],
  );
  const [items, additional] = [own(schema, 'items'), own(schema, 'additionalProperties')];
  const isMap = own(schema, 'x-kubernetes-list-type') === 'map';
  return [
    ...fields,
    ...(isObject(items)
      ? [{ child: items, at: `${at}.items`, isRoot: isEmbedded(items), uncorrelated: uncorrelated ?? (isMap ? undefined : at), ...inside }]
      : []),
    ...(isObject(additional)
      ? [{ child: additional, at: `${at}.additionalProperties`, isRoot: isEmbedded(additional), uncorrelated, ...inside }]
      : []),
  ];
}

function formErrors(rule: JsonObject, schema: JsonObject, at: string): readonly FieldError[] {
  const [expression, reason] = [stringAt(rule, 'messageExpression'), own(rule, 'reason')];
  return [
    ...textErrors(rule, at),
    ...(expression !== '' && expression.trim() === ''
      ? [fieldRequired(`${at}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : []),
    ...(typeof reason === 'string' && !REASONS.includes(reason) ? [fieldUnsupported(`${at}.reason`, JSON.stringify(reason), REASONS)] : []),
    ...pathErrors(stringAt(rule, 'fieldPath'), schema, `${at}.fieldPath`),
  ];
}

function textErrors(rule: JsonObject, at: string): readonly FieldError[] {
  const [text, message] = [stringAt(rule, 'rule').trim(), stringAt(rule, 'message')];
  if (text === '') return [fieldRequired(`${at}.rule`, 'rule is not specified')];
  if (message !== '' && message.trim() === '')
    return [fieldInvalid(`${at}.message`, JSON.stringify(message), 'must be non-empty if specified')];
  if (message.trim().includes('\n')) return [fieldInvalid(`${at}.message`, JSON.stringify(message), 'must not contain line breaks')];
  if (text.includes('\n') && message === '')
    return [fieldRequired(`${at}.message`, 'message must be specified if rule contains line breaks')];
  return [];
}

function pathErrors(path: string, schema: JsonObject, at: string): readonly FieldError[] {
  if (path === '') return [];
  const shown = JSON.stringify(path);
  return [
    ...(path.trim() === '' ? [fieldInvalid(at, shown, 'must be non-empty if specified')] : []),
    ...(path.includes('\n') ? [fieldInvalid(at, shown, 'must not contain line breaks')] : []),
    ...(normalizedPath(path, schema) === undefined ? [fieldInvalid(at, shown, 'must be a valid path')] : []),
  ];
}

function compiledErrors(compiled: CompiledRule, at: string, { uncorrelated }: SchemaPlace): readonly FieldError[] {
  const { rule, error, messageError, usesOldSelf } = compiled;
  const optional = own(rule, 'optionalOldSelf');
  const errors: FieldError[] = [];
  if (error !== undefined) errors.push(fieldInvalid(`${at}.rule`, shownRule(rule), error));
  if (messageError !== undefined) errors.push(fieldInvalid(`${at}.messageExpression`, shownRule(rule), messageError));
  if (usesOldSelf && uncorrelated !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    errors.push(fieldInvalid(`${at}.rule`, JSON.stringify(stringAt(rule, 'rule')), why));
  }
  if (!usesOldSelf && typeof optional === 'boolean')
    errors.push(fieldInvalid(`${at}.optionalOldSelf`, String(optional), 'may not be set if oldSelf is not used in rule'));
  return errors;
}

/** The real server shows its internal form of a rule, as Go writes JSON. */
function shownRule(rule: JsonObject): string {
  const internal = {
    Rule: stringAt(rule, 'rule'),
    Message: stringAt(rule, 'message'),
    MessageExpression: stringAt(rule, 'messageExpression'),
    Reason: own(rule, 'reason') ?? null,
    FieldPath: stringAt(rule, 'fieldPath'),
    OptionalOldSelf: own(rule, 'optionalOldSelf') ?? null,
  };
  return JSON.stringify(internal).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
