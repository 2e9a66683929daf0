/**
 * What Redis costs: the CPU time of a handled change beside an operator with the status store, bursts of the same changes in turn; and how
 * long it takes until what Redis has of many objects is loaded.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisServer } from '../redis/environment.mjs';
import { startRedis } from '../redis/server.mjs';
import { CommandFailedError } from '../workspace.mjs';
import { median, range } from './figures.mjs';
import { startProcess } from './measured-process.mjs';

/** Bursts until the compiler has seen enough. */
const WARM_UP = 8;
/** After the last answer of the cluster there is still a commit to Redis, and the watch. */
const SETTLE_MS = 150;
const STORES = ['status', 'redis'];

async function withRedis(work) {
  const program = await redisServer();
  if (program === undefined) throw new CommandFailedError('there is no redis-server to measure with');
  const redis = await startRedis(program, { appendonly: false });
  try {
    return await work(redis);
  } finally {
    await redis.close();
  }
}

/** Of every pair of neighbours the ratio of the CPU times of the operators, and of the ratios of all turns the median. */
export function measureStores({ turns, objects }) {
  return withRedis(async ({ url }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kopf-bench-'));
    const running = [];
    const start = async (...how) => {
      const started = await startProcess(...how);
      running.unshift(started);
      return started;
    };
    try {
      const cluster = await start('./stores-cluster-process.mjs', [String(objects), ...STORES]);
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, JSON.stringify(cluster.ready.kubeconfig), { mode: 0o600 });
      const operators = {};
      for (const store of STORES) operators[store] = await start('./stores-operator-process.mjs', [kubeconfig, store, url]);
      const samples = [];
      for (let turn = -WARM_UP; turn < turns; turn += 1) {
        const sample = {};
        for (const store of STORES) sample[store] = await measureBurst({ cluster, operator: operators[store], store, objects, turn });
        if (turn >= 0) samples.push(sample);
      }
      const ratios = samples.map(({ redis, status }) => redis / status);
      return {
        turns,
        objects,
        ratio: median(ratios),
        ratios: range(ratios, 2),
        cpuUs: Object.fromEntries(STORES.map((store) => [store, median(samples.map((sample) => sample[store]))])),
      };
    } finally {
      for (const { close } of running) await close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function measureBurst({ cluster, operator, store, objects, turn }) {
  const before = await operator.ask('cpu');
  await cluster.ask('change', { namespace: store, name: `turn-${turn}` });
  await sleep(SETTLE_MS);
  return ((await operator.ask('cpu')) - before) / objects;
}

/** Milliseconds until an operator that starts knows what was stored of so many objects; and of CPU. */
export function measureLoad(objects) {
  return withRedis(async ({ url }) => {
    const measured = await startProcess('./stores-load-process.mjs', [url, String(objects)]);
    try {
      return await measured.ask('measure');
    } finally {
      await measured.close();
    }
  });
}
