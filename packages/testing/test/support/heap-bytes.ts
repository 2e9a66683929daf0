import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is left of the heap after some collections: what weak references hold goes between turns of the event loop. */
export async function heapBytes(rounds = 8): Promise<number> {
  for (let round = 0; round < rounds; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
