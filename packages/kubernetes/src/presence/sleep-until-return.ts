import type { Clock, Random } from '@kopfts/core';
import { linkedAbort } from '../linked-abort.js';
import type { ReturnSource } from './server-presence.js';

export interface PausePorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Who says that the server is back; absent: every pause has its full length. */
  readonly presence?: ReturnSource | undefined;
}

/** Not all at once, when the server is back. */
const SPREAD_MS = 300;

/** Waits that long, or until the server is back after it was away, and says which; rejects when the signal aborts. */
export async function sleepUntilReturn(
  ms: number,
  { clock, random, presence }: PausePorts,
  signal: AbortSignal,
): Promise<'over' | 'returned'> {
  if (presence === undefined) {
    await clock.sleep(ms, signal);
    return 'over';
  }
  const cut = linkedAbort(signal);
  const deaf = presence.onReturn(() => cut.abort());
  const untilMs = clock.monotonicMs() + ms;
  try {
    await clock.sleep(ms, cut.signal);
    return 'over';
  } catch (error) {
    if (signal.aborted || !cut.signal.aborted) throw error;
  } finally {
    deaf();
    cut.release();
  }
  const leftMs = Math.max(0, untilMs - clock.monotonicMs());
  await clock.sleep(Math.min(leftMs, random.next() * SPREAD_MS), signal);
  return 'returned';
}
