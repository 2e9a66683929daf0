/** Time for the server: the simulator replaces it. */
export interface ApiServerClock {
  /** Wall-clock milliseconds since 1970. */
  now(): number;
  /** Calls `fire` once after `ms` milliseconds; the returned function cancels it. */
  setTimer(ms: number, fire: () => void): () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep the process alive. */
export const systemClock: ApiServerClock = {
  now: () => Date.now(),
  setTimer(ms, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
