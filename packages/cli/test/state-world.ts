// A cluster with objects, an operator whose stores change from life to life, and the command line beside it.
import { createApiServer } from '@kopfts/apiserver';
import {
  createRegistry,
  defineConfig,
  multi,
  startOperator,
  TemporaryError,
  type Operator,
  type OperatorConfig,
  type Plugin,
} from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { expect, onTestFinished } from 'vitest';
import { createAsk, type Ask, type ServerPlace } from '../../../tools/kube-apiserver/ask-server.js';
import { untilTrue } from '../../../tools/kube-apiserver/patience.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';
import { DIED, mortal, type Death } from './mortal-plugins.js';
import { definitionOfThings } from './things.js';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export type Thing = {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly size: number };
  readonly status?: { readonly kopf?: Readonly<Record<string, unknown>> };
};

export interface StateWorld {
  /** What handlers were called for, in order: `a: create`, `a: 1 to 2`. */
  readonly calls: string[];
  /** Ends the operator, and starts one with these stores; resolves when it is ready. */
  run(...stores: readonly Plugin[]): Promise<void>;
  /** Ends the operator. */
  stop(): Promise<void>;
  /** `kopf …` with the configuration of the operator, or with these stores instead. */
  kopf(argv: readonly string[], ...stores: readonly Plugin[]): Promise<Answer>;
  /** The same, as a process that dies at its first write. */
  kopfDying(argv: readonly string[], death: Death): Promise<Answer>;
  create(name: string, size: number): Promise<void>;
  resize(name: string, size: number): Promise<void>;
  /** As somebody else writes it. */
  merge(name: string, patch: object): Promise<void>;
  get(name: string): Promise<Thing>;
  /** Resolves when handlers were called so often. */
  called(times: number): Promise<void>;
}

