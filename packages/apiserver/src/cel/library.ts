// The CEL implementation, imported only when a definition has rules: nobody else pays for its start.

import type * as Cel from '@marcbachmann/cel-js';
import type { JsonObject } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';
import type { CelEnvironment } from './environment.js';
import { registerFunctions } from './functions.js';

export const RULES = 'x-kubernetes-validations';

let environment: CelEnvironment | undefined;
let optional: typeof Cel.Optional | undefined;
let loading: Promise<void> | undefined;

/** Whether a text may bring rules that the library is still missing for. */
export function bringsRules(text: string): boolean {
  return environment === undefined && text.includes(RULES);
}

/** Whether an import is under way: rules that came by another way than a request wait for it, too. */
export function isLoading(): boolean {
  return environment === undefined && loading !== undefined;
}

/** Begins the import for rules that did not come by a request. Whoever needs it waits for it, and hears why it failed. */
export function expectCel(): void {
  loadCel().catch(() => undefined);
}

/** Imports the library once. */
export function loadCel(): Promise<void> {
  loading ??= import('@marcbachmann/cel-js').then(({ Environment, Optional }) => {
    environment = registerFunctions(new Environment({ enableOptionalTypes: true }), Optional);
    optional = Optional;
  });
  return loading;
}

/** A fresh environment with all functions of Kubernetes. Throws when {@link loadCel} was not awaited. */
export function newEnvironment(): CelEnvironment {
  if (environment === undefined) throw new Error('the rules of a definition were met before the CEL library was loaded');
  return environment.clone();
}

/** An optional value; undefined is none. */
export function optionalOf(value: unknown): unknown {
  return value === undefined ? optional?.none() : optional?.of(value);
}

/** Whether a rule is somewhere in a schema. */
export function hasRules(schema: JsonObject): boolean {
  return Object.keys(schema).some((key) => {
    const value = own(schema, key);
    if (key === RULES) return isArray(value) && value.length > 0;
    if (key === 'default' || key === 'example' || key === 'enum') return false;
    if (isArray(value)) return value.some((item) => isObject(item) && hasRules(item));
    return isObject(value) && hasRules(value);
  });
}
