import type { Fact, FactBody } from '../model/fact.js';
import type { Clock } from '../ports/clock.js';
import type { FactSink } from '../ports/fact-sink.js';

type Stamped = FactBody & { at?: Fact['at'] };

/** What everybody who observes the operator hears. */
export interface FactStream {
  /** Takes the object over: it is to be a fresh one. */
  emit(fact: FactBody): void;
  add(sink: FactSink): void;
}

export function createFactStream(clock: Clock, sinks: readonly FactSink[]): FactStream {
  const all = [...sinks];
  return {
    add: (sink) => {
      all.push(sink);
    },
    emit(body) {
      if (all.length === 0) return;
      // A copy of each would cost more than all the rest, and so would anything that asks which properties there are: facts have many shapes.
      const fact = body as Stamped;
      fact.at = clock.now();
      for (const sink of all) acceptSafely(sink, fact as Fact);
    },
  };
}

/** An observer's mistake must not become the engine's. */
function acceptSafely(sink: FactSink, fact: Fact): void {
  try {
    sink.accept(fact);
  } catch {
    // It cannot be told through itself, and the others saw the fact.
  }
}
