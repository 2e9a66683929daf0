// `optMap` and `optFlatMap` of optional values, `sortBy` of lists: macros with one variable.

import { celCompare } from './cel-value.js';
import type { CelEnvironment } from './environment.js';
import type { Call, Checker, Evaluator, Macro, Scope } from './macro.js';
import { nameOf, withVariable } from './macro.js';
import type { OptionalValue } from './optional-value.js';
import type { CheckedType } from './syntax-tree.js';

interface Wrapping {
  of(value: unknown): unknown;
  none(): unknown;
}
interface OneMacro extends Macro {
  inner: Scope | undefined;
}
type Evaluate = (value: unknown, withValue: (value: unknown) => unknown) => unknown;

export function registerOneVariable(environment: CelEnvironment, optional: Wrapping): void {
  const mapped: Evaluate = (value, withValue) => (isPresent(value) ? optional.of(withValue(value.value())) : optional.none());
  const flatMapped: Evaluate = (value, withValue) => (isPresent(value) ? withValue(value.value()) : optional.none());
  environment
    .registerFunction('optional.optMap(ast, ast): dyn', (call: Call) => macroOf(call, (_of, to) => `optional<${to.name}>`, mapped))
    .registerFunction('optional.optFlatMap(ast, ast): dyn', (call: Call) => macroOf(call, (_of, to) => to.name, flatMapped))
    .registerFunction('list.sortBy(ast, ast): dyn', (call: Call) => macroOf(call, (of) => of.name, sorted));
}

function isPresent(value: unknown): value is OptionalValue {
  return (value as OptionalValue).hasValue();
}

const sorted: Evaluate = (list, keyOf) =>
  (list as readonly unknown[])
    .map((item) => ({ item, key: keyOf(item) }))
    .toSorted((a, b) => celCompare(a.key, b.key))
    .map(({ item }) => item);

function macroOf({ receiver, args }: Call, typeOf: (of: CheckedType, to: CheckedType) => string, evaluate: Evaluate): object {
  return {
    receiver,
    args,
    inner: undefined,
    typeCheck(checker: Checker, macro: OneMacro, scope: Scope): unknown {
      const type = checker.check(macro.receiver, scope);
      macro.inner = scope.forkWithVariable(nameOf(macro, 0), type.valueType ?? checker.getType('dyn'));
      return checker.getType(typeOf(type, checker.check(macro.args[1], macro.inner)));
    },
    evaluate: (evaluator: Evaluator, macro: OneMacro, scope: Scope) =>
      evaluate(evaluator.run(macro.receiver, scope), (value) =>
        macro.inner === undefined ? undefined : evaluator.run(macro.args[1], withVariable(macro.inner, scope, { value, evaluator })),
      ),
  };
}
