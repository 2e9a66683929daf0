/** An operator that starts over many objects which it has handled before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './measured-process.mjs';
import { CONTESTANTS } from './settings.mjs';

/** Bytes of memory per object at rest; objects per second, on the wall and of CPU; milliseconds that the event loop was held up. */
export async function measureResting(objects) {
  const [namespace] = CONTESTANTS;
  const cluster = await startProcess('./handled-cluster-process.mjs', [namespace, String(objects)], ['--max-old-space-size=4096']);
  const folder = mkdtempSync(join(tmpdir(), 'kopf-bench-'));
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(cluster.ready.kubeconfig), { mode: 0o600 });
    const operator = await startProcess('./resting-process.mjs', [kubeconfig, namespace], ['--expose-gc']);
    const bystander = await startProcess('./resting-process.mjs', [kubeconfig, namespace]);
    await bystander.ask('watchIdle');
    const { bytes, tookMs, cpuUs, lag } = await operator.ask('measure', { objects });
    const idle = await bystander.ask('idleLag');
    await bystander.close();
    await operator.close();
    return { bytes, lag, idle, perSecond: { wall: (objects * 1000) / tookMs, cpu: (objects * 1_000_000) / cpuUs } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await cluster.close();
  }
}
