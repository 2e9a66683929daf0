import type { Fact } from '../model/fact.js';
import type { FactSink } from './fact-sink.js';

/** Keeps every fact: the fake of the `FactSink` port, and the memory of test oracles. */
export interface RecordingFactSink extends FactSink {
  /** All facts so far, oldest first. */
  readonly facts: readonly Fact[];
  /** Those of one kind, with its type. */
  of<Kind extends Fact['kind']>(kind: Kind): readonly Extract<Fact, { readonly kind: Kind }>[];
  /** Forgets them. */
  clear(): void;
}

/** A sink that remembers; it grows without bound, so it is for tests. */
export function createRecordingFactSink(): RecordingFactSink {
  const facts: Fact[] = [];
  return {
    facts,
    accept: (fact) => {
      facts.push(fact);
    },
    of: <Kind extends Fact['kind']>(kind: Kind) =>
      facts.filter((fact): fact is Extract<Fact, { readonly kind: Kind }> => fact.kind === kind),
    clear: () => {
      facts.length = 0;
    },
  };
}
