// The rules (`x-kubernetes-validations`) of one version of a definition, against its objects.

import { evaluateRules } from '../cel/evaluate-rules.js';
import { hasRules } from '../cel/library.js';
import type { RuleTree } from '../cel/rule-tree.js';
import { ruleTree } from '../cel/rule-tree.js';
import type { FieldError } from '../errors.js';
import { fieldInvalid } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';

/** What an object is, which bodies do not say. */
export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Rules are not evaluated where the schema is violated like this. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

export class SchemaRules {
  readonly #schema: JsonObject;
  readonly #type: ObjectType;
  readonly #hasRules: boolean;
  #tree: RuleTree | undefined;

  constructor(schema: JsonObject, type: ObjectType) {
    this.#schema = schema;
    this.#type = type;
    this.#hasRules = hasRules(schema);
  }

  /** The errors of the schema, and those of the rules after them. */
  after(errors: readonly FieldError[], next: JsonObject, old?: JsonObject): readonly FieldError[] {
    if (!this.#hasRules) return errors;
    if (errors.some(({ reason }) => BLOCKING.has(reason))) return [...errors, fieldInvalid('<nil>', 'null', NOT_CHECKED)];
    return [...errors, ...this.#evaluate(next, old).errors];
  }

  /** Warnings of what is wrong, but was so before. */
  tolerated(next: JsonObject, old: JsonObject): readonly string[] {
    if (!this.#hasRules) return [];
    return this.#evaluate(next, old).tolerated.map(({ field, message }) => `${field}: ${message}`);
  }

  #evaluate(next: JsonObject, old: JsonObject | undefined): ReturnType<typeof evaluateRules> {
    // Compiled for the first object: by then the library is there.
    this.#tree ??= ruleTree(this.#schema, true);
    if (this.#tree === undefined) return { errors: [], tolerated: [] };
    const typed = (body: JsonObject): JsonObject => ({ ...this.#type, ...body });
    return evaluateRules(this.#tree, typed(next), old === undefined ? undefined : typed(old));
  }
}
