// What an expression costs at most, as the compiler of kube-apiserver estimates it: units of about 50 ns, from the sizes that the schema
// allows. Macros are reckoned as what they are expanded to there.

import { callCost } from './call-cost.js';
import type { Size } from './estimate.js';
import { NEW_LIST, NEW_MAP, READING, UNKNOWN_SIZE, add, costing, either, multiply, sizeOf, times } from './estimate.js';
import { MATCHES } from './linear-matches.js';
import type { Macro } from './macro-cost.js';
import { loopCost, macroOf } from './macro-cost.js';
import type { CelCall, CelNode, CheckedType } from './syntax-tree.js';
import { callOf, isNode, nodesBelow, textIn } from './syntax-tree.js';
import type { ValueSize } from './value-size.js';

type Path = readonly string[];

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const OF_ONE_SIZE: ReadonlySet<string> = new Set(
  ['bool', 'double', 'google.protobuf.Duration', 'int', 'google.protobuf.Timestamp', 'uint'].flatMap((name) => [name, `optional<${name}>`]),
);
/** Types that are compared at once. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'Quantity',
  'IP',
  'CIDR',
  'Semver',
  'kubernetes.Quantity',
  'net.IP',
  'net.CIDR',
  'kubernetes.Semver',
]);

/** @param self the values that `self` and `oldSelf` may be. */
export function costOf(tree: CelNode, self: ValueSize): number {
  return new CostEstimate(self).cost(tree);
}

class CostEstimate {
  readonly #self: ValueSize;
  readonly #paths = new Map<CelNode, Path>();
  readonly #sizes = new Map<CelNode, Size>();
  readonly #variables = new Map<string, Path>();

  constructor(self: ValueSize) {
    this.#self = self;
  }

  cost(node: CelNode): number {
    switch (node.op) {
      case 'value':
        return 0;
      case 'id':
        this.#paths.set(node, this.#variables.get(textIn(node)) ?? [textIn(node)]);
        return 1;
      case '.':
        return this.#select(node);
      case '?':
        return this.#sum(node);
      case 'list':
        return this.#sum(node) + NEW_LIST;
      case 'map':
        return this.#sum(node) + NEW_MAP;
      case 'call':
      case 'rcall':
        return this.#call(node);
      default:
        return this.#operator(node);
    }
  }

