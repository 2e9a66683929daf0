// The loop of a daemon: attempts, with the delay that an error asks for between them, until it is over (spec DM-08, DM-09).
import { emptyRecord } from '../../handlers/progress.js';
import { attempt } from './attempt.js';
import type { TaskRun } from './task.js';

/** Resolves when it has succeeded or failed for good. Attempts and time are counted from here, in memory. */
export async function runDaemon(run: TaskRun): Promise<void> {
  const { base, told } = run;
  let record = emptyRecord(undefined, base.clock.now());
  for (;;) {
    const { outcome, record: after } = await attempt(run, record);
    if (outcome.kind !== 'retry') return;
    record = after;
    await base.clock.sleep(outcome.delayMs ?? 0, told.signal);
  }
}
