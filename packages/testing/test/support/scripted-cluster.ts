import {
  createManualClock,
  createRecordingFactSink,
  createRegistry,
  createSeededRandom,
  defineConfig,
  startOperator,
  type ClusterClient,
  type JsonObject,
  type ManualClock,
  type ObjectBody,
  type ObjectWrite,
  type Operator,
  type OperatorConfig,
  type RecordingFactSink,
  type Registry,
  type Resource,
  type SeenObject,
  type WatchSignal,
  type WriteOutcome,
} from '@kopfts/core';
import { annotations } from '@kopfts/persistence-annotations';

const KIND: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

/** A state of the object `a`; `essence` is what is stored as handled. */
export function state(version: string, spec: JsonObject = {}, essence?: JsonObject): SeenObject {
  const annotation = essence && { 'test.kopf.zalando.org/last-handled-configuration': `${JSON.stringify(essence)}\n` };
  const metadata = { uid: 'u', name: 'a', namespace: 'default', resourceVersion: version, ...(annotation && { annotations: annotation }) };
  const body: ObjectBody = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata, spec };
  return { uid: 'u', name: 'a', namespace: 'default', resourceVersion: version, deleting: false, body: () => body };
}

/** The same, with our finalizer on it; `deleting`: its deletion was asked for. */
export function held(object: SeenObject, deleting = false): SeenObject {
  const body = object.body();
  const finalizers = ['test.kopf.zalando.org/finalizer'];
  const metadata = { ...body.metadata, finalizers, ...(deleting ? { deletionTimestamp: '2024-01-01T00:00:00Z' } : {}) };
  return { ...object, deleting, body: () => ({ ...body, metadata }) };
}

export const modified = (object: SeenObject): WatchSignal => ({ kind: 'change', type: 'modified', object, inferred: false });
export const added = (object: SeenObject): WatchSignal => ({ kind: 'change', type: 'added', object, inferred: false });
export const listed = (object: SeenObject): WatchSignal => ({ kind: 'change', type: 'listed', object, inferred: false });
export const deleted = (object: SeenObject): WatchSignal => ({ kind: 'change', type: 'deleted', object, inferred: false });
export const SYNCED: readonly WatchSignal[] = [
  { kind: 'sync-begin', newEpoch: false },
  { kind: 'sync-end', resourceVersion: 'x' },
];

/** An operator at a cluster whose watch says, and whose writes are answered, exactly as the test wants. */
export interface Scripted {
  readonly clock: ManualClock;
  readonly facts: RecordingFactSink;
  readonly operator: Operator;
  readonly writes: readonly ObjectWrite[];
  /** The watch says this, and everything that follows without time happens. */
  say(...signals: readonly WatchSignal[]): Promise<void>;
  /** Answers the oldest write that has no answer. */
  answer(outcome: WriteOutcome): Promise<void>;
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface ScriptedParts {
  /** Makes memos. */
  readonly memo?: () => Record<string, unknown>;
  /** Beside the cluster and the annotations. */
  readonly plugins?: OperatorConfig['plugins'];
  /** To let others have a turn takes one of the event loop, as in production; default: of the microtask queue. */
  readonly hasTurns?: boolean;
}

export async function startScripted(
  declare: (kopf: Registry<Record<string, unknown>>) => void,
  settings: OperatorConfig['settings'] = {},
  { memo = () => ({}), plugins: more = [], hasTurns = false }: ScriptedParts = {},
): Promise<Scripted> {
  const signals: WatchSignal[] = [];
  let ring: () => void = () => undefined;
  const writes: ObjectWrite[] = [];
  const unanswered: ((outcome: WriteOutcome) => void)[] = [];
  const client: ClusterClient = {
    record: () => Promise.resolve({ kind: 'recorded' }),
    resolve: () => Promise.resolve({ resources: [KIND] }),
    async *catalogueChanges(signal) {
      await aborted(signal);
    },
    async *watch(_of, _options, signal) {
      while (!signal.aborted) {
        for (let next = signals.shift(); next !== undefined; next = signals.shift()) yield next;
        await Promise.race([aborted(signal), new Promise<void>((resolve) => (ring = resolve))]);
      }
    },
    write: (write, signal) => {
      writes.push(write);
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        unanswered.push(resolve);
      });
    },
  };
  const clock = createManualClock();
  const facts = createRecordingFactSink();
  const kopf = createRegistry<Record<string, unknown>>({ memo });
  declare(kopf);
  const plugins = [
    { name: 'all', setup: (host) => host.contribute('clusterClient', { open: () => client }) },
    annotations(),
    ...more,
  ] satisfies OperatorConfig['plugins'];
  const config = defineConfig({ name: 'test', handlers: [kopf], settings, plugins });
  const operator = await startOperator(config, {
    runtime: { clock: hasTurns ? { ...clock, yield: turn } : clock, random: createSeededRandom(1) },
    factSinks: [facts],
  });
  return {
    clock,
    facts,
    operator,
    writes,
    async say(...more) {
      signals.push(...more);
      ring();
      await rest();
    },
    async answer(outcome) {
      unanswered.shift()?.(outcome);
      await rest();
    },
    async advance(seconds) {
      const endMs = clock.monotonicMs() + seconds * 1000;
      for (let due = clock.nextDueMs(); due !== undefined && due <= endMs; due = clock.nextDueMs()) {
        clock.advanceTo(due);
        await rest();
      }
      clock.advanceTo(endMs);
      await rest();
    },
    async close() {
      const stopped = operator.stop();
      for (let tries = 0; tries < 10; tries += 1) {
        await rest();
        clock.advanceBy(10_000);
      }
      await stopped;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}

/** All that follows without time passing are microtasks; each turn of the event loop runs them to their end. */
async function rest(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
