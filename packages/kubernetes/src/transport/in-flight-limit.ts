/**
 * How many requests may be on their way at once. Pure. Additive increase, multiplicative decrease, as in TCP: a server that says "too many" (429), or
 * does not answer in time, gets half as many at once; each full round of answers in time allows one more, up to the most.
 */
export interface InFlightLimit {
  /** At least 1; its whole part counts. */
  readonly limit: number;
  readonly most: number;
  /** Grows with each decrease: requests that began before the last one say nothing about what holds since. */
  readonly round: number;
}

/** What a request told about the load of the server. */
export type LoadSign = 'in-time' | 'overloaded';

/** The limit at the beginning: the most. */
export function startLimit(most: number): InFlightLimit {
  return { limit: most, most, round: 0 };
}

/** The limit after a request that began in that round. */
export function advanceLimit(state: InFlightLimit, sign: LoadSign, startedInRound: number): InFlightLimit {
  if (sign === 'in-time')
    return state.limit >= state.most ? state : { ...state, limit: Math.min(state.most, state.limit + 1 / state.limit) };
  if (startedInRound !== state.round) return state;
  return { ...state, limit: Math.max(1, Math.floor(state.limit) / 2), round: state.round + 1 };
}
