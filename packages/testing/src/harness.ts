import { type ApiServer, createApiServer } from '@kopfts/apiserver';
import {
  createRecordingFactSink,
  type Duration,
  durationMs,
  type Fact,
  type Instant,
  type JsonObject,
  type ManualClock,
  type OperatorConfig,
} from '@kopfts/core';
import { createCallRecorder, type RecordedCall } from './call-history.js';
import { type ClusterDriver, createClusterDriver, type NewObject } from './cluster-driver.js';
import { HarnessMisuseError } from './errors.js';
import { createFaultPlan, type FaultPlan } from './fault.js';
import { createOperatorInstance, type OperatorInstance, type OperatorParts, type World } from './operator-instance.js';
import { createScheduler, type Scheduler } from './scheduler.js';

export interface HarnessOptions {
  /** Makes the configuration of each life of the operator; put `parts.transport` into its cluster client. */
  readonly config: (parts: OperatorParts) => OperatorConfig;
  /** Chooses the interleaving; default 1. Print it when a test fails. */
  readonly seed?: number | undefined;
  /** The wall clock at the beginning; default 2024-01-01T00:00:00Z. */
  readonly now?: Instant | undefined;
  /** Applied before anything else: definitions of kinds, see `customResourceDefinition`. */
  readonly crds?: readonly JsonObject[] | undefined;
  /** Applied after them. */
  readonly objects?: readonly NewObject[] | undefined;
}

/** An operator, an API server, and their time, in one object. What somebody else does to the cluster is here, too: `create`, `patch`, … */
export interface Harness extends ClusterDriver {
  /** Starts the operator; resolves when it has listed everything, or died on the way. Rejects with the error that ended it. */
  start(): Promise<void>;
  /** Asks it to end; resolves when it has ended. */
  stop(): Promise<void>;
  /** It dies, at once: nothing of it acts any more. What the server has, the server keeps. */
  kill(): void;
  /** Another life: `stop()` if it runs, then `start()`. */
  restart(): Promise<void>;
  /** Whether an operator runs. */
  readonly running: boolean;
  /** Runs until nothing can happen without time passing. */
  settle(): Promise<void>;
  /** Lets time pass: seconds, or text with a unit. */
  advance(duration: Duration): Promise<void>;
  /** Lets time pass until the condition holds; fails when it does not within that time (default 60 seconds). */
  until(what: string, condition: () => boolean | Promise<boolean>, within?: Duration): Promise<void>;
  /** All requests of the operator, over all its lives. */
  readonly history: readonly RecordedCall[];
  /** Those that may change something. */
  writes(): readonly RecordedCall[];
  /** What the engine said, over all its lives. */
  readonly facts: readonly Fact[];
  /** Those of one kind. */
  factsOf<Kind extends Fact['kind']>(kind: Kind): readonly Extract<Fact, { readonly kind: Kind }>[];
  /** What will go wrong. */
  readonly faults: FaultPlan;
  /** Breaks off all watches of the operator. */
  breakWatches(): void;
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  readonly server: ApiServer;
  /** Ends all. */
  close(): Promise<void>;
}

/** Creates a world: the server has the kinds and objects, the operator does not run yet. */
export async function createHarness(options: HarnessOptions): Promise<Harness> {
  const seed = options.seed ?? 1;
  const scheduler = createScheduler({ seed, now: options.now });
  const { clock } = scheduler;
  const server = createApiServer({ seed, clock: { now: () => clock.now(), setTimer: (ms, fire) => scheduler.setTimer(ms, fire) } });
  const sink = createRecordingFactSink();
  const history = createCallRecorder();
  const faults = createFaultPlan();
  const cluster = createClusterDriver(server);
  for (const object of [...(options.crds ?? []), ...(options.objects ?? [])]) await cluster.create(object as NewObject);
  const lives = createLives({ scheduler, server, history, faults, sink }, options.config);
  return {
    ...cluster,
    ...lives,
    get running() {
      return lives.current() !== undefined;
    },
    settle: () => scheduler.settle(),
    advance: (duration) => scheduler.advance(durationMs(duration, 'duration')),
    until: (what, condition, within = 60) => waitUntil(scheduler, condition, { what, withinMs: durationMs(within, 'within') }),
    history: history.calls,
    writes: () => history.writes(),
    facts: sink.facts,
    factsOf: (kind) => sink.of(kind),
    faults,
    breakWatches: () => lives.current()?.transport.breakStreams(),
    clock,
    scheduler,
    server,
    close: async () => {
      lives.kill();
      await server.close();
    },
  };
}

interface Lives {
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
  restart(): Promise<void>;
  current(): OperatorInstance | undefined;
}

/** One operator at a time, any number one after another. */
function createLives(world: World, config: HarnessOptions['config']): Lives {
  let count = 0;
  let latest: OperatorInstance | undefined;
  const current = () => (latest?.life.isOver === false ? latest : undefined);
  const start = async () => {
    if (current() !== undefined) throw new HarnessMisuseError('The operator runs already.', 'Call restart(), or stop() before.');
    count += 1;
    const instance = createOperatorInstance(world, `operator#${String(count)}`, config);
    latest = instance;
    const died = new Promise<void>((resolve) => instance.life.onEnd(resolve));
    try {
      await world.scheduler.drive(Promise.race([instance.start(), died]), 'the start of the operator');
    } catch (error) {
      // It ended by itself, or hangs: either way the next start is another life.
      instance.life.end();
      throw error;
    }
  };
  const stop = async () => {
    const instance = current();
    if (instance === undefined) return;
    await world.scheduler.drive(instance.stop(), 'the end of the operator');
  };
  return {
    start,
    stop,
    kill: () => current()?.life.end(),
    restart: async () => {
      await stop();
      await start();
    },
    current,
  };
}

interface Waiting {
  readonly what: string;
  readonly withinMs: number;
}

async function waitUntil(scheduler: Scheduler, condition: () => boolean | Promise<boolean>, { what, withinMs }: Waiting): Promise<void> {
  const { clock } = scheduler;
  const endMs = clock.monotonicMs() + withinMs;
  await scheduler.settle();
  while (!(await condition())) {
    const due = clock.nextDueMs();
    if (due === undefined || due > endMs) return scheduler.drive(new Promise<void>(() => undefined), what, 0);
    await scheduler.advance(due - clock.monotonicMs());
  }
}
