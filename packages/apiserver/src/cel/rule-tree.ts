// The rules of a schema, compiled, at the places where they are.

import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own } from '../store/json-value.js';
import type { CompiledRule } from './compiled-rule.js';
import { compileRule } from './compiled-rule.js';
import type { DeclaredType } from './declared-type.js';
import { Declarations } from './declared-type.js';
import { hasRules, newEnvironment } from './library.js';
import { valueSizeOf } from './value-size.js';

export interface RuleTree {
  readonly schema: JsonObject;
  readonly rules: readonly CompiledRule[];
  readonly self: DeclaredType | undefined;
  readonly items?: RuleTree | undefined;
  readonly additional?: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
}

/** Undefined where no rule is, here and below. */
export function ruleTree(schema: JsonObject, isRoot: boolean): RuleTree | undefined {
  if (!hasRules(schema)) return undefined;
  const [items, additional] = [own(schema, 'items'), own(schema, 'additionalProperties')];
  const properties = new Map<string, RuleTree>();
  for (const [key, field] of Object.entries(objectAt(schema, 'properties'))) {
    const tree = isObject(field) ? ruleTree(field, isEmbedded(field)) : undefined;
    if (tree !== undefined) properties.set(key, tree);
  }
  return {
    schema,
    ...compileRules(schema, isRoot),
    items: isObject(items) ? ruleTree(items, isEmbedded(items)) : undefined,
    additional: isObject(additional) ? ruleTree(additional, isEmbedded(additional)) : undefined,
    properties,
  };
}

export const isEmbedded = (schema: JsonObject): boolean => own(schema, 'x-kubernetes-embedded-resource') === true;

/** The rules of this schema alone. */
export function compileRules(schema: JsonObject, isRoot: boolean): { rules: readonly CompiledRule[]; self: DeclaredType | undefined } {
  const rules = arrayAt(schema, 'x-kubernetes-validations').filter(isObject);
  if (rules.length === 0) return { rules: [], self: undefined };
  const environment = newEnvironment();
  // A rule is about values that are no null.
  const self = new Declarations(environment).of({ ...schema, nullable: false }, isRoot);
  if (self === undefined) return { rules: [], self };
  const size = valueSizeOf(schema, isRoot);
  return { rules: rules.map((rule) => compileRule(rule, schema, { environment, self, size })), self };
}
