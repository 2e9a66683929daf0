/** Stores of many objects in Redis, and those of a new life that load them, in slices as the engine does at its start. */
import { createSeededRandom, identityOf } from '@kopfts/core';
import { openRedisStores } from '@kopfts/persistence-redis';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { GROUP, KIND, PLURAL, VERSION } from './settings.mjs';

const [url, count] = process.argv.slice(2);
/** As in `packages/core/src/engine/settle-early.ts`. */
const SLICE = 64;
const HANDLERS = ['create', 'update'];
const resource = { group: GROUP, version: VERSION, plural: PLURAL, kind: KIND };
const never = new AbortController().signal;

async function open(seed) {
  const host = { identity: identityOf('bench'), random: createSeededRandom(seed), emit: (fact) => console.error(fact) };
  const stores = openRedisStores({ url, cluster: 'bench' }, host);
  await stores.progress.place.reachable(never);
  return stores;
}

function viewOf(index) {
  const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const name = `object-${index}`;
  const metadata = { name, namespace: 'default', uid, resourceVersion: '1' };
  return { ref: { resource, namespace: 'default', name, uid }, body: { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, metadata } };
}

const load = ({ progress, diffBase }, slice) =>
  Promise.all(slice.flatMap((object) => [progress.load([{ object, handlers: HANDLERS }], never), diffBase.load([object], never)]));

async function* slices() {
  for (let start = 0; start < Number(count); start += SLICE)
    yield Array.from({ length: Math.min(SLICE, Number(count) - start) }, (_, index) => viewOf(start + index));
}

/** About as large as what is left of a small object. */
const essence = { spec: { name: 'world', text: 'x'.repeat(300) } };

async function fill() {
  const stores = await open(1);
  for await (const slice of slices()) {
    const seen = await Promise.all(slice.map((object) => stores.diffBase.load([object], never)));
    const writes = slice.map((object, index) => stores.diffBase.plan({ object, essence }, seen[index][0]).commit);
    await Promise.all(writes.map((write) => stores.diffBase.commit(write, never)));
  }
  await stores.close();
}

async function measure() {
  await fill();
  const stores = await open(2);
  const [started, cpuBefore] = [performance.now(), cpuMicroseconds()];
  for await (const slice of slices()) {
    const found = await load(stores, slice);
    if (found.length !== 2 * slice.length || found[1][0].essence === undefined) throw new Error('something was not found');
  }
  const [tookMs, cpuMs] = [performance.now() - started, (cpuMicroseconds() - cpuBefore) / 1000];
  await stores.close();
  return { tookMs, cpuMs };
}

answerQuestions({ ready: () => true, measure, end: () => undefined });
