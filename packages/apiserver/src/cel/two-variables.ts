// `all`, `exists` and `existsOne` with two variables: the index or key, and the value.

import type { CelEnvironment } from './environment.js';

/** What the library hands to a macro; its own types of these are not exported. */
interface Scope {
  forkWithVariable(name: string, type: unknown): Scope;
  reuse(parent: Scope): Scope;
  setIterValue(value: unknown, evaluator: unknown): Scope;
}
interface CheckedType {
  readonly kind: string;
  readonly keyType?: unknown;
  readonly valueType?: unknown;
}
interface Checker {
  check(ast: unknown, scope: Scope): CheckedType;
  getType(name: string): unknown;
}
interface Evaluator {
  run(ast: unknown, scope: Scope): unknown;
}
interface Call {
  readonly receiver: unknown;
  readonly args: readonly { readonly args: unknown }[];
}
interface Macro extends Call {
  scopes: readonly [Scope, Scope] | undefined;
}

type Quantifier = (results: Iterable<boolean>) => boolean;

const QUANTIFIERS: Readonly<Record<string, Quantifier>> = {
  all: (results) => [...results].every(Boolean),
  exists: (results) => [...results].some(Boolean),
  existsOne: (results) => [...results].filter(Boolean).length === 1,
};

export function registerTwoVariables(environment: CelEnvironment): void {
  for (const [name, quantify] of Object.entries(QUANTIFIERS))
    environment.registerFunction(`list.${name}(ast, ast, ast): bool`, (call: Call) => macroOf(call, quantify));
}

function macroOf({ receiver, args }: Call, quantify: Quantifier): object {
  return {
    receiver,
    args,
    scopes: undefined,
    typeCheck(checker: Checker, macro: Macro, scope: Scope): unknown {
      const type = checker.check(macro.receiver, scope);
      const outer = scope.forkWithVariable(
        nameOf(macro, 0),
        type.kind === 'map' ? type.keyType : checker.getType(type.kind === 'list' ? 'int' : 'dyn'),
      );
      const inner = outer.forkWithVariable(nameOf(macro, 1), type.valueType ?? checker.getType('dyn'));
      macro.scopes = [outer, inner];
      checker.check(macro.args[2], inner);
      return checker.getType('bool');
    },
    evaluate: (evaluator: Evaluator, macro: Macro, scope: Scope) => quantify(results(evaluator, macro, scope)),
  };
}

function nameOf({ args }: Macro, index: number): string {
  return String(args[index]?.args);
}

function* results(evaluator: Evaluator, macro: Macro, scope: Scope): Generator<boolean> {
  const collection = evaluator.run(macro.receiver, scope);
  const entries: Iterable<readonly [unknown, unknown]> = Array.isArray(collection)
    ? collection.map((item: unknown, index) => [BigInt(index), item] as const)
    : (collection as ReadonlyMap<unknown, unknown>);
  for (const [key, value] of entries) {
    if (macro.scopes === undefined) return;
    const outer = macro.scopes[0].reuse(scope).setIterValue(key, evaluator);
    yield evaluator.run(macro.args[2], macro.scopes[1].reuse(outer).setIterValue(value, evaluator)) === true;
  }
}
