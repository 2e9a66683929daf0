// How much the rules of a definition may cost, and the refusals of kube-apiserver of those that may cost more.

import type { FieldError } from '../errors.js';
import { fieldForbidden } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { own, stringAt } from '../store/json-value.js';
import type { CompiledRule } from './compiled-rule.js';
import { times } from './estimate.js';
import { LARGEST_REQUEST, boundAt, valueSizeOf } from './value-size.js';

const MOST_OF_A_RULE = 10_000_000;
const MOST_OF_ALL = 100_000_000;
/** Rules of less than that are not named where all together are too expensive. */
const WORTH_NAMING = MOST_OF_ALL / 100;
const MOST_NAMED = 4;
const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

/** How many values of a schema an object may have; infinite where a list or map around it has no bound. */
export function occurrencesBelow(schema: JsonObject, occurrences: number): number {
  if (stringAt(schema, 'type') === 'array') return times(occurrences, boundAt(schema, 'maxItems') ?? Infinity);
  if (own(schema, 'additionalProperties') === undefined || stringAt(schema, 'type') !== 'object') return occurrences;
  return times(occurrences, boundAt(schema, 'maxProperties') ?? Infinity);
}

/** The costs of all rules in one schema. */
export class RuleCosts {
  #total = 0;
  readonly #named: { readonly at: string; readonly cost: number }[] = [];

  /** The refusals of a rule at a place. */
  of(rule: CompiledRule, at: string, { schema, isRoot, occurrences }: RulePlace): readonly FieldError[] {
    const shortest = valueSizeOf({ ...schema, nullable: false }, isRoot)?.shortest ?? 0;
    const most = occurrences === Infinity ? Math.floor(LARGEST_REQUEST / (shortest + 1)) : occurrences;
    return [
      ...this.#observe(times(rule.cost ?? 0, most), `${at}.rule`, 'estimated rule cost'),
      ...this.#observe(rule.messageCost ?? 0, `${at}.messageExpression`, 'estimated messageExpression cost'),
    ];
  }

  #observe(cost: number, at: string, what: string): readonly FieldError[] {
    this.#total += cost;
    if (cost >= WORTH_NAMING) this.#named.push({ at, cost });
    return cost > MOST_OF_A_RULE ? [fieldForbidden(at, exceeds(what, cost / MOST_OF_A_RULE))] : [];
  }

  /** The refusals of all rules together. */
  together(at: string): readonly FieldError[] {
    if (this.#total <= MOST_OF_ALL) return [];
    const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const most = [...this.#named].sort((a, b) => (a.cost === b.cost ? 0 : b.cost - a.cost)).slice(0, MOST_NAMED);
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [...most.map((rule) => fieldForbidden(rule.at, why)), fieldForbidden(at, exceeds(what, this.#total / MOST_OF_ALL))];
  }
}

interface RulePlace {
  readonly schema: JsonObject;
  readonly isRoot: boolean;
  readonly occurrences: number;
}

function exceeds(what: string, factor: number): string {
  return `${what} exceeds budget by factor of ${factorText(factor)} ${ADVICE}`;
}

function factorText(factor: number): string {
  if (factor > 100) return 'more than 100x';
  return `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
}
