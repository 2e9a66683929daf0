// The latest facts, for those who ask why: a ring per object and handler. Bounded twice: each ring, and all of them together, where what was
// not heard of for longest goes first. Recording makes no text and reads nothing: it is done for every fact of an operator.
import type { HandlerId, ObjectUid } from '../model/ids.js';
import type { ObjectRef } from '../model/object.js';
import { resourceName, type CollectionRef } from '../model/resource.js';
import type { FactSink } from '../ports/fact-sink.js';
import { briefFact, loosely } from './brief-fact.js';
import { createFactRing, inOrder, pushFact, type FactRing, type NumberedFact } from './fact-ring.js';

/** Of an object as a whole: states, causes, writes. */
const PER_OBJECT = 32;
/** Of one handler of one object: some attempts. */
const PER_HANDLER = 12;
/** Sub-handlers have whatever ids they are given. */
const MOST_HANDLERS = 32;
const PER_COLLECTION = 12;
const MOST_COLLECTIONS = 1000;
const OF_OPERATOR = 32;

/** What is remembered of one object. */
export interface RememberedObject {
  readonly ref: ObjectRef;
  readonly own: FactRing;
  /** By handler, in the order in which they were first heard of. */
  readonly handlers: Map<HandlerId, FactRing>;
  /** Facts of handlers that were forgotten. */
  dropped: number;
}

export interface FactMemory extends FactSink {
  /** Facts of objects that are held. */
  readonly size: number;
  /** Those that are remembered; the one heard of last is last. */
  objects(): Iterable<RememberedObject>;
  object(uid: ObjectUid): RememberedObject | undefined;
  /** About a watch, oldest first. */
  ofCollection(of: CollectionRef): readonly NumberedFact[];
  /** About all watches. */
  ofCollections(): readonly NumberedFact[];
  /** About the operator, oldest first. */
  ofOperator(): readonly NumberedFact[];
}

/** `limit` is asked at each fact: facts of all objects together; 0: nothing is remembered. */
export function createFactMemory(limit: () => number): FactMemory {
  const objects = createObjectMemory(limit);
  const collections = new Map<string, FactRing>();
  const operator = createFactRing();
  // What plugins and the engine say to people: there may be much of it.
  const voices = createFactRing();
  let count = 0;
  return {
    get size() {
      return objects.size;
    },
    objects: () => objects.all(),
    object: (uid) => objects.find(uid),
    ofCollection: (of) => inOrder([collections.get(collectionKey(of)) ?? createFactRing()]),
    ofCollections: () => inOrder(collections.values()),
    ofOperator: () => inOrder([operator, voices]),
    accept(fact) {
      // What is only counted says nothing to those who ask why.
      if (fact.kind === 'turn-taken' || fact.kind === 'turn-ended' || fact.kind === 'bookmark-seen') return;
      count += 1;
      if (limit() <= 0) return;
      const numbered = { number: count, fact: briefFact(fact) };
      const { object, of } = loosely(fact);
      if (object !== undefined) objects.record(object, numbered);
      else if (of !== undefined) recordOf(collections, of, numbered);
      else if (fact.kind === 'event-recorded') objects.recordKnown(fact.about.uid, numbered);
      else pushFact(fact.kind === 'plugin' || fact.kind === 'logged' ? voices : operator, numbered, OF_OPERATOR);
    },
  };
}

/** Watches say little: a text for each fact of theirs costs nothing. */
function collectionKey({ resource, namespace }: CollectionRef): string {
  return `${resourceName(resource)} ${namespace ?? ''}`;
}

function recordOf(collections: Map<string, FactRing>, of: CollectionRef, numbered: NumberedFact): void {
  const key = collectionKey(of);
  const ring = collections.get(key) ?? createFactRing();
  collections.delete(key);
  collections.set(key, ring);
  pushFact(ring, numbered, PER_COLLECTION);
  if (collections.size > MOST_COLLECTIONS) dropFirst(collections);
}

