/**
 * What facts cost of the engine alone: operators that differ in who hears of them, in one process, over made-up clusters, in turn. Nothing else is measured: no
 * network, no texts. Each has a copy of core of its own, as in a process of its own, or the one would be compiled for what the other does. To count bytes it
 * needs --expose-gc, and room for all that one burst allocates (--min-semi-space-size).
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { applyMergePatch } from '@kopfts/core';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { FACT_COPIES, KIND, objectAt, RESOURCE } from './settings.mjs';

/** Of a creation: the results go to the status, and what was handled to the annotations. */
const WRITES = 2;

/** A merge patch, or a JSON patch that adds fields at the top after its tests. */
function afterWrite(body, { kind, patch, operations }) {
  if (kind === 'merge') return applyMergePatch(body, patch);
  const added = operations.filter(({ op }) => op !== 'test').map(({ path, value }) => [path.slice(1), value]);
  return { ...body, ...Object.fromEntries(added) };
}

const identityOf = ({ metadata: { uid, name, namespace, resourceVersion } }) => ({ uid, name, namespace, resourceVersion });

/** It has what it is told, applies what it gets, and says it once more by the watch. */
function madeUpCluster() {
  const bodies = new Map();
  const signals = [];
  let wake;
  let version = 0;
  let awaited = { writes: 0, resolve: () => undefined };
  const say = (signal) => {
    signals.push(signal);
    wake?.();
  };
  const change = (type, body) => {
    const object = { ...identityOf(body), deleting: false, body: () => body };
    say({ kind: 'change', type, object, inferred: false });
    return object;
  };
  const next = () => String((version += 1));
  const client = {
    resolve: async () => ({ resources: [RESOURCE] }),
    async *catalogueChanges(signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
    async *watch(_of, _options, signal) {
      signal.addEventListener('abort', () => wake?.(), { once: true });
      yield { kind: 'sync-begin' };
      yield { kind: 'sync-end', resourceVersion: '1' };
      while (!signal.aborted) {
        yield* signals.splice(0);
        if (signals.length === 0) await new Promise((resolve) => (wake = resolve));
      }
    },
    async write(write) {
      const { ref } = write;
      const before = afterWrite(bodies.get(ref.uid), write);
      const body = { ...before, metadata: { ...before.metadata, resourceVersion: next() } };
      bodies.set(ref.uid, body);
      awaited.writes -= 1;
      if (awaited.writes === 0) awaited.resolve();
      return { kind: 'committed', object: change('modified', body) };
    },
    record: async () => ({ kind: 'recorded' }),
  };
  return {
    plugin: { name: 'made-up', apiVersion: 1, setup: (host) => host.contribute('clusterClient', { open: () => client }) },
    /** Resolves when all are handled. */
    create(from, count) {
      const handled = new Promise((resolve) => (awaited = { writes: count * WRITES, resolve }));
      for (let index = from; index < from + count; index += 1) {
        const { metadata, ...object } = objectAt(index);
        const uid = `uid-${index}`;
        const body = { ...object, metadata: { ...metadata, namespace: 'default', uid, resourceVersion: next() } };
        bodies.set(uid, body);
        change('added', body);
      }
      return handled;
    },
    clear() {
      for (const body of bodies.values()) change('deleted', { ...body, metadata: { ...body.metadata, resourceVersion: next() } });
      bodies.clear();
    },
  };
}

/** An operator with one handler of creations, as `examples/00-hello`. */
async function openContestant(name) {
  const { createRegistry, defineConfig, startOperator } = await import(`${import.meta.resolve('@kopfts/core')}?${FACT_COPIES[name]}`);
  const kopf = createRegistry();
  kopf.on.create(KIND, ({ spec, patch }) => {
    patch.status.name = spec.name ?? 'world';
  });
  const cluster = madeUpCluster();
  const observers = name === 'metrics' ? [observability({ metrics: { prometheus: { port: 0 } } })] : [];
  const plugins = [cluster.plugin, annotations(), ...observers];
  const operator = await startOperator(defineConfig({ name: 'facts', handlers: [kopf], clusterwide: true, plugins }));
  await operator.ready;
  return { cluster, operator };
}

const contestants = new Map();
for (const name of Object.keys(FACT_COPIES)) contestants.set(name, await openContestant(name));

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });

/** What is left of a burst after its last write: answers, echoes, ends of turns. */
async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

let created = 0;
async function burst({ cluster }, objects, { bytes }) {
  if (bytes) globalThis.gc();
  await settle();
  const [heapBefore, collectionsBefore, cpuBefore] = [process.memoryUsage().heapUsed, collections, cpuMicroseconds()];
  const handled = cluster.create(created, objects);
  created += objects;
  await handled;
  await settle();
  const [cpuUs, heap] = [cpuMicroseconds() - cpuBefore, process.memoryUsage().heapUsed - heapBefore];
  if (bytes && collections !== collectionsBefore) throw new Error('something was collected while it was to be counted');
  cluster.clear();
  await settle();
  return { cpuUs: cpuUs / objects, bytes: heap / objects };
}

/** One burst of each, who begins is another one each time. */
async function measure({ warmUp, turns, objects, bytes }) {
  const names = Object.keys(FACT_COPIES);
  const samples = [];
  for (let turn = -warmUp; turn < turns; turn += 1) {
    const sample = {};
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + turn + warmUp) % names.length];
      sample[name] = await burst(contestants.get(name), objects, { bytes });
    }
    if (turn >= 0) samples.push(sample);
  }
  return samples;
}

answerQuestions({
  ready: () => true,
  measure,
  end: () => Promise.all([...contestants.values()].map(({ operator }) => operator.stop())),
});
