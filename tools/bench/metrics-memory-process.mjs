/** What metrics keep of objects, in a process of its own: the plugin alone hears of changes of many objects. Prints JSON. */
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { createManualClock, createSeededRandom, identityOf } from '@kopfts/core';
import { observability } from '@kopfts/observability';
import { RESOURCE as resource } from './settings.mjs';

const OBJECTS = Number(process.argv[2]);
const WARM_UP = 2_000;
const ID = 'made';
let served;

/** Everything that a creation with a retry tells. */
function* factsOf(index) {
  const object = { resource, namespace: `namespace-${index % 1000}`, name: `object-${index}`, uid: `uid-${index}` };
  const attempt = { object, handler: ID, family: 'change' };
  yield { kind: 'event-seen', object, type: 'ADDED', resourceVersion: String(index), inferred: false };
  for (const [number, result] of ['retry', 'succeeded'].entries()) {
    yield { kind: 'turn-awaited', object, urgency: 'change', awaited: 'worker' };
    yield { kind: 'turn-taken', object, waitedMs: 1 };
    yield { kind: 'cause-detected', object, reason: 'create', diff: [], initial: true };
    yield { kind: 'handler-started', ...attempt, attempt: number + 1, resourceVersion: String(index) };
    yield { kind: 'handler-started', ...attempt, handler: `${ID}/of-${index}`, attempt: 1, resourceVersion: String(index) };
    yield { kind: 'handler-ended', ...attempt, handler: `${ID}/of-${index}`, attempt: 1, result: 'succeeded', tookMs: 1 };
    yield { kind: 'handler-ended', ...attempt, attempt: number + 1, result, tookMs: 2 };
    yield { kind: 'write-sent', object, endpoint: 'main', why: 'results' };
    yield { kind: 'write-ended', object, endpoint: 'main', outcome: 'committed', resourceVersion: `${index}1` };
    yield { kind: 'event-dropped', object, resourceVersion: `${index}1`, why: 'echo' };
    yield { kind: 'turn-ended', object, tookMs: 3 };
  }
  yield { kind: 'pass-ended', object, reason: 'create', succeeded: 1, failed: 0 };
}

async function open() {
  const sinks = [];
  const closers = [];
  observability({ metrics: { prometheus: { port: 0 } } }).setup({
    identity: identityOf('bench'),
    clock: createManualClock(),
    random: createSeededRandom(1),
    cluster: {},
    emit: ({ name, data }) => (served = name === 'serving-metrics' ? data.url : served),
    contribute: (point, part) => point === 'factSink' && sinks.push(part),
  });
  const scope = { signal: new AbortController().signal, onClose: (close) => closers.push(close) };
  const opened = await Promise.all(sinks.map((part) => part.open(scope)));
  return {
    tell: (fact) => opened.forEach((sink) => sink.accept({ ...fact, at: 1 })),
    close: () => Promise.all(closers.map((close) => close())),
  };
}

/** Heap in use after collections, and the series that Prometheus reads. */
async function look() {
  // A connection of its own: one that was kept would be closed while this process is busy.
  const [answer] = await once(get(served, { agent: false }), 'response');
  const page = await text(answer);
  const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  for (let times = 0; times < 3; times += 1) globalThis.gc();
  return { heap: process.memoryUsage().heapUsed, series, hasNames: /object-\d|namespace-\d|uid-\d/.test(page) };
}

const { tell, close } = await open();
tell({ kind: 'kind-served', of: { resource, namespace: undefined }, handlers: [ID] });
const tellOf = (from, to) => {
  for (let index = from; index < to; index += 1) for (const fact of factsOf(index)) tell(fact);
};
tellOf(0, WARM_UP);
await look();
const before = await look();
tellOf(WARM_UP, OBJECTS + WARM_UP);
const after = await look();
await close();
if (after.hasNames) throw new Error('metrics have names of objects');
console.log(JSON.stringify({ grownBytes: after.heap - before.heap, series: after.series, seriesBefore: before.series }));
process.exit();
