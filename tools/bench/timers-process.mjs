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

/**
 * Bytes per object with such handlers, beside those of an object that only has handlers of events: what goes when the operator ends. What is
 * to be measured is asked for when all of them have begun, however long that takes: an object that is still at work weighs several times as much.
 */
async function bytesPerTask(objects, declare) {
  const perObject = async (kinds) => {
    const begun = new Set();
    const operator = await serve(objects, (kopf) => kinds(kopf, ({ name }) => begun.add(name)));
    while (begun.size < objects) await sleep(100);
    begun.clear();
    await sleep(2000);
    const running = await heapBytes();
    await operator.stop();
    return (running - (await heapBytes())) / objects;
  };
  const bare = await perObject((kopf, begin) => kopf.on.event('kopfexamples', begin));
  return (await perObject((kopf, begin) => (kopf.on.event('kopfexamples', () => undefined), declare(kopf, begin)))) - bare;
}

async function measure({ objects, intervalSeconds, seconds }) {
  const timer = (kopf, fn) => kopf.timer('kopfexamples', { id: 'tick', interval: intervalSeconds, jitter: intervalSeconds }, fn);
  const daemon = (kopf, begin) => kopf.daemon('kopfexamples', { id: 'wait' }, (args) => (begin(args), args.stopped.wait()));
  const timerBytes = await bytesPerTask(objects, timer);
  const daemonBytes = await bytesPerTask(objects, daemon);
  let ticks = 0;
  const operator = await serve(objects, (kopf) => timer(kopf, () => (ticks += 1)));
  await sleep(intervalSeconds * 1500);
  ticks = 0;
  const [started, cpuBefore] = [performance.now(), cpuMicroseconds()];
  await sleep(seconds * 1000);
  const [tookMs, cpuUs] = [performance.now() - started, cpuMicroseconds() - cpuBefore];
  const counted = ticks;
  await operator.stop();
  return { timerBytes, daemonBytes, ticksPerSecond: (counted * 1000) / tookMs, core: cpuUs / 1000 / tookMs };
}

answerQuestions({ ready: () => true, measure, end: () => undefined });
