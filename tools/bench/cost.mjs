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
import { CONTESTANTS, KOPF, PAIRS } from './settings.mjs';

/** Bursts until the compiler has seen enough: the operator has more code to warm than the loop. */
const WARM_UP = 8;
/** Those are larger. */
const BURST_WARM_UP = 2;
/** After the last commit the answer is still to be read, and the watch to bring it once more. */
const SETTLE_MS = 100;

/** Runs `turns` bursts of each in turn on the in-memory server, after a warm-up. `profileFolder` makes Node write CPU profiles there. */
export function measureCost({ turns, objects, profileFolder }) {
  return measure({ script: './cluster-process.mjs', contestants: CONTESTANTS, warmUp: WARM_UP, turns, objects, profileFolder });
}

/** The same on the real kube-apiserver over TLS, with Python's Kopf as one more contestant. */
export function measureBursts({ turns, objects }) {
  return measure({ script: './real-cluster-process.mjs', contestants: [...CONTESTANTS, KOPF], warmUp: BURST_WARM_UP, turns, objects });
}

async function measure({ profileFolder, ...how }) {
  const profiling = (name) =>
    profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=${name}.cpuprofile`];
  const measured = await measureContestants({ ...how, execArgvOf: profiling });
  return { ...measured, ...pairsOf(measured) };
}

/** Bursts for each contestant in turn: their costs, and how to compare them. */
export async function measureContestants({ script, contestants, warmUp, turns, objects, execArgvOf }) {
  const folder = mkdtempSync(join(tmpdir(), 'kopf-bench-'));
  const running = [];
  const start = async (...how) => {
    const started = await startProcess(...how);
    running.unshift(started);
    return started;
  };
  try {
    const cluster = await start(script);
    const { access } = cluster.ready;
    const kubeconfig = cluster.ready.kubeconfigPath ?? join(folder, 'kubeconfig');
    if (cluster.ready.kubeconfig) writeFileSync(kubeconfig, JSON.stringify(cluster.ready.kubeconfig), { mode: 0o600 });
    const processes = {};
    for (const name of contestants) {
      if (name === KOPF) processes[name] = await start('./kopf-process.mjs', [kubeconfig, name]);
      else if (name.startsWith('bare')) processes[name] = await start('./bare-loop.mjs', [JSON.stringify(access), name], execArgvOf(name));
      else processes[name] = await start('./operator-process.mjs', [kubeconfig, name], execArgvOf(name));
    }
    const samples = [];
    for (let turn = -warmUp; turn < turns; turn += 1) {
      const sample = {};
      for (const name of contestants)
        sample[name] = await measureBurst({
          cluster,
          measured: processes[name],
          namespace: name,
          objects,
          from: (turn + warmUp) * objects,
        });
      if (turn >= 0) samples.push(sample);
    }
    return summary(samples, { contestants, objects });
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

/** Of every pair of one turn the ratio of the CPU times, and of the ratios of all turns the median. */
function summary(samples, { contestants, objects }) {
  const of = (name, figure) => median(samples.map((sample) => sample[name][figure]));
  /** Of the burst that others disturbed least. */
  const leastOf = (name) => Math.min(...samples.map((sample) => sample[name].cpuUs));
  const compare = (one, other) => {
    const ratios = samples.map((sample) => sample[one].cpuUs / sample[other].cpuUs);
    return { ratio: median(ratios), ratios: range(ratios, 2) };
  };
  return {
    turns: samples.length,
    objects,
    compare,
    contestants: Object.fromEntries(
      contestants.map((name) => [name, { cpuUs: of(name, 'cpuUs'), leastUs: leastOf(name), perSecond: of(name, 'perSecond') }]),
    ),
  };
}

/** What belongs together. */
function pairsOf({ contestants, compare }) {
  return {
    pairs: Object.fromEntries(PAIRS.map(({ store, operator, bare }) => [store, compare(operator, bare)])),
    kopf: KOPF in contestants ? Object.fromEntries(PAIRS.map(({ store, operator }) => [store, compare(operator, KOPF)])) : undefined,
  };
}
