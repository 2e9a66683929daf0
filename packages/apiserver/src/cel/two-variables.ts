// Macros with two variables, the index or key and the value: `all`, `exists`, `existsOne`, and those that make lists and maps.

import type { CelEnvironment } from './environment.js';
import type { Call, Checker, Evaluator, Macro, Scope } from './macro.js';
import { entriesOf, nameOf, withVariable } from './macro.js';
import type { CheckedType } from './syntax-tree.js';

interface LoopMacro extends Macro {
  scopes: readonly [Scope, Scope] | undefined;
}
/** One round: its key, and what the expression gave. */
type Round = readonly [unknown, unknown];

interface Loop {
  /** The type of the whole, from those of the keys and of the expression. */
  readonly typeOf: (key: CheckedType, result: CheckedType) => string;
  readonly collect: (rounds: Iterable<Round>) => unknown;
  /** Whether it goes on after a round that could not be evaluated: that is a {@link Problem} then. */
  readonly isTolerant?: true;
}

const BOOL = (): string => 'bool';
const isTrue = ([, result]: Round): boolean => result === true;

const QUANTIFIERS: Readonly<Record<string, Loop>> = {
  all: { typeOf: BOOL, isTolerant: true, collect: (rounds) => !endedBy(rounds, false) },
  exists: { typeOf: BOOL, isTolerant: true, collect: (rounds) => endedBy(rounds, true) },
  existsOne: { typeOf: BOOL, collect: (rounds) => [...rounds].filter(isTrue).length === 1 },
};

/** Whether a result ends the loop. What could not be evaluated counts only when none does. */
function endedBy(rounds: Iterable<Round>, result: boolean): boolean {
  let problem: Problem | undefined;
  for (const [, found] of rounds) {
    if (found === result) return true;
    if (found instanceof Problem) problem ??= found;
  }
  if (problem !== undefined) throw problem.error;
  return false;
}

/** A round that could not be evaluated. */
class Problem {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

const TRANSFORMS: Readonly<Record<string, Loop>> = {
  transformList: {
    typeOf: (_key, result) => `list<${result.name}>`,
    collect: (rounds) => [...rounds].map(([, result]) => result),
  },
  transformMap: { typeOf: (key, result) => `map<${key.name}, ${result.name}>`, collect: (rounds) => new Map(rounds) },
  transformMapEntry: { typeOf: (_key, result) => result.name, collect: merged },
};

export function registerTwoVariables(environment: CelEnvironment): void {
  for (const [name, loop] of Object.entries(QUANTIFIERS))
    environment.registerFunction(`list.${name}(ast, ast, ast): bool`, (call: Call) => macroOf(call, loop, 2));
  for (const [name, loop] of Object.entries(TRANSFORMS)) {
    environment.registerFunction(`list.${name}(ast, ast, ast): dyn`, (call: Call) => macroOf(call, loop, 2));
    environment.registerFunction(`list.${name}(ast, ast, ast, ast): dyn`, (call: Call) => macroOf(call, loop, 3));
  }
}

/** @param at the index of the expression; what is between it and the variables is a condition. */
function macroOf({ receiver, args }: Call, loop: Loop, at: 2 | 3): object {
  return {
    receiver,
    args,
    scopes: undefined,
    typeCheck(checker: Checker, macro: LoopMacro, scope: Scope): unknown {
      const type = checker.check(macro.receiver, scope);
      const key = (type.kind === 'map' ? type.keyType : undefined) ?? checker.getType(type.kind === 'list' ? 'int' : 'dyn');
      const outer = scope.forkWithVariable(nameOf(macro, 0), key);
      const inner = outer.forkWithVariable(nameOf(macro, 1), type.valueType ?? checker.getType('dyn'));
      macro.scopes = [outer, inner];
      if (at === 3) checker.check(macro.args[2], inner);
      return checker.getType(loop.typeOf(key, checker.check(macro.args[at], inner)));
    },
    evaluate: (evaluator: Evaluator, macro: LoopMacro, scope: Scope) =>
      loop.collect(rounds(evaluator, { macro, scope, at, isTolerant: loop.isTolerant === true })),
  };
}

interface Rounds {
  readonly macro: LoopMacro;
  readonly scope: Scope;
  readonly at: 2 | 3;
  readonly isTolerant: boolean;
}

function* rounds(evaluator: Evaluator, { macro, scope, at, isTolerant }: Rounds): Generator<Round> {
  if (macro.scopes === undefined) return;
  const [outer, inner] = macro.scopes;
  for (const [key, value] of entriesOf(evaluator.run(macro.receiver, scope))) {
    const within = withVariable(inner, withVariable(outer, scope, { value: key, evaluator }), { value, evaluator });
    if (at === 3 && evaluator.run(macro.args[2], within) !== true) continue;
    yield [key, isTolerant ? resultOf(evaluator, macro.args[at], within) : evaluator.run(macro.args[at], within)];
  }
}

function resultOf(evaluator: Evaluator, expression: unknown, scope: Scope): unknown {
  try {
    return evaluator.run(expression, scope);
  } catch (error) {
    return new Problem(error);
  }
}

/** Literals of maps are plain objects in the library, and so is what is made of them. */
function merged(rounds: Iterable<Round>): unknown {
  const result = new Map<unknown, unknown>();
  let isPlain = true;
  for (const [, found] of rounds) {
    isPlain &&= !(found instanceof Map);
    for (const [key, value] of found instanceof Map ? found : Object.entries(found as object)) {
      if (result.has(key)) throw new Error(`insert failed: key ${String(key)} already exists`);
      result.set(key, value);
    }
  }
  return isPlain ? Object.fromEntries(result as Map<string, unknown>) : result;
}