/** Objects of size 13 are tried again after an hour. */
export async function createStateWorld(
  definition: Parameters<typeof definitionOfThings>[0] = {},
  place?: ServerPlace,
): Promise<StateWorld> {
  const { url, token, ca, close } = place === undefined ? await inMemory() : { ...place, close: () => Promise.resolve() };
  const asking = createAsk({ url, token, ca });
  const calls: string[] = [];
  let running: { readonly operator: Operator; readonly stores: readonly Plugin[] } | undefined;
  onTestFinished(async () => {
    await running?.operator.stop();
    await asking('DELETE', DEFINITION);
    await close();
  });
  const ask = async (method: Parameters<Ask>[0], path: string, body?: object): Promise<unknown> => {
    const answer = await asking(method, path, body === undefined ? {} : { body });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  const things = '/apis/example.com/v1/namespaces/default/things';
  await ask('POST', DEFINITIONS, definitionOfThings(definition));
  await untilTrue('the kind is served', async () => (await asking('GET', things)).status === 200);
  const cluster = () => kubernetes({ connections: [{ server: url, ...(ca === '' ? {} : { token, caData: Buffer.from(ca) }) }] });
  const config = (stores: readonly Plugin[]): OperatorConfig => {
    const kopf = createRegistry();
    kopf.on.create('things', { id: 'made' }, ({ name, spec, retry, memo }) => {
      calls.push(`${name}: create`);
      memo.seen = [spec.size];
      if (spec.size === 13 && retry === 0) throw new TemporaryError('not yet', { delay: 3600 });
    });
    kopf.on.update('things', { id: 'changed' }, ({ name, old, new: fresh }) => {
      calls.push(`${name}: ${String(old.spec.size)} to ${String(fresh.spec.size)}`);
    });
    return defineConfig({ name: 'mover', handlers: [kopf], plugins: [cluster(), ...stores] });
  };
  const command = async (argv: readonly string[], used: OperatorConfig): Promise<Answer> => {
    const io = createFakeIo(projectWith({ 'kopf.config.js': '' }), () => Promise.resolve({ default: used }));
    io.clock.at = Date.now();
    const code = await runCli(argv, io);
    return { code, out: io.out.join(''), err: io.err.join('') };
  };
  return {
    calls,
    async run(...stores) {
      await running?.operator.stop();
      running = { operator: await startOperator(config(stores)), stores };
      await running.operator.ready;
    },
    async stop() {
      await running?.operator.stop();
      running = undefined;
    },
    kopf: (argv, ...stores) => command(argv, config(stores.length === 0 ? (running?.stores ?? []) : stores)),
    kopfDying(argv, death) {
      const { plugins, ...rest } = config(running?.stores ?? []);
      return command(argv, { ...rest, plugins: mortal(plugins, death) });
    },
    async create(name, size) {
      await ask('POST', things, { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name }, spec: { size } });
    },
    async resize(name, size) {
      await ask('PATCH', `${things}/${name}`, { spec: { size } });
    },
    async merge(name, patch) {
      await ask('PATCH', `${things}/${name}`, patch);
    },
    get: async (name) => (await ask('GET', `${things}/${name}`)) as Thing,
    called: async (times) => {
      await expect.poll(() => calls.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(times);
    },
  };
}

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const DEFINITION = `${DEFINITIONS}/things.example.com`;

async function inMemory() {
  const server = createApiServer();
  const { url } = await server.listen();
  return { url, token: '', ca: '', close: () => server.close() };
}

const WAITING = 'waiting';
const MADE = 'mover.kopf.zalando.org/made';
export const LAST_HANDLED = 'mover.kopf.zalando.org/last-handled-configuration';

/** Moves all of an operator's memory from annotations to another store and back, with changes all the time; `dies`: a death before and after each write of a move. */
export async function moveThereAndBack(
  world: StateWorld,
  { there, name, dies = false }: { readonly there: () => Plugin; readonly name: string; readonly dies?: boolean },
): Promise<void> {
  const names = Array.from({ length: 12 }, (_, index) => `thing-${String(index)}`);
  // One waits for its next attempt all the time: a lost record would make it new.
  const expected = new Map<string, string[]>([...names, WAITING].map((one) => [one, [`${one}: create`]]));
  const sizes = new Map<string, number>();
  let size = 1;
  const total = () => [...expected.values()].flat().length;
  const resizeAll = async (some = names): Promise<void> => {
    size += 1;
    for (const one of some) {
      const before = sizes.get(one) ?? 1;
      sizes.set(one, size);
      expected.get(one)?.push(`${one}: ${String(before)} to ${String(size)}`);
      await world.resize(one, size);
    }
  };
  const settled = async (): Promise<void> => {
    await world.called(total());
    expect([...expected.keys()].map((one) => world.calls.filter((call) => call.startsWith(`${one}:`)))).toEqual([...expected.values()]);
  };
  const move = async (from: string, to: string, ...more: readonly string[]): Promise<Record<string, number>> => {
    const argv = ['state', 'move', '--from', from, '--to', to, '--output', 'json', ...more];
    if (dies) await dieAtEveryWrite(world, argv);
    for (;;) {
      const { code, out, err } = await world.kopf(argv);
      expect(err).toBe('');
      const { objects } = JSON.parse(out) as { objects: Record<string, number> };
      expect(code).toBe(objects['busy'] === 0 ? 0 : 1);
      if (code === 0) return objects;
    }
  };

  await world.run(annotations());
  for (const one of names) await world.create(one, size);
  await world.create(WAITING, 13);
  await settled();
  await expect.poll(async () => (await world.get(WAITING)).metadata.annotations, { timeout: 15_000 }).toHaveProperty([MADE]);
  await expect.poll(async () => (await Promise.all(names.map((one) => world.get(one)))).every(isHandled), { timeout: 15_000 }).toBe(true);

  await world.run(multi(there(), annotations()));
  await Promise.all([move('annotations', name), resizeAll(names.slice(0, 4))]);
  expect(await move('annotations', name)).toMatchObject({ moved: 0, there: expected.size });
  await world.run(there());
  await resizeAll();
  await settled();
  await move('annotations', name, '--remove');
  expect((await Promise.all(names.map((one) => world.get(one)))).some(isHandled)).toBe(false);
  await resizeAll();
  await settled();

  await world.run(multi(annotations(), there()));
  await Promise.all([move(name, 'annotations'), resizeAll(names.slice(4, 8))]);
  expect(await move(name, 'annotations')).toMatchObject({ moved: 0, there: expected.size });
  await world.run(annotations());
  await resizeAll();
  await settled();
}

/** One write more in each of them: all that one of them does is begun by another one. */
async function dieAtEveryWrite(world: StateWorld, argv: readonly string[]): Promise<void> {
  for (let isOver = false; !isOver;) {
    for (const when of ['before', 'after'] as const) {
      const { err } = await world.kopfDying(argv, { when });
      isOver = !err.includes(DIED);
    }
  }
}

function isHandled({ metadata }: Thing): boolean {
  return metadata.annotations?.[LAST_HANDLED] !== undefined;
}
