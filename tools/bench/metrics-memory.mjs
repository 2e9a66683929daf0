/** Metrics must cost the same for ten objects and for a hundred thousand. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `grownBytes`: of the heap, from the first objects to the last; series are those that Prometheus reads. */
export function measureMetricsMemory(objects) {
  const script = fileURLToPath(new URL('./metrics-memory-process.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, String(objects)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the measurement of metrics ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
