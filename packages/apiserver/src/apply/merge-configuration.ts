// Lays an applied configuration over an object: its leaves win, what it does not name stays, members of lists are matched by their keys.

import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import type { FieldType, ListType, MapType, Shape } from './field-type.js';
import { DEDUCED, fieldTypeOf, shapeOf } from './field-type.js';
import { listElement } from './list-element.js';

export function mergeConfiguration(live: JsonObject, configuration: JsonObject, type: FieldType): JsonObject {
  const merged = mergeValues(live, configuration, type);
  return isObject(merged) ? merged : {};
}

type Side = JsonValue | undefined;

function mergeValues(live: Side, applied: Side, type: FieldType): Side {
  if (applied === undefined) return live;
  return mergeAs(shapeOf(type, applied), { live, applied, type });
}

function mergeAs(shape: Shape, { live, applied, type }: { live: Side; applied: Side; type: FieldType }): Side {
  if (shape === 'map' && type.map?.isAtomic === false) return mergeMaps(live, applied, type.map);
  if (shape === 'list' && type.list !== undefined && type.list.relation !== 'atomic') return mergeLists(live, applied, type.list);
  return applied;
}

function mergeMaps(live: Side, applied: Side, type: MapType): Side {
  const was = isObject(live) ? live : {};
  const is = isObject(applied) ? applied : {};
  if (Object.keys(was).length + Object.keys(is).length === 0) return applied;
  const draft: JsonDraft = { ...was };
  for (const key of Object.keys(is)) {
    const value = mergeValues(own(was, key), own(is, key), fieldTypeOf(type, key) ?? DEDUCED);
    if (value !== undefined) setOwn(draft, key, value);
  }
  return draft;
}

interface Member {
  readonly element: string;
  readonly item: JsonValue;
}

function membersOf(list: JsonArray, type: ListType): readonly Member[] {
  return list.flatMap((item) => {
    const found = listElement(type, item);
    return 'element' in found ? [{ element: found.element, item }] : [];
  });
}

/** The order is that of the configuration; what only the live list has stays where its neighbours let it. */
function mergeLists(live: Side, applied: Side, type: ListType): Side {
  const was = isArray(live) ? live : [];
  const is = isArray(applied) ? applied : [];
  if (was.length + is.length === 0) return applied;
  return new ListMerge(membersOf(was, type), membersOf(is, type), type).run();
}

class ListMerge {
  readonly #live: readonly Member[];
  readonly #applied: readonly Member[];
  readonly #liveItems = new Map<string, JsonValue | undefined>();
  readonly #appliedItems: ReadonlyMap<string, JsonValue>;
  readonly #done = new Set<string>();
  readonly #type: ListType;
  /** Elements of both lists, in the order of the configuration, that are still to come. */
  readonly #shared: string[];
  readonly #out: JsonValue[] = [];
  #liveIndex = 0;
  #appliedIndex = 0;

  constructor(live: readonly Member[], applied: readonly Member[], type: ListType) {
    this.#live = live;
    this.#applied = applied;
    this.#type = type;
    // Members that occur twice are not merged with the new value.
    for (const { element, item } of live) this.#liveItems.set(element, this.#liveItems.has(element) ? undefined : item);
    this.#appliedItems = new Map(applied.map(({ element, item }) => [element, item]));
    this.#shared = applied.map(({ element }) => element).filter((element) => this.#liveItems.has(element));
  }

  run(): JsonArray {
    while (this.#liveIndex < this.#live.length || this.#appliedIndex < this.#applied.length) this.#step();
    return this.#out;
  }

  #step(): void {
    const live = this.#live[this.#liveIndex];
    const applied = this.#applied[this.#appliedIndex];
    if (live !== undefined && applied !== undefined) {
      if (live.element === applied.element) {
        this.#liveIndex += 1;
        this.#take(applied);
        return;
      }
      const isLater = this.#appliedItems.has(live.element) && this.#shared[0] !== undefined && this.#shared[0] !== live.element;
      if (isLater) {
        this.#liveIndex += 1;
        return;
      }
    }
    if (live !== undefined) {
      if (!this.#appliedItems.has(live.element)) {
        this.#out.push(live.item);
        this.#liveIndex += 1;
        return;
      }
      if (this.#done.has(live.element)) this.#liveIndex += 1;
    }
    if (applied !== undefined) this.#take(applied);
  }

  #take({ element, item }: Member): void {
    const value = mergeValues(this.#liveItems.get(element), item, this.#type.element);
    if (value !== undefined) this.#out.push(value);
    this.#done.add(element);
    this.#appliedIndex += 1;
    if (this.#shared[0] === element) this.#shared.shift();
  }
}
