/**
 * The measured operator, started over objects that it has handled before: how fast they come to rest, how long the event loop is held up
 * meanwhile, and what is left in memory of each. Needs --expose-gc.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { KIND } from './settings.mjs';

const [kubeconfig, namespace] = process.argv.slice(2);

function configOf(namespaces, sinks) {
  const kopf = createRegistry();
  kopf.on.create(KIND, ({ spec, patch }) => {
    patch.status.name = spec.name ?? 'world';
  });
  kopf.on.update(KIND, ({ spec, patch }) => {
    patch.status.name = spec.name ?? 'world';
  });
  return startOperator(
    defineConfig({ name: namespace, handlers: [kopf], namespaces, plugins: [kubernetes({ kubeconfig }), annotations()] }),
    {
      factSinks: sinks,
    },
  );
}

/** After several collections, with what finalizers and weak references hold back gone, too. */
async function heapBytes() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

async function measure({ objects }) {
  const empty = await startedOver(['default'], 0);
  await empty.operator.stop();
  const before = await heapBytes();
  const { operator, tookMs, cpuUs, lag } = await startedOver([namespace], objects);
  const bytes = ((await heapBytes()) - before) / objects;
  const resting = operator
    .inspect()
    .collections.flatMap((one) => one.objects)
    .filter((one) => one.resting).length;
  await operator.stop();
  if (resting !== objects) throw new Error(`${objects - resting} objects are not at rest`);
  return { bytes, tookMs, cpuUs, lag };
}

/** Resolves when each of them was looked at. Nobody waits for writes: there are none. */
async function startedOver(namespaces, objects) {
  let left = objects;
  let done;
  const all = new Promise((resolve) => (done = resolve));
  const count = (fact) => {
    if (fact.kind === 'write-sent') throw new Error('an object that was handled is written to');
    if (fact.kind === 'cause-detected' && (left -= 1) === 0) done();
  };
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const [started, cpuBefore] = [performance.now(), cpuMicroseconds()];
  delays.enable();
  const operator = await configOf(namespaces, [{ accept: count }]);
  await operator.ready;
  if (objects > 0) await all;
  const [tookMs, cpuUs] = [performance.now() - started, cpuMicroseconds() - cpuBefore];
  delays.disable();
  return { operator, tookMs, cpuUs, lag: lagOf(delays) };
}

/** Beyond the 5 ms between two looks. */
function lagOf(delays) {
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 5);
  return { mostMs: ms(delays.max), p99Ms: ms(delays.percentile(99)) };
}

/** How long a process that does nothing is held up by others on this machine. */
let idle;
function watchIdle() {
  idle = monitorEventLoopDelay({ resolution: 5 });
  idle.enable();
}

answerQuestions({
  ready: () => true,
  measure,
  watchIdle,
  idleLag: () => lagOf(idle),
  end: () => undefined,
});
