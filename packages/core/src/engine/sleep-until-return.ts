import type { EngineContext } from './context.js';
import { OVER } from './race-abort.js';

/** For what waits because the cluster is away: that long, or until the cluster says that it is back. Rejects when the signal aborts. */
export async function sleepUntilReturn(
  { clock, client }: Pick<EngineContext, 'clock' | 'client'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const back = new AbortController();
  const deaf = client.onReturn?.(() => back.abort(OVER));
  try {
    await clock.sleep(ms, AbortSignal.any([signal, back.signal]));
  } catch (error) {
    if (signal.aborted || !back.signal.aborted) throw error;
  } finally {
    deaf?.();
  }
}
