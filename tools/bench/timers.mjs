/** Many timers that wait most of the time. */
import { startProcess } from './measured-process.mjs';

/** Bytes for each timer, and for each daemon that waits; the share of a core that all timers take, and how many of them ran in a second. */
export async function measureTimers({ objects, intervalSeconds, seconds }) {
  const operator = await startProcess('./timers-process.mjs', [], ['--expose-gc']);
  try {
    return await operator.ask('measure', { objects, intervalSeconds, seconds });
  } finally {
    await operator.close();
  }
}
