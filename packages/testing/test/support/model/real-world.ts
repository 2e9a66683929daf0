// The real operator of core at the small cluster, under a clock that stands still until it is told.
import {
  createManualClock,
  createRegistry,
  createSeededRandom,
  defineConfig,
  startOperator,
  TemporaryError,
  PermanentError,
  type JsonObject,
  type ManualClock,
  type ObjectBody,
  type Operator,
  type Plugin,
} from '@kopfts/core';
import { annotations } from '@kopfts/persistence-annotations';
import { TEMPORARY_MS, type Call, type HandlerName, type Script } from './reference-model.js';
import { createSmallCluster, type Session, type SmallCluster } from './small-cluster.js';

const PREFIX = 'test.kopf.zalando.org';
export const FINALIZER = `${PREFIX}/finalizer`;
export const FOREIGN = 'example.com/foreign';

export interface RealWorld {
  readonly cluster: SmallCluster;
  readonly clock: ManualClock;
  readonly scripts: Map<string, Script[]>;
  readonly calls: Call[];
  /** Versions that event handlers of this life heard of, by uid. */
  readonly heard: Map<string, string[]>;
  readonly session: Session;
  readonly operator: Operator;
  start(): Promise<void>;
  crash(): void;
  advance(ms: number): Promise<void>;
  rest(): Promise<void>;
}

interface Args {
  readonly name: string;
  readonly uid: string;
  readonly retry: number;
  readonly reason: Call['reason'];
  readonly body: ObjectBody;
}

/** `rich`: with event handlers and resume handlers; otherwise handled objects may come to rest while they are listed. */
export async function createRealWorld(rich: boolean): Promise<RealWorld> {
  const cluster = createSmallCluster();
  const clock = createManualClock();
  const scripts = new Map<string, Script[]>();
  const calls: Call[] = [];
  let heard = new Map<string, string[]>();
  let session: Session | undefined;
  let operator: Operator | undefined;

  const declare = (mine: Session) => {
    const kopf = createRegistry();
    const handler =
      (id: HandlerName) =>
      ({ name, retry, reason, body }: Args): unknown => {
        if (mine.isDead) return new Promise(() => undefined);
        const size = (body['spec'] as { readonly size: number }).size;
        calls.push({ object: name, handler: id, reason, retry, size });
        return play(scripts.get(name)?.shift() ?? 'ok', size);
      };
    kopf.on.create('KopfExample', { id: 'made' }, handler('made'));
    kopf.on.update('KopfExample', { id: 'changed' }, handler('changed'));
    kopf.on.update('KopfExample', { id: 'tagged', labels: { tag: 'yes' } }, handler('tagged'));
    if (rich) kopf.on.resume('KopfExample', { id: 'back' }, (args: Args) => without(handler('back')(args)));
    kopf.on.delete('KopfExample', { id: 'bye' }, (args: Args) => without(handler('bye')(args)));
    if (rich)
      kopf.on.event('KopfExample', { id: 'heard' }, ({ uid, meta, type }) => {
        // The end of an object that nobody saw going comes with its last known state.
        if (!mine.isDead && type !== 'DELETED') heard.set(uid, [...(heard.get(uid) ?? []), meta.resourceVersion]);
      });
    return kopf;
  };
  const rest = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  const start = async (): Promise<void> => {
    const mine = cluster.connect();
    session = mine;
    heard = new Map();
    const connection: Plugin = { name: 'cluster', setup: (host) => host.contribute('clusterClient', { open: () => mine.client }) };
    const config = defineConfig({ name: 'test', handlers: [declare(mine)], plugins: [connection, annotations()] });
    operator = await startOperator(config, { runtime: { clock, random: createSeededRandom(1) } });
    await rest();
    await rest();
  };
  await start();
  return {
    cluster,
    clock,
    scripts,
    calls,
    get heard() {
      return heard;
    },
    get session() {
      return session as Session;
    },
    get operator() {
      return operator as Operator;
    },
    start,
    crash: () => session?.die(),
    async advance(ms) {
      const endMs = clock.monotonicMs() + ms;
      for (let due = clock.nextDueMs(); due !== undefined && due <= endMs; due = clock.nextDueMs()) {
        clock.advanceTo(due);
        await rest();
      }
      clock.advanceTo(endMs);
    },
    rest,
  };
}

/** Ends as the handler does, but leaves no result. */
function without(result: unknown): unknown {
  return result instanceof Promise ? result : undefined;
}

function play(script: Script, size: number): number {
  switch (script) {
    case 'ok':
      return size;
    case 'temporary':
      throw new TemporaryError('later', { delay: TEMPORARY_MS / 1000 });
    case 'permanent':
      throw new PermanentError('never');
    case 'error':
      throw new Error('boom');
  }
}

/** An object as the model knows it. */
export function abstractOf(body: ObjectBody): unknown {
  const { metadata } = body;
  const { annotations: all = {}, finalizers = [] } = metadata;
  const stored = all[`${PREFIX}/last-handled-configuration`];
  const records = Object.entries(all)
    .filter(([key]) => key.startsWith(`${PREFIX}/`) && !/\/(last-handled-configuration|kopf-managed)$/.test(key))
    .map(([key, text]) => {
      const record = JSON.parse(text) as { purpose: string; retries: number; success: boolean; failure: boolean; delayed?: string };
      const delayed = record.delayed === undefined ? undefined : Date.parse(record.delayed);
      return [key.slice(PREFIX.length + 1), record.purpose, record.retries, record.success || record.failure, delayed];
    });
  return {
    name: metadata.name,
    essence: essenceText(body),
    held: finalizers.includes(FINALIZER),
    foreign: finalizers.includes(FOREIGN),
    deleting: metadata.deletionTimestamp !== undefined,
    stored: stored === undefined ? undefined : essenceText(JSON.parse(stored) as JsonObject),
    records: records.sort(([a], [b]) => String(a).localeCompare(String(b))),
    status: body['status'] ?? {},
  };
}

function essenceText(essence: JsonObject): string {
  const { spec, metadata } = essence as { spec?: { size?: number }; metadata?: { labels?: { tag?: string } } };
  return `${String(spec?.size)}${metadata?.labels?.tag === 'yes' ? ' tagged' : ''}`;
}
