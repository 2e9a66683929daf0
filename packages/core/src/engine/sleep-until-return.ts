import type { EngineContext } from './context.js';
import { OVER } from './race-abort.js';

/** For what waits because the cluster is away: that long, or until the cluster says that it is back. Rejects when the signal aborts. */
export async function sleepUntilReturn(
  { clock, client }: Pick<EngineContext, 'clock' | 'client'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  // Made by hand: what `AbortSignal.any` makes is remembered at the signal, on Node 20 for ever, and that may be the operator's.
  const cut = new AbortController();
  const end = (): void => cut.abort(signal.reason);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const deaf = client.onReturn?.(() => cut.abort(OVER));
  try {
    await clock.sleep(ms, cut.signal);
  } catch (error) {
    if (signal.aborted || !cut.signal.aborted) throw error;
  } finally {
    deaf?.();
    signal.removeEventListener('abort', end);
  }
}
