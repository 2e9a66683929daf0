import type { Random } from '../ports/random.js';

/** The chance of production, and the default of `startOperator`. */
export const systemRandom: Random = {
  next: () => Math.random(),
  uuid: () => crypto.randomUUID(),
};
