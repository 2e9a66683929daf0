import type { Fact } from '../model/fact.js';

/** A consumer of facts: logs, metrics, explanations, test oracles. Must be quick, must not throw, must have a default branch. */
export interface FactSink {
  accept(fact: Fact): void;
}
