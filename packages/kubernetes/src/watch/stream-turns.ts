import type { Clock } from '@kopfts/core';
import { linkedAbort } from '../linked-abort.js';

/**
 * Bounds the streams that are open at the same time (design 6.16). Whoever waits half a minute makes the stream that is open longest give
 * up its turn; that one waits in its turn then, and resumes where it was: nothing is lost, but changes come later.
 */
export interface StreamTurns {
  /** Whether the next one would have to wait. */
  isFull(): boolean;
  /** Resolves with the end of the turn. `leave` is called when another one should have it; it may be ignored. */
  take(leave: () => void, signal: AbortSignal): Promise<() => void>;
}

const MOST_STREAMS = 200;
const PATIENCE_MS = 30_000;

/** Turns for so many streams; default 200. */
export function createStreamTurns(clock: Clock, most = MOST_STREAMS): StreamTurns {
  const holders = new Set<() => void>();
  const waiting: AbortController[] = [];
  let open = 0;

  /** A turn goes to whoever waits longest, and is not free meanwhile: whoever had it would be back sooner. */
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) open -= 1;
    else next.abort();
  };
  const end = (leave: () => void): void => {
    holders.delete(leave);
    release();
  };
  const askOldest = (): void => {
    const [oldest] = holders;
    if (oldest === undefined) return;
    // Asked once, and then behind the others.
    holders.delete(oldest);
    holders.add(oldest);
    oldest();
  };
  const wait = async (signal: AbortSignal): Promise<void> => {
    const granted = new AbortController();
    const cut = linkedAbort(signal);
    granted.signal.addEventListener('abort', () => cut.abort(), { once: true });
    waiting.push(granted);
    try {
      while (!granted.signal.aborted) {
        await clock.sleep(PATIENCE_MS, cut.signal);
        askOldest();
      }
    } catch (error) {
      if (!granted.signal.aborted) throw error;
    } finally {
      cut.release();
      const index = waiting.indexOf(granted);
      if (index >= 0) waiting.splice(index, 1);
    }
  };

  return {
    isFull: () => open >= most,
    async take(leave, signal) {
      signal.throwIfAborted();
      if (open < most) open += 1;
      else await wait(signal);
      // Granted to somebody who is gone: the next one has it.
      if (signal.aborted) release();
      signal.throwIfAborted();
      holders.add(leave);
      return () => end(leave);
    },
  };
}
