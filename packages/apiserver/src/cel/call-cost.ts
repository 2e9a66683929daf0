// What calls of functions cost at most, as kube-apiserver estimates it: beside their arguments, and with how large a result.

import type { Size } from './estimate.js';
import { MATCHING, NEW_LIST, READING, UNKNOWN_SIZE, add, costing, multiply, sizeOf, times } from './estimate.js';

/** What is known of a call. */
export interface CallSizes {
  readonly target: Size;
  /** Undefined where the target is no list. */
  readonly items: { readonly size: Size; readonly isText: boolean } | undefined;
  readonly args: readonly Size[];
  /** Which of the arguments are texts. */
  readonly isText: readonly boolean[];
  /** The arguments that are literal integers. */
  readonly numbers: readonly (number | undefined)[];
}

export interface CallCost {
  readonly cost: number;
  readonly size?: Size | undefined;
}

type Estimate = (call: CallSizes) => CallCost;

const first = ({ args }: CallSizes): Size => args[0] ?? UNKNOWN_SIZE;
const second = ({ args }: CallSizes): Size => args[1] ?? UNKNOWN_SIZE;
const reading = (size: Size, factor = 1): number => costing(size.most, READING * factor);

const one: Estimate = () => ({ cost: 1 });
const readsTarget: Estimate = ({ target }) => ({ cost: reading(target), size: target });
/** Without an argument it is the part of an object: `cidr.ip()`. */
const readsArgument: Estimate = (call) => ({ cost: call.args.length === 0 ? 1 : reading(first(call)) });
const matching = (text: Size, pattern: Size): number => times(costing(text.most + 1, READING), costing(pattern.most, MATCHING));
const finds: Estimate = (call) => ({ cost: matching(call.target, first(call)), size: { least: 0, most: call.target.most } });
const makesList = (factor: number, size: Size): CallCost => ({ cost: costing(size.most, factor) + 1 + NEW_LIST, size });
const compares =
  (factor: number): Estimate =>
  (call) => ({ cost: costing(multiply(first(call), second(call)).most, factor) + 1 });

/** Goes through the items, and through the characters of those. */
const walks: Estimate = ({ target, items }) =>
  items === undefined ? { cost: reading(target) } : { cost: times(target.most, 1 + (items.isText ? reading(items.size) : 0)) };

/** The cost of sorting is reckoned by the texts in it only where the type of the items says so. */
const sorts: Estimate = ({ target, items }) => makesList(items?.isText === true ? 2 + READING : 2, multiply(target, target));

const splits: Estimate = ({ target, numbers }) => ({ cost: reading(target, 2), size: { least: 0, most: numbers[1] ?? target.most } });

const joins: Estimate = ({ target, items, args: [separator] }) => {
  const texts = items === undefined ? sizeOf(0) : multiply(target, items.size);
  const gaps: Size = { least: Math.max(0, target.least - 1), most: Math.max(0, target.most - 1) };
  const size = separator === undefined ? texts : add(texts, multiply(separator, gaps));
  return { cost: reading(size), size };
};

const replaces: Estimate = (call) => {
  const [from, to] = [first(call), second(call)];
  return { cost: reading(call.target, 2), size: { least: shortest(call.target, from, to), most: longest(call.target, from, to) } };
};

function longest(text: Size, from: Size, to: Size): number {
  if (from.least === 0) return times(text.most + 1, to.most) + text.most;
  return to.most <= from.least ? text.most : times(Math.ceil(text.most / from.least), to.most);
}

function shortest(text: Size, from: Size, to: Size): number {
  if (from.most === 0) return times(text.least + 1, to.least) + text.least;
  return from.most <= to.least ? text.least : times(Math.ceil(text.least / from.most), to.least);
}

const slices: Estimate = ({ target, numbers: [start = 0, end = target.most] }) => makesList(1, sizeOf(end - start));

/** The bytes of an address: 4 or 16. */
const ADDRESS = 16;
/** Only a text is still to be read. */
const readingText = (call: CallSizes): number => (call.isText[0] === true ? reading(first(call)) : 0);
const holdsAddress: Estimate = (call) => ({ cost: costing(2 * ADDRESS, READING) + readingText(call) });
const holdsNetwork: Estimate = (call) => ({ cost: costing(2 * ADDRESS, READING) + costing(ADDRESS, READING) + 1 + readingText(call) });
const LONGEST_FORMAT = 128;

const ESTIMATES: Readonly<Record<string, Estimate>> = {
  ...Object.fromEntries(['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, walks])),
  ...Object.fromEntries(['lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, readsTarget])),
  ...Object.fromEntries(
    ['cidr', 'isIP', 'isCIDR', 'ip', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, readsArgument]),
  ),
  url: (call) => ({ cost: reading(first(call)), size: first(call) }),
  replace: replaces,
  split: splits,
  join: joins,
  find: finds,
  findAll: finds,
  matches: (call) => ({ cost: call.args.length === 2 ? matching(first(call), second(call)) : matching(call.target, first(call)) }),
  'ip.isCanonical': (call) => ({ cost: reading(first(call), 2) }),
  containsIP: holdsAddress,
  containsCIDR: holdsNetwork,
  validate: (call) => ({ cost: costing(reading(first(call)), LONGEST_FORMAT * MATCHING) }),
  contains: (call) => ({ cost: times(reading(call.target), reading(first(call))) }),
  startsWith: readsArgument,
  endsWith: readsArgument,
  format: ({ target }) => ({ cost: reading(target) }),
  'strings.quote': (call) => ({ cost: reading(first(call)), size: { least: first(call).least + 2, most: first(call).most * 2 + 2 } }),
  slice: slices,
  flatten: ({ target, args, numbers: [depth = Infinity] }) => makesList(args.length === 0 ? 1 : depth, target),
  'lists.range': ({ numbers: [count = Infinity] }) => makesList(1, sizeOf(count)),
  reverse: ({ target }) => makesList(1, target),
  distinct: ({ target }) => makesList(2, multiply(target, target)),
  sort: sorts,
  'sets.contains': compares(1),
  'sets.intersects': compares(1),
  'sets.equivalent': compares(2),
};

/** The estimate for a function; what is not listed costs 1. */
export function callCost(name: string, sizes: CallSizes): CallCost {
  return (Object.hasOwn(ESTIMATES, name) ? ESTIMATES[name] : undefined)?.(sizes) ?? one(sizes);
}
