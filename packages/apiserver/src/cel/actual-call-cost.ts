// What operators and calls of functions cost with the values that they were given, as the evaluation of kube-apiserver counts.

import { actualSize, traversalCost } from './actual-size.js';
import { MATCHING, NEW_LIST, READING } from './estimate.js';
import { formatLengthOf } from './format-functions.js';
import { MATCHES } from './linear-matches.js';
import type { CelNode } from './syntax-tree.js';

/** A call that was carried out. */
export interface Carried {
  /** The target of a method is the first. */
  readonly args: readonly unknown[];
  readonly result: unknown;
  /** What the arguments are called, as far as the types are known. */
  readonly types: readonly string[];
}

type Cost = (call: Carried) => number;

const CALL = 1;
const reading = (count: number, factor = 1): number => Math.ceil(count * factor * READING);
const size = ({ args }: Carried, index: number): number => actualSize(args[index]);
const isReadable = (type: string | undefined): boolean => type === 'string' || type === 'bytes';

const readsFirst: Cost = (call) => reading(size(call, 0));
const readsTwice: Cost = (call) => reading(size(call, 0), 2);
const readsSmaller: Cost = (call) => reading(Math.min(size(call, 0), size(call, 1)));
const ordered: Cost = (call) => (call.types.every(isReadable) ? readsSmaller(call) : CALL);
const walks: Cost = ({ args }) => traversalCost(args[0]);
const matches: Cost = (call) => Math.ceil((1 + size(call, 0)) * READING) * Math.ceil(size(call, 1) * MATCHING);
const makesList = (count: number, factor = 1): number => Math.floor(count * factor) + CALL + NEW_LIST;
const makesResult: Cost = ({ result }) => makesList(actualSize(result));
const compares =
  (factor: number): Cost =>
  (call) =>
    CALL + size(call, 0) * size(call, 1) * factor;

/** Sorting, and finding what is there twice: everything is compared with everything. */
export function selfCompareCost(list: readonly unknown[]): number {
  const isText = typeof list[0] === 'string' || list[0] instanceof Uint8Array;
  return makesList(list.length * list.length, isText ? 2 + READING : 2);
}

const comparesItself: Cost = ({ args: [list] }) => selfCompareCost(Array.isArray(list) ? list : []);

const containsIp: Cost = (call) => reading(2 * size(call, 0)) + (call.types[1] === 'string' ? reading(size(call, 1)) : 0);
const containsCidr: Cost = (call) => containsIp(call) + reading(size(call, 0)) + CALL;
const validates: Cost = (call) => Math.ceil((1 + size(call, 1)) * READING) * Math.ceil(formatLengthOf(call.args[0]) * MATCHING);

const COSTS: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...['==', '!='].map((name): [string, Cost] => [name, readsSmaller]),
  ...['<', '<=', '>', '>='].map((name): [string, Cost] => [name, ordered]),
  ['+', (call) => (call.types.every(isReadable) ? reading(size(call, 0) + size(call, 1)) : CALL)],
  ['in', (call) => (Array.isArray(call.args[1]) ? size(call, 1) : CALL)],
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, Cost] => [name, walks]),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'startsWith', 'endsWith', 'format'].map((name): [string, Cost] => [
    name,
    readsFirst,
  ]),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver', 'strings.quote'].map((name): [string, Cost] => [
    name,
    readsFirst,
  ]),
  // The address of a network is at hand.
  ['ip', (call) => (call.types[0] === 'string' ? readsFirst(call) : CALL)],
  ['bytes', (call) => (call.types[0] === 'string' ? readsFirst(call) : CALL)],
  ['string', (call) => (call.types[0] === 'bytes' ? readsFirst(call) : CALL)],
  ['replace', readsTwice],
  ['split', readsTwice],
  ['ip.isCanonical', readsTwice],
  ['join', ({ result }) => reading(actualSize(result), 2)],
  ['contains', (call) => reading(size(call, 0)) * reading(size(call, 1))],
  // As a function of its own, `matches(text, expression)`, it costs 1.
  [MATCHES, matches],
  ['find', matches],
  ['findAll', matches],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', validates],
  ...['slice', 'lists.range', 'reverse'].map((name): [string, Cost] => [name, makesResult]),
  ['flatten', (call) => makesList(size(call, 0))],
  ['distinct', comparesItself],
  ['sort', comparesItself],
  ['sets.contains', compares(1)],
  ['sets.intersects', compares(1)],
  ['sets.equivalent', compares(2)],
]);

/** What a call of this function or operator costs; what is not listed costs 1. */
export function actualCallCost(name: string): Cost {
  return COSTS.get(name) ?? (() => CALL);
}

export function typeNamesOf(nodes: readonly CelNode[]): readonly string[] {
  return nodes.map(({ checkedType }) => checkedType?.name ?? '');
}
