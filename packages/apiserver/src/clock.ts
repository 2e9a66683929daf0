/** Time for the server: the simulator replaces it. */
export interface ApiServerClock {
  /** Wall-clock milliseconds since 1970. */
  now(): number;
  /** Calls `fire` once after `ms` milliseconds; the returned function cancels it. */
  setTimer(ms: number, fire: () => void): () => void;
  /** Sets the wall time forward or back; used by the fault `clockJump`. Without it only the server's own idea of the time jumps. */
  jump?(ms: number): void;
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

/** A clock whose wall time can be set off from its source, like the clock of a machine that is corrected. Timers are not affected. */
export interface JumpingClock extends ApiServerClock {
  jump(ms: number): void;
}

export function createJumpingClock(source: ApiServerClock): JumpingClock {
  let offsetMs = 0;
  return {
    now: () => source.now() + offsetMs,
    setTimer: (ms, fire) => source.setTimer(ms, fire),
    jump(ms) {
      // A clock that others use, too, jumps for all of them.
      if (source.jump === undefined) offsetMs += ms;
      else source.jump(ms);
    },
  };
}
