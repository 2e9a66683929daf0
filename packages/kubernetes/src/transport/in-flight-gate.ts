import { advanceLimit, startLimit, type LoadSign } from './in-flight-limit.js';

/** A request that was let in; to be told once how it ended, or that it said nothing about the load. */
export type LetIn = (sign: LoadSign | undefined) => void;

/** Lets in as many requests at once as the limit of a lane allows, in the order in which they came. */
export interface InFlightGate {
  /** At once if there is room, and nobody waits. */
  tryEnter(): LetIn | undefined;
  /** Calls back when there is room, unless the returned function is called before. */
  queue(enter: (letIn: LetIn) => void): () => void;
  /** How many may be inside now. */
  limit(): number;
}

/** Starts with `most`. */
export function createInFlightGate(most: number): InFlightGate {
  let state = startLimit(most);
  let inside = 0;
  const waiting = new Set<(letIn: LetIn) => void>();

  const hasRoom = (): boolean => inside < Math.floor(state.limit);
  const letIn = (): LetIn => {
    inside += 1;
    const { round } = state;
    return (sign) => {
      inside -= 1;
      if (sign !== undefined) state = advanceLimit(state, sign, round);
      for (const enter of waiting) {
        if (!hasRoom()) return;
        waiting.delete(enter);
        enter(letIn());
      }
    };
  };
  return {
    tryEnter: () => (waiting.size === 0 && hasRoom() ? letIn() : undefined),
    queue(enter) {
      waiting.add(enter);
      return () => waiting.delete(enter);
    },
    limit: () => Math.floor(state.limit),
  };
}
