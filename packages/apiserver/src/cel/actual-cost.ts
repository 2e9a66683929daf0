// Lets the nodes of an expression say what they cost when they are evaluated, as the evaluation of kube-apiserver counts: names and fields
// that are read, calls by the sizes of their values, lists and maps that are made. Literals cost nothing, with all that is in them.

import { actualCallCost, selfCompareCost, typeNamesOf } from './actual-call-cost.js';
import { actualSize } from './actual-size.js';
import type { CostMeter } from './cost-meter.js';
import { NEW_LIST, NEW_MAP } from './estimate.js';
import { isConstant } from './literal.js';
import type { Macro } from './macro-cost.js';
import { macroOf } from './macro-cost.js';
import { isNameOfConstant, observeCalls, wrapEvaluation } from './metered-node.js';
import { isOptional } from './optional-value.js';
import type { CelCall, CelNode } from './syntax-tree.js';
import { callOf, nodesBelow } from './syntax-tree.js';

/** Of macros: in each round, where a round ends the loop before the end, and after all. */
const [ALL, EXISTS, ONE, COLLECTION] = [
  { each: 3, check: 2, end: 1 },
  { each: 4, check: 3, end: 1 },
  { each: 0, check: 0, end: 2 },
  { each: 0, check: 0, end: 1 },
] as const;
/** Reading what was collected, and adding to it: a list of one more, or an entry. */
const [APPENDING, INSERTING, MERGING] = [2, 3, 2] as const;

const OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'in', '!_', '-_']);
const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);

/** Of an expression that was checked. From now on every evaluation of it charges the meter. */
export function meterExpression(tree: CelNode, meter: CostMeter): void {
  new Metering(meter).expression(tree);
}

class Metering {
  readonly #meter: CostMeter;

  constructor(meter: CostMeter) {
    this.#meter = meter;
  }

  expression(node: CelNode): void {
    if (isConstant(node)) return;
    if (isAttribute(node)) this.#attribute(node, 1);
    else if (node.op === '?:') this.#choice(node);
    else if (node.op === 'call' || node.op === 'rcall') this.#call(node);
    else this.#other(node);
  }

