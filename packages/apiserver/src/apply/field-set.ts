// Sets of fields of an object: who owns what. The form is the one of the wire, FieldsV1: a tree of path elements, in which a node that
// has no children is a member, and one that has children is a member when it has the child `.`. Sets are immutable and share what is
// equal, so an operation that changes nothing returns its operand, and what is stored needs neither encoding nor decoding.

import type { JsonValue } from '../store/json-value.js';
import { isObject, own } from '../store/json-value.js';
import { compareElements, readElement, shownElement } from './path-element.js';

export interface FieldSet {
  readonly [element: string]: FieldSet;
}
type Draft = Record<string, FieldSet>;

/** The empty set when it is a whole set, a member when it is a node. */
export const NOTHING: FieldSet = Object.freeze({});
const SELF = '.';

function isMember(node: FieldSet): boolean {
  if (SELF in node) return true;
  for (const _ in node) return false;
  return true;
}

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

function childKeys(node: FieldSet): readonly string[] {
  const keys = Object.keys(node);
  return SELF in node ? keys.filter((key) => key !== SELF) : keys;
}

/** A set of one node with these children. */
export function nodeOf(member: boolean, children: Readonly<Record<string, FieldSet>>): FieldSet | undefined {
  if (isEmptySet(children)) return member ? NOTHING : undefined;
  return member ? { [SELF]: NOTHING, ...children } : children;
}

/** The children in the order of FieldsV1. */
export function sorted(children: Record<string, FieldSet>): Record<string, FieldSet> {
  let last: string | undefined;
  let isSorted = true;
  for (const key in children) {
    if (last !== undefined && compareElements(last, key) > 0) {
      isSorted = false;
      break;
    }
    last = key;
  }
  if (isSorted) return children;
  return Object.fromEntries(Object.entries(children).sort(([a], [b]) => compareElements(a, b)));
}

/** All members of both. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  return a === b ? a : joinChildren(a, b, false);
}

function joinNodes(a: FieldSet, b: FieldSet): FieldSet {
  return a === b ? a : joinChildren(a, b, isMember(a) || isMember(b));
}

function joinChildren(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  let draft: Draft | undefined;
  let hasNew = false;
  for (const key of childKeys(b)) {
    const other = b[key] ?? NOTHING;
    const mine = a[key];
    const joined = mine === undefined ? other : joinNodes(mine, other);
    if (joined === mine) continue;
    hasNew ||= mine === undefined;
    (draft ??= childrenOf(a))[key] = joined;
  }
  if (draft === undefined && (!member || isMember(a))) return a;
  const children = draft ?? childrenOf(a);
  return nodeOf(member, hasNew ? sorted(children) : children) ?? NOTHING;
}

function childrenOf(node: FieldSet): Draft {
  const draft: Draft = { ...node };
  delete draft[SELF];
  return draft;
}

/** What is in `a` and not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (subtractChildren(a, b, { member: false, recursive: false }) ?? NOTHING);
}

/** What is in `a`, without the members of `b` and everything below them. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (subtractChildren(a, b, { member: false, recursive: true }) ?? NOTHING);
}

function subtract(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet | undefined {
  if (recursive && isMember(b)) return undefined;
  return subtractChildren(a, b, { member: isMember(a) && !isMember(b), recursive });
}

function subtractChildren(a: FieldSet, b: FieldSet, options: { member: boolean; recursive: boolean }): FieldSet | undefined {
  let draft: Draft | undefined;
  for (const key of childKeys(b)) {
    const mine = a[key];
    if (mine === undefined) continue;
    const rest = subtract(mine, b[key] ?? NOTHING, options.recursive);
    if (rest === mine) continue;
    draft ??= childrenOf(a);
    if (rest === undefined) delete draft[key];
    else draft[key] = rest;
  }
  const lostSelf = SELF in a && !options.member;
  if (draft === undefined && !lostSelf && (options.member || !isEmptySet(a))) return a;
  return nodeOf(options.member, draft ?? childrenOf(a));
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return commonChildren(a, b, false) ?? NOTHING;
}

function commonChildren(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  const draft: Draft = {};
  for (const key of childKeys(a)) {
    const [mine, other] = [a[key], b[key]];
    if (mine === undefined || other === undefined) continue;
    const common = commonChildren(mine, other, isMember(mine) && isMember(other));
    if (common !== undefined) draft[key] = common;
  }
  return nodeOf(member, draft);
}

export function isDisjoint(a: FieldSet, b: FieldSet): boolean {
  for (const key of childKeys(b)) {
    const [mine, other] = [a[key], b[key]];
    if (mine === undefined || other === undefined) continue;
    if ((isMember(mine) && isMember(other)) || !isDisjoint(mine, other)) return false;
  }
  return true;
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const [mine, other] = [a[key], b[key]];
    return mine !== undefined && other !== undefined && equalSets(mine, other);
  });
}

export function hasElement(set: FieldSet, element: string): boolean {
  const node = set[element];
  return node !== undefined && isMember(node);
}

/** The members below an element. */
export function below(set: FieldSet, element: string): FieldSet {
  const node = set[element];
  if (node === undefined || !(SELF in node)) return node ?? NOTHING;
  return childrenOf(node);
}

/** The elements of the first step, in order. */
export function elementsOf(set: FieldSet): readonly string[] {
  return childKeys(set);
}

/** The paths of all members: of each level first its own, then those of the levels below. */
export function pathsOf(set: FieldSet): readonly string[] {
  const keys = childKeys(set);
  const own = keys.filter((key) => isMember(set[key] ?? NOTHING)).map(shownElement);
  const deeper = keys.flatMap((key) => pathsOf(set[key] ?? NOTHING).map((path) => shownElement(key) + path));
  return [...own, ...deeper];
}

/** A set from paths of field names, as rules write them: `['metadata.labels', 'spec']`. */
export function setOf(paths: readonly string[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => {
    const steps = path.split('.').reverse();
    return union(
      set,
      steps.reduce<FieldSet>((node, step) => ({ [`f:${step}`]: node }), NOTHING),
    );
  }, NOTHING);
}

/** A set that a client wrote, in its normal form. Throws a SyntaxError when it is malformed. */
export function readFieldSet(value: JsonValue): FieldSet {
  if (!isObject(value)) throw new SyntaxError('expect a map');
  return readNode(value).children;
}

function readNode(value: JsonValue): { children: FieldSet; member: boolean } {
  if (!isObject(value)) return { children: NOTHING, member: true };
  const draft: Draft = {};
  let member = false;
  for (const key of Object.keys(value)) {
    if (key === SELF) member = true;
    const element = key === SELF ? undefined : readElement(key);
    if (element === undefined) continue;
    const child = readNode(own(value, key) ?? null);
    draft[element] = nodeOf(child.member, child.children) ?? NOTHING;
  }
  return { children: sorted(draft), member: member || isEmptySet(draft) };
}
