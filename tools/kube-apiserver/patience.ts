import { setTimeout as sleep } from 'node:timers/promises';

/** The end of patience on a busy machine, milliseconds: whatever takes longer does not come any more. */
export const PATIENCE_MS = 120_000;
const AGAIN_MS = 50;

/** Until it is so, and says what is missing if that never comes. */
export async function untilTrue(what: string, isSo: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${String(withinMs)} ms: ${what}`);
    await sleep(AGAIN_MS);
  }
}