  #other(node: CelNode): void {
    const below = nodesBelow(node);
    const [left, right] = below;
    // Nothing is in an empty list: that is known before.
    if (node.op === 'in' && right !== undefined && isEmptyLiteral(right)) return;
    below.forEach((one) => this.expression(one));
    if (node.op === 'list' || node.op === 'map') this.#before(node, node.op === 'list' ? NEW_LIST : NEW_MAP);
    if (node.op === 'in' && left !== undefined && right !== undefined && isSet(right)) return;
    if (OPERATORS.has(node.op)) this.#carrying(node, node.op, below);
  }

  /** A name with the fields and items that are read from it: 1 for the name and for each of them that is there. */
  #attribute(node: CelNode, ofName: number): void {
    let cost = ofName;
    let current = node;
    while (ACCESS.has(current.op)) {
      const [object, index] = nodesBelow(current);
      if (object === undefined) break;
      if (index !== undefined) this.#part(index);
      if (current.checkedType?.kind === 'optional') this.#ifPresent(current);
      else cost += 1;
      current = object;
    }
    if (current.op === '?:') cost -= ofName;
    if (current.op !== 'id') this.expression(current);
    if (cost > 0) this.#before(node, cost);
  }

  /** A name that is an index or a branch is not counted itself. */
  #part(node: CelNode): void {
    if (isAttribute(node)) this.#attribute(node, 0);
    else this.expression(node);
  }

  #ifPresent(node: CelNode): void {
    this.#after(node, (found) => (isOptional(found) && found.hasValue() ? 1 : 0));
  }

  #choice(node: CelNode): void {
    const [condition, ...branches] = nodesBelow(node);
    if (condition !== undefined) this.expression(condition);
    branches.forEach((branch) => this.#part(branch));
  }

  #call(node: CelNode): void {
    const call = callOf(node);
    if (call === undefined) return;
    const macro = macroOf(call);
    if (call.name === 'has') this.#presence(node, call);
    else if (call.name === 'optMap' || call.name === 'optFlatMap') this.#optional(call);
    else if (call.name === 'sortBy') this.#sorting(node, call);
    else if (macro !== undefined) this.#loop(node, macro);
    else this.#function(node, call);
  }

  #function(node: CelNode, { name, target, args }: CelCall): void {
    const operands = target === undefined ? args : [target, ...args];
    operands.forEach((operand) => this.expression(operand));
    // What is there instead of a missing value is no call.
    if (target !== undefined && (name === 'or' || name === 'orValue')) return;
    this.#carrying(node, name, operands);
  }

  /** An operator or call: by its values, and 1 where one of these is an error. */
  #carrying(node: CelNode, name: string, operands: readonly CelNode[]): void {
    const [costOf, types] = [actualCallCost(name), typeNamesOf(operands)];
    observeCalls(node, (all, result) => {
      // A function of a namespace is a method of that.
      const args = all.slice(Math.max(0, all.length - Math.max(1, operands.length)));
      this.#meter.charge(costOf({ args, result, types }));
    });
    wrapEvaluation(node, (run) => {
      try {
        return run();
      } catch (error) {
        this.#meter.charge(1);
        throw error;
      }
    });
  }

  /** Whether something is there costs nothing, but getting there. */
  #presence(node: CelNode, { args: [selected] }: CelCall): void {
    let fields = -1;
    for (let current = selected; current !== undefined && current.op !== 'id'; [current] = nodesBelow(current)) fields += 1;
    this.#before(node, 1 + Math.max(0, fields));
  }

  #loop(node: CelNode, { name, target, parts }: Macro): void {
    this.expression(target);
    parts.forEach((part) => this.expression(part));
    const { each, check, end } = loopOf(name);
    let [rounds, count] = [0, 0];
    this.#after(target, (collection) => {
      [rounds, count] = [0, actualSize(collection)];
      return 0;
    });
    const [first, last] = [parts[0] ?? target, parts.at(-1) ?? target];
    wrapEvaluation(first, (run) => {
      rounds += 1;
      this.#meter.charge(each);
      return run();
    });
    this.#after(last, (found) => collectingCost(name, last, found));
    this.#after(node, () => (rounds < count ? check : 0) + end);
  }

  /** What is optional is evaluated twice where it is there: whether, and what it is. */
  #optional({ name, target, args: [, part] }: CelCall): void {
    if (target === undefined || part === undefined) return;
    this.expression(target);
    this.expression(part);
    wrapEvaluation(target, (run) => {
      const before = this.#meter.spent;
      const found = run();
      const isThere = isOptional(found) && found.hasValue();
      this.#meter.charge(isThere ? this.#meter.spent - before + (name === 'optMap' ? 3 : 2) : 2);
      return found;
    });
  }

  /** By a list of what is to be compared. */
  #sorting(node: CelNode, { target, args: [, key] }: CelCall): void {
    if (target === undefined || key === undefined) return;
    this.expression(target);
    this.expression(key);
    let keys: unknown[] = [];
    this.#after(target, () => {
      keys = [];
      return 3;
    });
    this.#after(key, (found) => {
      keys.push(found);
      return APPENDING + newListOf(key);
    });
    this.#after(node, () => selfCompareCost(keys));
  }

  #before(node: CelNode, cost: number): void {
    wrapEvaluation(node, (run) => {
      this.#meter.charge(cost);
      return run();
    });
  }

  #after(node: CelNode, costOf: (result: unknown) => number): void {
    wrapEvaluation(node, (run) => {
      const result = run();
      this.#meter.charge(costOf(result));
      return result;
    });
  }
}

function isAttribute(node: CelNode): boolean {
  return ACCESS.has(node.op) || (node.op === 'id' && !isNameOfConstant(node));
}

const isEmptyLiteral = (node: CelNode): boolean => node.op === 'list' && nodesBelow(node).length === 0;

/** Whether a literal becomes a set, in which a value is found for nothing: of booleans, numbers and texts. */
function isSet(node: CelNode): boolean {
  if (node.op !== 'list' || !isConstant(node)) return false;
  return nodesBelow(node).every(({ checkedType }) => ['bool', 'double', 'int', 'string', 'uint'].includes(checkedType?.name ?? ''));
}

function loopOf(name: Macro['name']): { readonly each: number; readonly check: number; readonly end: number } {
  if (name === 'all') return ALL;
  if (name === 'exists') return EXISTS;
  return name === 'exists_one' || name === 'existsOne' ? ONE : COLLECTION;
}

/** Of what one round brings. */
function collectingCost(name: Macro['name'], part: CelNode, found: unknown): number {
  switch (name) {
    case 'all':
    case 'exists':
      return 0;
    case 'exists_one':
    case 'existsOne':
      return found === true ? 2 : 0;
    case 'filter':
      return found === true ? APPENDING + NEW_LIST + 1 : 0;
    case 'map':
    case 'transformList':
      return APPENDING + newListOf(part);
    case 'transformMap':
      return INSERTING;
    case 'transformMapEntry':
      return MERGING;
  }
}

/** A list of one literal is one. */
const newListOf = (item: CelNode): number => (isConstant(item) ? 0 : NEW_LIST);
