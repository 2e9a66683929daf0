/** One measurement of the in-memory API server in a process of its own, named by the argument; prints JSON. */
import { setTimeout } from 'node:timers/promises';
import { createApiServer } from '@kopfts/apiserver';
import { cpuMicroseconds } from './measured-process.mjs';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const OBJECT_BYTES = 1000;
const GIVEN_BACK_MS = 3000;

/** About a kilobyte, as the server stores it. */
function bodyOf(name, filling = 'x') {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'bench', part: name } }, data: { text: '' } };
  body.data.text = filling.repeat(OBJECT_BYTES - JSON.stringify(body).length);
  return JSON.stringify(body);
}

const json = { 'content-type': 'application/json' };
const merge = { 'content-type': 'application/merge-patch+json' };

async function send(server, request, expected) {
  const answer = await server.handle(request);
  if (answer.status !== expected) throw new Error(`${request.method} ${request.path} was answered with ${answer.status}`);
}

const create = (server, index) => send(server, { method: 'POST', path: CONFIG_MAPS, headers: json, body: bodyOf(`object-${index}`) }, 201);
const patch = (server, index, round) =>
  send(
    server,
    { method: 'PATCH', path: `${CONFIG_MAPS}/object-${index}`, headers: merge, body: `{"metadata":{"annotations":{"round":"${round}"}}}` },
    200,
  );

/** How many of them a second has room for: of time on the wall, and of the CPU with all its threads, which neighbours do not steal. */
async function perSecond(count, act) {
  const [started, cpuBefore] = [performance.now(), cpuMicroseconds()];
  for (let index = 0; index < count; index += 1) await act(index);
  return { wall: (count * 1000) / (performance.now() - started), cpu: (count * 1_000_000) / (cpuMicroseconds() - cpuBefore) };
}

const loads = {
  /** Creations and patches without sockets, after as many to warm up. */
  async writes() {
    const server = createApiServer({ seed: 1 });
    await perSecond(5_000, (index) => create(server, `warm-${index}`));
    await perSecond(5_000, (index) => patch(server, `warm-${index}`, 'warm'));
    const creations = await perSecond(20_000, (index) => create(server, index));
    const patches = await perSecond(20_000, (index) => patch(server, index, 1));
    return { creations, patches };
  },
  /** What 100,000 objects add to the process, once the garbage is gone. */
  async memory() {
    const server = createApiServer({ seed: 1 });
    globalThis.gc();
    const before = process.memoryUsage().rss;
    await perSecond(100_000, (index) => create(server, index));
    globalThis.gc();
    globalThis.gc();
    // Pages that are free are given back by a thread of its own.
    await setTimeout(GIVEN_BACK_MS);
    const { rss, heapUsed } = process.memoryUsage();
    if (server.dump().length < 100_000) throw new Error('objects are missing');
    return { rssMb: rss / 2 ** 20, grownMb: (rss - before) / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
  },
  /** A thousand watches, and a hundred changes that each of them hears of. */
  async watchers() {
    const server = createApiServer({ seed: 1 });
    const [watchers, changes] = [1_000, 100];
    for (let index = 0; index < changes; index += 1) await create(server, index);
    let heard = 0;
    const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${server.snapshot().version}`;
    const reading = Array.from({ length: watchers }, async () => {
      const { chunks } = await server.handle({ method: 'GET', path });
      for await (const chunk of chunks) heard += chunk.byteLength > 0 ? 1 : 0;
    });
    const { wall, cpu } = await perSecond(changes, async (index) => {
      await patch(server, index, 1);
      while (heard < watchers * (index + 1)) await new Promise((resolve) => setImmediate(resolve));
    });
    await server.close();
    await Promise.all(reading);
    return { wall: wall * watchers, cpu: cpu * watchers };
  },
};

console.log(JSON.stringify(await loads[process.argv[2]]()));
