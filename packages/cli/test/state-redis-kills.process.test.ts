import { createApiServer } from '@kopfts/apiserver';
import { createRegistry, createSeededRandom, defineConfig, multi, startOperator, type Operator, type Plugin } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { redis } from '@kopfts/persistence-redis';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAsk } from '../../../tools/kube-apiserver/ask-server.js';
import { untilTrue } from '../../../tools/kube-apiserver/patience.js';
import { redisServer } from '../../../tools/redis/environment.mjs';
import { startRedis } from '../../../tools/redis/server.mjs';
import { projectWith } from './fake-io.js';
import { spawnKopf } from './spawn-kopf.js';
import { definitionOfThings } from './things.js';

/** In each part of the way. Another run: KOPFTS_KILLS and KOPFTS_SEED. */
const seed = Number(process.env['KOPFTS_SEED'] ?? 1);
const kills = Number(process.env['KOPFTS_KILLS'] ?? 1);
const OBJECTS = 120;
const PATIENCE_MS = 300_000;
const KEY = 'mover.kopf.zalando.org/last-handled-configuration';
const THINGS = '/apis/example.com/v1/namespaces/default/things';
const program = await redisServer();

interface Thing {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

async function createWorld() {
  const server = createApiServer();
  const [{ url }, store] = [await server.listen(), await startRedis(program ?? '', { appendonly: false })];
  const admin = new Redis(store.url);
  const ask = createAsk({ url, token: '', ca: '' });
  const calls = new Map<string, string[]>();
  let operator: Operator | undefined;
  onTestFinished(async () => {
    await operator?.stop();
    admin.disconnect();
    await store.close();
    await server.close();
  });
  await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definitionOfThings() });
  const kopf = createRegistry();
  kopf.on.create('things', { id: 'made' }, ({ name }) => void calls.set(name, [...(calls.get(name) ?? []), 'create']));
  kopf.on.update('things', { id: 'changed' }, ({ name, old, new: fresh }) => {
    calls.set(name, [...(calls.get(name) ?? []), `${String(old.spec.size)} to ${String(fresh.spec.size)}`]);
  });
  const cwd = projectWith({
    'package.json': '{"type":"module"}',
    kubeconfig: JSON.stringify(server.kubeconfig(url)),
    'kopf.config.ts': `import { createRegistry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { redis } from '@kopfts/persistence-redis';
const kopf = createRegistry();
kopf.on.create('things', { id: 'made' }, () => undefined);
export default { name: 'mover', handlers: [kopf], plugins: [kubernetes(), annotations(), redis({ url: '${store.url}', cluster: 'test' })] };
`,
  });
  const things = async () => ((await ask('GET', THINGS)).body as { readonly items: readonly Thing[] }).items;
  return {
    calls,
    there: () => redis({ url: store.url, cluster: 'test' }),
    async run(...stores: readonly Plugin[]) {
      await operator?.stop();
      const plugins = [kubernetes({ connections: [{ server: url }] }), ...stores];
      operator = await startOperator(defineConfig({ name: 'mover', handlers: [kopf], plugins }));
      await operator.ready;
    },
    create: (name: string) =>
      ask('POST', THINGS, { body: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name }, spec: { size: 1 } } }),
    resize: (name: string, size: number) => ask('PATCH', `${THINGS}/${name}`, { body: { spec: { size } } }),
    /** How much of it has been moved, or taken away. */
    annotated: async () => (await things()).filter(({ metadata }) => metadata.annotations?.[KEY] !== undefined).length,
    inRedis: async () => (await admin.keys('*')).filter((key) => !key.endsWith('/known')).length,
    start: (...argv: readonly string[]) => spawnKopf(cwd, 'state', 'move', ...argv, '--kubeconfig', 'kubeconfig', '--output', 'json'),
  };
}

type World = Awaited<ReturnType<typeof createWorld>>;

const names = Array.from({ length: OBJECTS }, (_, index) => `thing-${String(index)}`);

describe.runIf(program)('kopf state move that is killed', () => {
  it(
    'in the middle, anywhere, is done by the next one: nothing is lost, and no handler is called again',
    async () => {
      console.log(`KOPFTS_SEED=${String(seed)} KOPFTS_KILLS=${String(kills)}`);
      const random = createSeededRandom(seed);
      const world = await createWorld();
      const expected: string[] = [];
      const settled = () =>
        expect
          .poll(() => names.filter((name) => JSON.stringify(world.calls.get(name)) !== JSON.stringify(expected)), { timeout: PATIENCE_MS })
          .toEqual([]);
      const resizeAll = async (from: number): Promise<void> => {
        expected.push(`${String(from)} to ${String(from + 1)}`);
        await Promise.all(names.map((name) => world.resize(name, from + 1)));
        await settled();
      };
      await world.run(annotations());
      expected.push('create');
      await Promise.all(names.map((name) => world.create(name)));
      await settled();
      await untilTrue('all are handled', async () => (await world.annotated()) === OBJECTS);

      const copied = await moveUnderKills(world, { random, argv: ['--from', 'annotations', '--to', 'redis'], done: world.inRedis });
      await world.run(multi(world.there(), annotations()));
      await resizeAll(1);
      const gone = async () => OBJECTS - (await world.annotated());
      await world.run(world.there());
      const removed = await moveUnderKills(world, { random, argv: ['--from', 'annotations', '--to', 'redis', '--remove'], done: gone });
      await resizeAll(2);
      expect(await world.annotated()).toBe(0);

      await world.run(multi(annotations(), world.there()));
      const back = await moveUnderKills(world, { random, argv: ['--from', 'redis', '--to', 'annotations'], done: world.annotated });
      await world.run(annotations());
      await resizeAll(3);
      // Deaths before the first write or after the last are none in the middle.
      expect([...copied, ...removed, ...back].filter((count) => count > 0 && count < OBJECTS).length).toBeGreaterThan(0);
    },
    20 * PATIENCE_MS,
  );
});

interface Killing {
  readonly random: { next(): number };
  readonly argv: readonly string[];
  /** Of how many objects it has been done. */
  readonly done: () => Promise<number>;
}

/** What had been done at each death. Then once without one. */
async function moveUnderKills(world: World, { random, argv, done }: Killing): Promise<readonly number[]> {
  const atDeath: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const before = await done();
    const enough = before + 1 + Math.floor((random.next() * (OBJECTS - before)) / (kills - kill + 1));
    const move = world.start(...argv);
    let isOver = false;
    const over = move.over.finally(() => (isOver = true));
    await untilTrue(`${String(enough)} are done`, async () => isOver || (await done()) >= enough, PATIENCE_MS);
    move.child.kill('SIGKILL');
    await over;
    atDeath.push(await done());
  }
  for (;;) {
    const move = world.start(...argv);
    const code = await move.over;
    if (code === 0) return atDeath;
    expect([code, move.heard()]).toEqual([1, expect.stringMatching(/"busy": ?[1-9]/) as string]);
  }
}