interface ObjectMemory {
  readonly size: number;
  all(): Iterable<RememberedObject>;
  find(uid: ObjectUid): RememberedObject | undefined;
  record(ref: ObjectRef, numbered: NumberedFact): void;
  /** Only if something is remembered of it already. */
  recordKnown(uid: string | undefined, numbered: NumberedFact): void;
}

function createObjectMemory(limit: () => number): ObjectMemory {
  const objects = new Map<ObjectUid, InLine>();
  const line = createLine();
  let size = 0;
  const keep = (object: RememberedObject, numbered: NumberedFact): void => {
    size += recordInto(object, numbered);
    while (size > limit() && line.oldest !== undefined) {
      const { oldest } = line;
      line.leave(oldest);
      objects.delete(oldest.ref.uid);
      size -= sizeOf(oldest);
    }
  };
  return {
    get size() {
      return size;
    },
    all: () => line.all(),
    find: (uid) => objects.get(uid),
    record(ref, numbered) {
      // Most facts are of the same object as the one before.
      if (line.latest?.ref === ref) return keep(line.latest, numbered);
      let object = objects.get(ref.uid);
      if (object === undefined) objects.set(ref.uid, (object = newInLine(ref)));
      else line.leave(object);
      line.join(object);
      keep(object, numbered);
    },
    recordKnown(uid, numbered) {
      const object = uid === undefined ? undefined : objects.get(uid);
      if (object) keep(object, numbered);
    },
  };
}

/** A place in the order in which objects were heard of last. */
interface InLine extends RememberedObject {
  before: InLine | undefined;
  after: InLine | undefined;
}

function newInLine(ref: ObjectRef): InLine {
  return { ref, own: createFactRing(), handlers: new Map(), dropped: 0, before: undefined, after: undefined };
}

/** The order alone: a map would have to take an entry out and in again for each fact, and to step over all that left when the first is looked for. */
interface Line {
  readonly oldest: InLine | undefined;
  readonly latest: InLine | undefined;
  join(object: InLine): void;
  leave(object: InLine): void;
  all(): Iterable<InLine>;
}

function createLine(): Line {
  let oldest: InLine | undefined;
  let latest: InLine | undefined;
  return {
    get oldest() {
      return oldest;
    },
    get latest() {
      return latest;
    },
    join(object) {
      object.before = latest;
      if (latest === undefined) oldest = object;
      else latest.after = object;
      latest = object;
    },
    leave(object) {
      const { before, after } = object;
      if (before === undefined) oldest = after;
      else before.after = after;
      if (after === undefined) latest = before;
      else after.before = before;
      object.before = undefined;
      object.after = undefined;
    },
    *all() {
      for (let object = oldest; object !== undefined; object = object.after) yield object;
    },
  };
}

/** By how much it grows. */
function recordInto(object: RememberedObject, numbered: NumberedFact): number {
  const { handler } = loosely(numbered.fact);
  if (handler === undefined) return pushFact(object.own, numbered, PER_OBJECT);
  const { handlers } = object;
  const ring = handlers.get(handler);
  if (ring !== undefined) return pushFact(ring, numbered, PER_HANDLER);
  const fresh = createFactRing();
  handlers.set(handler, fresh);
  const grown = pushFact(fresh, numbered, PER_HANDLER);
  if (handlers.size <= MOST_HANDLERS) return grown;
  const gone = dropFirst(handlers)?.facts.length ?? 0;
  object.dropped += gone;
  return grown - gone;
}

function sizeOf({ own, handlers }: RememberedObject): number {
  let size = own.facts.length;
  for (const ring of handlers.values()) size += ring.facts.length;
  return size;
}

/** Takes out what came first. */
function dropFirst<K, V>(map: Map<K, V>): V | undefined {
  const [first] = map;
  if (first === undefined) return undefined;
  map.delete(first[0]);
  return first[1];
}
