/**
 * The CPU time of a handled creation, operator against bare loop: same server, same requests, bursts of the same size in turn.
 * A ratio of two neighbours in one run is all that a shared machine can tell.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, range } from './figures.mjs';
import { startProcess } from './measured-process.mjs';
import { CONTESTANTS } from './settings.mjs';

/** Bursts until the compiler has seen enough: the operator has more code to warm than the loop. */
const WARM_UP = 8;
/** After the last commit the answer is still to be read, and the watch to bring it once more. */
const SETTLE_MS = 100;

/** Runs `pairs` bursts of each in turn, after a warm-up. `profileFolder` makes Node write CPU profiles there. */
export async function measureCost({ pairs, objects, profileFolder }) {
  const folder = mkdtempSync(join(tmpdir(), 'kopf-bench-'));
  const running = [];
  const start = async (...how) => {
    const started = await startProcess(...how);
    running.unshift(started);
    return started;
  };
  const profiling = (name) =>
    profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=${name}.cpuprofile`];
  try {
    const cluster = await start('./cluster-process.mjs');
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(cluster.ready.kubeconfig), { mode: 0o600 });
    const processes = {
      operator: await start('./operator-process.mjs', [kubeconfig, 'operator'], profiling('operator')),
      bare: await start('./bare-loop.mjs', [cluster.ready.url, 'bare'], profiling('bare')),
    };
    const samples = [];
    for (let pair = -WARM_UP; pair < pairs; pair += 1) {
      const sample = {};
      for (const name of CONTESTANTS) {
        sample[name] = await measureBurst({
          cluster,
          measured: processes[name],
          namespace: name,
          objects,
          from: (pair + WARM_UP) * objects,
        });
      }
      if (pair >= 0) samples.push(sample);
    }
    return summary(samples, objects);
  } finally {
    for (const { close } of running) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureBurst({ cluster, measured, namespace, objects, from }) {
  const before = await measured.ask('cpu');
  const { tookMs, odd } = await cluster.ask('burst', { namespace, objects, from });
  if (odd.length > 0) throw new Error(`${odd.length} times not what was to be measured, first: ${odd[0]}`);
  await sleep(SETTLE_MS);
  const cpuUs = ((await measured.ask('cpu')) - before) / objects;
  return { cpuUs, perSecond: (objects / tookMs) * 1000 };
}

function summary(samples, objects) {
  const of = (name, figure) => samples.map((sample) => sample[name][figure]);
  const ratios = samples.map(({ operator, bare }) => operator.cpuUs / bare.cpuUs);
  const contestant = (name) => ({ cpuUs: median(of(name, 'cpuUs')), perSecond: median(of(name, 'perSecond')) });
  return {
    pairs: samples.length,
    objects,
    ratio: median(ratios),
    ratios: range(ratios, 2),
    operator: contestant('operator'),
    bare: contestant('bare'),
  };
}