  #sum(node: CelNode): number {
    return nodesBelow(node).reduce((sum, below) => sum + this.cost(below), 0);
  }

  #select(node: CelNode): number {
    const [object] = nodesBelow(node);
    if (object === undefined) return 0;
    const cost = this.cost(object);
    this.#paths.set(node, [...this.#path(object), selectedIn(node)]);
    return cost + (isSelectable(object.checkedType) ? 1 : 0);
  }

  #operator(node: CelNode): number {
    const below = nodesBelow(node);
    const [left, right, last] = below;
    if (left === undefined) return 1;
    if (node.op === '-_' && left.op === 'value') return 0;
    const cost = this.#sum(node);
    if (node.op === '&&' || node.op === '||') return cost;
    if (right === undefined) return cost + 1;
    if (node.op === '?:' && last !== undefined) return this.#choice(node, left, [right, last]);
    if (node.op === '[]') this.#paths.set(node, [...this.#path(left), left.checkedType?.kind === 'map' ? '@values' : '@items']);
    if (COMPARISONS.has(node.op)) return cost + this.#comparison(node.op, left, right);
    if (node.op === '+') return cost + this.#sumOf(node, left, right);
    return cost + (node.op === 'in' && right.checkedType?.kind !== 'map' ? this.size(right).most : 1);
  }

  #choice(node: CelNode, condition: CelNode, [yes, no]: readonly [CelNode, CelNode]): number {
    this.#sizes.set(node, either(this.size(yes), this.size(no)));
    return this.cost(condition) + Math.max(this.cost(yes), this.cost(no));
  }

  #comparison(operator: string, left: CelNode, right: CelNode): number {
    const isEquality = operator === '==' || operator === '!=';
    if (isEquality && AT_ONCE.has(left.checkedType?.name ?? '')) return 1;
    if (!isEquality && !isSized(left, right)) return 1;
    return costing(Math.min(this.size(left).most, this.size(right).most), READING);
  }

  #sumOf(node: CelNode, left: CelNode, right: CelNode): number {
    const isList = [left, right].some(({ checkedType }) => checkedType?.kind === 'list');
    if (!isList && !isSized(left, right)) return 1;
    const size = add(this.size(left), this.size(right));
    this.#sizes.set(node, size);
    return isList ? 1 : costing(size.most, READING);
  }

  #call(node: CelNode): number {
    const call = callOf(node);
    if (call === undefined) return 1;
    if (call.name === 'has')
      return call.args.reduce((sum, arg) => sum + nodesBelow(arg).reduce((all, below) => all + this.cost(below), 0), 0);
    const special = this.#oneVariable(node, call);
    if (special !== undefined) return special;
    const macro = macroOf(call);
    if (macro !== undefined) return this.#macro(node, macro);
    const cost = [...call.args, ...(call.target === undefined ? [] : [call.target])].reduce((sum, arg) => sum + this.cost(arg), 0);
    const { cost: ofCall, size } = callCost(functionName(call), {
      target: call.target === undefined ? UNKNOWN_SIZE : this.size(call.target),
      items: this.#itemsOf(call.target),
      args: call.args.map((arg) => this.size(arg)),
      isText: call.args.map(({ checkedType }) => checkedType?.name === 'string'),
      numbers: call.args.map(literalNumber),
    });
    if (size !== undefined) this.#sizes.set(node, size);
    return cost + ofCall;
  }

  /** `optMap` and `optFlatMap` evaluate what is optional twice, `sortBy` compares everything with everything. */
  #oneVariable(node: CelNode, { name, target, args: [variable, part] }: CelCall): number | undefined {
    if (target === undefined || variable === undefined || part === undefined || variable.op !== 'id') return undefined;
    if (name !== 'optMap' && name !== 'optFlatMap' && name !== 'sortBy') return undefined;
    const before = this.cost(target);
    const path = name === 'sortBy' ? [...this.#path(target), '@items'] : [];
    const inside = this.#within([[textIn(variable), path]], () => this.cost(part));
    if (name !== 'sortBy') return before + 1 + Math.max(NEW_LIST + before + 1 + inside + (name === 'optMap' ? 1 : 0), 1);
    const size = this.size(target);
    this.#sizes.set(node, multiply(size, size));
    const isText = part.checkedType?.name === 'string' || part.checkedType?.name === 'bytes';
    const keys = 1 + NEW_LIST + 1 + times(size.most, 2 + NEW_LIST + inside);
    return NEW_LIST + before + 1 + keys + costing(multiply(size, size).most, isText ? 2 + READING : 2) + 1 + NEW_LIST;
  }

  #itemsOf(target: CelNode | undefined): { readonly size: Size; readonly isText: boolean } | undefined {
    const type = target?.checkedType;
    if (target === undefined || type?.kind !== 'list') return undefined;
    const path = this.#path(target);
    const known = path.length === 0 ? undefined : sizeAt(this.#self, [...path, '@items']);
    const name = type.valueType?.name;
    return { size: known ?? UNKNOWN_SIZE, isText: name === 'string' || name === 'bytes' };
  }

  #macro(node: CelNode, macro: Macro): number {
    const before = this.cost(macro.target);
    const range = this.size(macro.target);
    const path = this.#path(macro.target);
    const [key, value] = macro.target.checkedType?.kind === 'map' ? ['@keys', '@values'] : ['@indices', '@items'];
    const [one, two] = macro.variables;
    const single = key === '@keys' ? key : value;
    const inside = this.#within(
      [[one, [...path, two === undefined ? single : key]], ...(two === undefined ? [] : [[two, [...path, value]] as const])],
      () => macro.parts.map((part) => this.cost(part)),
    );
    const { once, each, makes } = loopCost(macro.name, inside);
    this.#sizes.set(node, makes ? range : sizeOf(1));
    return before + once + times(range.most, each);
  }

  #within<T>(variables: readonly (readonly [string, Path])[], work: () => T): T {
    const before = variables.map(([name]) => [name, this.#variables.get(name)] as const);
    for (const [name, path] of variables) this.#variables.set(name, path);
    const result = work();
    for (const [name, path] of before) {
      if (path === undefined) this.#variables.delete(name);
      else this.#variables.set(name, path);
    }
    return result;
  }

  #path(node: CelNode): Path {
    return this.#paths.get(node) ?? [];
  }

  size(node: CelNode): Size {
    const known = this.#sizes.get(node) ?? literalSize(node);
    if (known !== undefined) return known;
    const path = this.#path(node);
    const found = path.length === 0 ? undefined : sizeAt(this.#self, path);
    return found ?? (OF_ONE_SIZE.has(node.checkedType?.name ?? '') ? sizeOf(1) : UNKNOWN_SIZE);
  }
}

/** Whether a value has fields that the checker knows, or entries. */
function isSelectable(type: CheckedType | undefined): boolean {
  return type === undefined || type.kind === 'map' || type.kind === 'message' || type.kind === 'param';
}

function selectedIn({ args }: CelNode): string {
  const name: unknown = Array.isArray(args) ? args[1] : undefined;
  return typeof name === 'string' ? name : '';
}

function functionName({ name }: CelCall): string {
  return name === MATCHES ? 'matches' : name;
}

/** Whether what is compared or added may be texts: without types everything may. */
function isSized(left: CelNode, right: CelNode): boolean {
  const types = [left, right].map(({ checkedType }) => checkedType);
  return types.some((type) => type?.name === 'string' || type?.name === 'bytes') || types.every((type) => type?.kind === 'dyn');
}

function literalNumber(node: CelNode): number | undefined {
  return node.op === 'value' && typeof node.args === 'bigint' ? Number(node.args) : undefined;
}

function literalSize(node: CelNode): Size | undefined {
  if (node.op === 'list') return sizeOf(nodesBelow(node).length);
  if (node.op === 'map') return sizeOf(nodesBelow(node).length / 2);
  if (node.op !== 'value' || isNode(node.args)) return undefined;
  if (typeof node.args === 'string') return sizeOf([...node.args].length);
  return sizeOf(node.args instanceof Uint8Array ? node.args.length : 1);
}

/** The first step is the variable: whatever it is called, the path is looked for in what the rule is about. */
function sizeAt(self: ValueSize, [, ...steps]: Path): Size | undefined {
  let value: ValueSize | undefined = self;
  for (const step of steps) {
    if (step === '@keys') value = value.item === undefined ? undefined : { most: 0, shortest: 2 };
    else value = step === '@items' || step === '@values' ? value.item : value.fields?.get(step);
    if (value === undefined) return undefined;
  }
  return { least: 0, most: value.most };
}
