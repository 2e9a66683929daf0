/**
 * Timers that wait: what each of them costs in memory, and what all of them cost of a core. The cluster is made up, so that nothing else is measured: its
 * objects share one body. Needs --expose-gc.
 */
import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { annotations } from '@kopfts/persistence-annotations';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { RESOURCE } from './settings.mjs';

const BODY = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'shared', namespace: 'default', uid: 'shared', resourceVersion: '1' },
};

/** One list, and then silence. */
function madeUpCluster(objects) {
  const client = {
    resolve: async () => ({ resources: [RESOURCE] }),
    async *catalogueChanges(signal) {
      await untilAborted(signal);
    },
    async *watch(_of, _options, signal) {
      yield { kind: 'sync-begin' };
      for (let n = 0; n < objects; n += 1) {
        const object = {
          uid: `uid-${n}`,
          name: `name-${n}`,
          namespace: 'default',
          resourceVersion: '1',
          deleting: false,
          body: () => BODY,
        };
        yield { kind: 'change', type: 'listed', object, inferred: false };
      }
      yield { kind: 'sync-end', resourceVersion: '1' };
      await untilAborted(signal);
    },
    write: () => {
      throw new Error('a timer that does nothing writes');
    },
    record: async () => ({ kind: 'recorded' }),
  };
  const cluster = { open: () => client };
  return { name: 'made-up', apiVersion: 1, setup: (host) => host.contribute('clusterClient', cluster) };
}

function untilAborted(signal) {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', resolve, { once: true })));
}

async function heapBytes() {
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc();
    // What finalizers and weak references hold goes between turns of the event loop.
    await sleep(20);
  }
  return process.memoryUsage().heapUsed;
}

async function serve(objects, declare) {
  const kopf = createRegistry();
  declare(kopf);
  const config = defineConfig({ name: 'timers', handlers: [kopf], clusterwide: true, plugins: [madeUpCluster(objects), annotations()] });
  const operator = await startOperator(config);
  await operator.ready;
  return operator;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes per object with such handlers, beside those of an object that only has handlers of events: what goes when the operator ends. */
async function bytesPerTask(objects, declare, settledMs) {
  const perObject = async (kinds) => {
    const operator = await serve(objects, kinds);
    await sleep(settledMs);
    const running = await heapBytes();
    await operator.stop();
    return (running - (await heapBytes())) / objects;
  };
  const event = (kopf) => kopf.on.event('kopfexamples', () => undefined);
  const bare = await perObject(event);
  return (await perObject((kopf) => (event(kopf), declare(kopf)))) - bare;
}

async function measure({ objects, intervalSeconds, seconds }) {
  const timer = (fn) => (kopf) => kopf.timer('kopfexamples', { id: 'tick', interval: intervalSeconds, jitter: intervalSeconds }, fn);
  const settledMs = intervalSeconds * 1500;
  const timerBytes = await bytesPerTask(
    objects,
    timer(() => undefined),
    settledMs,
  );
  const waiting = ({ stopped }) => stopped.wait();
  const daemonBytes = await bytesPerTask(objects, (kopf) => kopf.daemon('kopfexamples', { id: 'wait' }, waiting), 2000);
  let ticks = 0;
  const operator = await serve(
    objects,
    timer(() => {
      ticks += 1;
    }),
  );
  await sleep(settledMs);
  ticks = 0;
  const [started, cpuBefore] = [performance.now(), cpuMicroseconds()];
  await sleep(seconds * 1000);
  const [tookMs, cpuUs] = [performance.now() - started, cpuMicroseconds() - cpuBefore];
  const counted = ticks;
  await operator.stop();
  return { timerBytes, daemonBytes, ticksPerSecond: (counted * 1000) / tookMs, core: cpuUs / 1000 / tookMs };
}

answerQuestions({ ready: () => true, measure, end: () => undefined });
