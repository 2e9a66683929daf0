// What the CEL library hands to a macro; its own types of these are not exported.

import type { CheckedType } from './syntax-tree.js';

export interface Scope {
  forkWithVariable(name: string, type: unknown): Scope;
  reuse(parent: Scope): Scope;
  setIterValue(value: unknown, evaluator: unknown): Scope;
}
export interface Checker {
  check(ast: unknown, scope: Scope): CheckedType;
  getType(name: string): CheckedType;
}
export interface Evaluator {
  run(ast: unknown, scope: Scope): unknown;
}
export interface Call {
  readonly receiver: unknown;
  readonly args: readonly { readonly args: unknown }[];
}
/** A call that is carried out by its own functions. */
export type Macro = Call;

/** What an argument that names a variable says. */
export function nameOf({ args }: Macro, index: number): string {
  return String(args[index]?.args);
}

/** A scope that was made while types were checked, around another one and with the value of its variable. */
export function withVariable(scope: Scope, around: Scope, { value, evaluator }: { value: unknown; evaluator: Evaluator }): Scope {
  return scope.reuse(around).setIterValue(value, evaluator);
}

/** The items of a list with their indices, or the entries of a map. */
export function entriesOf(collection: unknown): Iterable<readonly [unknown, unknown]> {
  return Array.isArray(collection)
    ? collection.map((item: unknown, index) => [BigInt(index), item] as const)
    : (collection as ReadonlyMap<unknown, unknown>);
}
