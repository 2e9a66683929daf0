import type { Instant } from '../model/instant.js';

/** Time. What is stored is wall time (`now`); what is waited for is monotonic. */
export interface Clock {
  /** Wall clock, UTC. */
  now(): Instant;
  /** Never goes back; the origin means nothing. */
  monotonicMs(): number;
  /** Resolves after that long, of any length (also past 2^31−1 ms); rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** How long to wait instead, never shorter, so that waits which are due at nearly the same time end together. Default: exactly as long. */
  sharedWaitMs?(ms: number): number;
  /** Lets other work run before a long computation goes on. */
  yield(): Promise<void>;
}
