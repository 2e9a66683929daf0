import type { Fact } from '../model/fact.js';

/** The latest facts about one thing. Plain data: there may be thousands of rings. */
export interface FactRing {
  readonly facts: Fact[];
  /** Of each of them, the number in the order of all facts. */
  readonly numbers: number[];
  /** Where the next one goes when it is full: the oldest is there. */
  next: number;
  dropped: number;
}

/** A fact, and its place among all. */
export interface NumberedFact {
  readonly number: number;
  readonly fact: Fact;
}

export function createFactRing(): FactRing {
  return { facts: [], numbers: [], next: 0, dropped: 0 };
}

/** How many more it holds afterwards: 1, or 0 where the oldest had to go. */
export function pushFact(ring: FactRing, { fact, number }: NumberedFact, limit: number): 0 | 1 {
  if (ring.facts.length < limit) {
    ring.facts.push(fact);
    ring.numbers.push(number);
    return 1;
  }
  ring.facts[ring.next] = fact;
  ring.numbers[ring.next] = number;
  ring.next = (ring.next + 1) % limit;
  ring.dropped += 1;
  return 0;
}

/** In no particular order. */
export function factsOf({ facts, numbers }: FactRing): readonly NumberedFact[] {
  return facts.map((fact, index) => ({ fact, number: numbers[index] ?? 0 }));
}

/** Several rings as one story, oldest first. */
export function inOrder(rings: Iterable<FactRing>): readonly NumberedFact[] {
  return [...rings].flatMap(factsOf).sort((a, b) => a.number - b.number);
}
