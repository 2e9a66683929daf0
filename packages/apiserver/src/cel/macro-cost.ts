// Macros that go through a list or map, and what each round of them costs beside the expressions in them.

import { NEW_LIST, NEW_MAP } from './estimate.js';
import type { CelCall, CelNode } from './syntax-tree.js';
import { textIn } from './syntax-tree.js';

export interface Macro {
  readonly name: MacroName;
  readonly target: CelNode;
  readonly variables: readonly [string] | readonly [string, string];
  /** What is evaluated in each round: a condition, a result, or both. */
  readonly parts: readonly CelNode[];
}

type MacroName = keyof typeof LOOPS;

interface LoopCost {
  /** Before and after all rounds. */
  readonly once: number;
  readonly each: number;
  /** Whether a list or map comes out, as long as what goes in. */
  readonly makes: boolean;
}
type Parts = readonly number[];

/** Adding to the list: the call, the list so far, and a list of one more. */
const APPEND = 2 + NEW_LIST;
/** Reading what came of it. */
const RESULT = 1;
const sum = (parts: Parts): number => parts.reduce((all, part) => all + part, 0);

const LOOPS = {
  all: (parts: Parts): LoopCost => ({ once: RESULT, each: 3 + sum(parts), makes: false }),
  exists: (parts: Parts): LoopCost => ({ once: RESULT, each: 4 + sum(parts), makes: false }),
  exists_one: (parts: Parts): LoopCost => ({ once: RESULT + 1, each: 2 + sum(parts), makes: false }),
  existsOne: (parts: Parts): LoopCost => ({ once: RESULT + 1, each: 2 + sum(parts), makes: false }),
  map: (parts: Parts): LoopCost => ({ once: NEW_LIST + RESULT, each: APPEND + sum(parts), makes: true }),
  filter: (parts: Parts): LoopCost => ({ once: NEW_LIST + RESULT, each: APPEND + 1 + sum(parts), makes: true }),
  transformList: (parts: Parts): LoopCost => ({ once: NEW_LIST + RESULT, each: APPEND + sum(parts), makes: true }),
  transformMap: (parts: Parts): LoopCost => ({ once: NEW_MAP + RESULT, each: 3 + sum(parts), makes: true }),
  transformMapEntry: (parts: Parts): LoopCost => ({ once: NEW_MAP + RESULT, each: 2 + sum(parts), makes: true }),
};

/** How many variables a macro with so many arguments has. */
function variablesOf(name: MacroName, count: number): 1 | 2 {
  if (name === 'map' || name === 'filter' || name === 'exists_one') return 1;
  return name.startsWith('transform') || count === 3 ? 2 : 1;
}

/** Undefined for calls of functions. */
export function macroOf({ name, target, args }: CelCall): Macro | undefined {
  if (target === undefined || !isMacro(name) || args.length < 2) return undefined;
  const [one, two] = args;
  if (one === undefined || two === undefined || one.op !== 'id') return undefined;
  if (variablesOf(name, args.length) === 1) return { name, target, variables: [textIn(one)], parts: args.slice(1) };
  return { name, target, variables: [textIn(one), textIn(two)], parts: args.slice(2) };
}

function isMacro(name: string): name is MacroName {
  return Object.hasOwn(LOOPS, name);
}

/** @param parts the costs of what is evaluated in each round. */
export function loopCost(name: MacroName, parts: Parts): LoopCost {
  return LOOPS[name](parts);
}
