// Blocks that are short, but come again and again, turn nothing red, and yet make everything late (faults M2).
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

/** How finely lateness is measured; it is part of each sample. */
const RESOLUTION_MS = 20;
/** So much of the time is lost by being late. */
const SHARE = 0.25;
/** Turns of a busy operator are far shorter. */
const LONG_MS = 50;
/** Whoever hears of it needs time to do something. */
const PAUSE_MS = 600_000;
/** Whom a look catches is chance, and it may be none: so many are taken before nobody is named. */
const LOOKS = 6;

/** What was measured in one window, in milliseconds without the resolution. */
export interface Lateness {
  readonly windowMs: number;
  readonly samples: number;
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** Whether it is one that somebody should hear of. Pure. A single long block is told otherwise. */
export function isLagging({ windowMs, samples, meanMs, p99Ms }: Lateness): boolean {
  return (samples * meanMs) / windowMs >= SHARE && p99Ms >= LONG_MS;
}

/** The event loop is late again and again, by blocks that are short. */
export interface Lagging {
  /** Who was seen at it. */
  readonly handler?: string | undefined;
  /** How late it is. */
  readonly lagMs: number;
  readonly stack?: readonly string[];
}

/** Passes on what is worth telling: whoever was seen at it, or, after some looks, that nobody was; then nothing for a while. */
export function tellRarely(tell: (lagging: Lagging) => void, nowMs: () => number): (lagging: Lagging) => void {
  let silentUntilMs = -Infinity;
  let unnamed = 0;
  return (lagging) => {
    if (nowMs() < silentUntilMs) return;
    if (lagging.handler === undefined && ++unnamed < LOOKS) return;
    unnamed = 0;
    silentUntilMs = nowMs() + PAUSE_MS;
    tell(lagging);
  };
}

/** Calls `late` after each window in which it was so. Returns how to end that. */
export function watchLag(windowMs: number, late: (lagMs: number) => void): () => void {
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  let begunAt = performance.now();
  const look = (): void => {
    const now = performance.now();
    const without = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
    const { count: samples } = lag;
    const lateness = {
      windowMs: now - begunAt,
      samples,
      meanMs: samples === 0 ? 0 : without(lag.mean),
      p99Ms: samples === 0 ? 0 : without(lag.percentile(99)),
    };
    begunAt = now;
    lag.reset();
    if (isLagging(lateness)) late(lateness.p99Ms);
  };
  const looking = setInterval(look, windowMs);
  looking.unref();
  return () => {
    clearInterval(looking);
    lag.disable();
  };
}
