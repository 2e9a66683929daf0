// The latest facts, for those who ask why: a ring per object and handler. Bounded twice: each ring, and all of them together, where what was
// not heard of for longest goes first. Recording makes no text and reads nothing: it is done for every fact of an operator.
import type { Fact } from '../model/fact.js';
import type { HandlerId, ObjectUid } from '../model/ids.js';
import type { ObjectRef } from '../model/object.js';
import { resourceName, type CollectionRef } from '../model/resource.js';
import type { FactSink } from '../ports/fact-sink.js';
import { briefFact } from './brief-fact.js';
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
      count += 1;
      if (limit() <= 0) return;
      const numbered = { number: count, fact: briefFact(fact) };
      if ('object' in fact) objects.record(fact.object, numbered);
      else if ('of' in fact) recordOf(collections, fact.of, numbered);
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
  const objects = new Map<ObjectUid, RememberedObject>();
  let latest: RememberedObject | undefined;
  let size = 0;
  const touch = (uid: ObjectUid, object: RememberedObject): void => {
    if (latest === object) return;
    objects.delete(uid);
    objects.set(uid, object);
    latest = object;
  };
  const keep = (object: RememberedObject, numbered: NumberedFact): void => {
    size += recordInto(object, numbered);
    while (size > limit() && objects.size > 0) {
      const oldest = dropFirst(objects);
      if (oldest !== undefined) size -= sizeOf(oldest);
      if (oldest === latest) latest = undefined;
    }
  };
  return {
    get size() {
      return size;
    },
    all: () => objects.values(),
    find: (uid) => objects.get(uid),
    record(ref, numbered) {
      const object = objects.get(ref.uid) ?? { ref, own: createFactRing(), handlers: new Map<HandlerId, FactRing>(), dropped: 0 };
      touch(ref.uid, object);
      keep(object, numbered);
    },
    recordKnown(uid, numbered) {
      const object = uid === undefined ? undefined : objects.get(uid);
      if (object) keep(object, numbered);
    },
  };
}

/** By how much it grows. */
function recordInto(object: RememberedObject, numbered: NumberedFact): number {
  const handler = handlerOf(numbered.fact);
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

function handlerOf(fact: Fact): HandlerId | undefined {
  return 'handler' in fact ? fact.handler : undefined;
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
