// What a change of an object did to its fields. Parts that two versions share in memory are not looked at.

import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, own } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { NOTHING, nodeOf, sorted, union } from './field-set.js';
import type { FieldType, ListType, MapType, Shape } from './field-type.js';
import { DEDUCED, fieldTypeOf, shapeOf } from './field-type.js';
import { listElement } from './list-element.js';
import { fieldElement } from './path-element.js';

/** Which fields are gone, which have another value, which are new. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

/** The same for one node: what is undefined has no member here or below. */
interface Changes {
  removed?: FieldSet | undefined;
  modified?: FieldSet | undefined;
  added?: FieldSet | undefined;
}
type Side = JsonValue | undefined;

const SIDES = ['removed', 'modified', 'added'] as const;
const NO_CHANGES: Changes = {};

export function compare(before: JsonObject, after: JsonObject, type: FieldType): Comparison {
  const { removed = NOTHING, modified = NOTHING, added = NOTHING } = compareValues(before, after, type);
  return { removed, modified, added };
}

function compareValues(before: Side, after: Side, type: FieldType): Changes {
  if (before === after) return NO_CHANGES;
  if (before === undefined && after !== undefined) return { added: wholeOf(after, type) };
  const [was, is] = [shapeOf(type, before), shapeOf(type, after)];
  if (after === undefined) return compareAs(was, { before, after, type });
  if (before === undefined || was === is) return compareAs(is, { before, after, type });
  return merged(compareAs(was, { before, after, type }), compareAs(is, { before, after, type }));
}

/** A value that is new with everything in it: what a comparison with nothing would find. */
function wholeOf(value: JsonValue, type: FieldType): FieldSet {
  const shape = shapeOf(type, value);
  if (shape === 'map' && isObject(value) && type.map?.isAtomic === false) return wholeMap(value, type.map);
  if (shape === 'list' && isArray(value) && type.list !== undefined && type.list.relation !== 'atomic') return wholeList(value, type.list);
  return NOTHING;
}

function wholeMap(value: JsonObject, type: MapType): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const key of Object.keys(value)) {
    const item = own(value, key);
    if (item !== undefined) children[fieldElement(key)] = wholeOf(item, fieldTypeOf(type, key) ?? DEDUCED);
  }
  return nodeOf(true, sorted(children)) ?? NOTHING;
}

function wholeList(value: JsonArray, type: ListType): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const [element, [first, second]] of byElement(value, type)) {
    // Members that occur more than once are owned as one.
    children[element] = first === undefined || second !== undefined ? NOTHING : wholeOf(first, type.element);
  }
  return nodeOf(true, sorted(children)) ?? NOTHING;
}

interface Pair {
  readonly before: Side;
  readonly after: Side;
  readonly type: FieldType;
}

function compareAs(shape: Shape, pair: Pair): Changes {
  const { before, after, type } = pair;
  if (shape === 'scalar') return leaf(before, after);
  const children = shape === 'map' ? compareMaps(pair, type.map) : compareLists(pair, type.list);
  if (children === undefined) return leaf(before, after);
  if (before === undefined) return { ...children, added: nodeOf(true, children.added ?? NOTHING) };
  if (after === undefined) return { ...children, removed: nodeOf(true, children.removed ?? NOTHING) };
  return children;
}

function leaf(before: Side, after: Side): Changes {
  if (before === undefined) return { added: NOTHING };
  if (after === undefined) return { removed: NOTHING };
  return deepEqual(before, after) ? NO_CHANGES : { modified: NOTHING };
}

/** Undefined when the pair is one value as far as ownership goes. Two empty ones are: null, absent and empty are told apart. */
function compareMaps({ before, after }: Pair, type: MapType | undefined): Changes | undefined {
  const was = isObject(before) ? before : {};
  const is = isObject(after) ? after : {};
  const keys = Object.keys(is);
  const lost = Object.keys(was).filter((key) => !Object.hasOwn(is, key));
  if (type === undefined || type.isAtomic || keys.length + lost.length === 0) return undefined;
  const found = new Children();
  for (const key of keys.concat(lost)) {
    const [old, next] = [own(was, key), own(is, key)];
    if (old !== next) found.add(fieldElement(key), compareValues(old, next, fieldTypeOf(type, key) ?? DEDUCED));
  }
  return found.changes();
}

function compareLists({ before, after }: Pair, type: ListType | undefined): Changes | undefined {
  const was = isArray(before) ? before : [];
  const is = isArray(after) ? after : [];
  if (type === undefined || type.relation === 'atomic' || was.length + is.length === 0) return undefined;
  const [old, next] = [byElement(was, type), byElement(is, type)];
  const found = new Children();
  for (const element of new Set([...old.keys(), ...next.keys()])) {
    found.add(element, compareMembers(old.get(element) ?? [], next.get(element) ?? [], type.element));
  }
  return found.changes();
}

function byElement(list: JsonArray, type: ListType): ReadonlyMap<string, JsonArray> {
  const members = new Map<string, JsonArray>();
  for (const item of list) {
    const found = listElement(type, item);
    if ('element' in found) members.set(found.element, [...(members.get(found.element) ?? []), item]);
  }
  return members;
}

/** Members that occur more than once are owned as one. */
function compareMembers(was: JsonArray, is: JsonArray, type: FieldType): Changes {
  if (was.length <= 1 && is.length <= 1) return compareValues(was[0], is[0], type);
  if (was.length > 1 && is.length > 1) return deepEqual(was, is) ? NO_CHANGES : { modified: NOTHING };
  if (was.length > 1) return merged({ removed: NOTHING }, is.length === 0 ? NO_CHANGES : compareValues(undefined, is[0], type));
  return merged({ added: NOTHING }, was.length === 0 ? NO_CHANGES : compareValues(was[0], undefined, type));
}

function merged(a: Changes, b: Changes): Changes {
  const join = (one: FieldSet | undefined, other: FieldSet | undefined): FieldSet | undefined => {
    if (one === undefined || other === undefined) return one ?? other;
    return union({ self: one }, { self: other })['self'];
  };
  return { removed: join(a.removed, b.removed), modified: join(a.modified, b.modified), added: join(a.added, b.added) };
}

/** Collects the changes below a node; nothing is allocated while there are none. */
class Children {
  #children: { [side in (typeof SIDES)[number]]?: Record<string, FieldSet> } | undefined;

  add(element: string, changes: Changes): void {
    if (changes === NO_CHANGES) return;
    for (const side of SIDES) {
      const set = changes[side];
      if (set === undefined) continue;
      this.#children ??= {};
      (this.#children[side] ??= {})[element] = set;
    }
  }

  changes(): Changes {
    if (this.#children === undefined) return NO_CHANGES;
    const inOrder = (side: (typeof SIDES)[number]): FieldSet | undefined => {
      const children = this.#children?.[side];
      return children === undefined ? undefined : sorted(children);
    };
    return { removed: inOrder('removed'), modified: inOrder('modified'), added: inOrder('added') };
  }
}
