import { type ApiServer, type AuditEntry, createApiServer, type ServerSnapshot } from '@kopfts/apiserver';
import {
  createRecordingFactSink,
  type Duration,
  durationMs,
  type Fact,
  type Instant,
  type JsonObject,
  type ManualClock,
  type ObjectBody,
  type OperatorConfig,
} from '@kopfts/core';
import { type CallObserver, createCallRecorder, type RecordedCall } from './call-history.js';
import { type ClusterDriver, createClusterDriver, type NewObject } from './cluster-driver.js';
import { HarnessMisuseError } from './errors.js';
import { createFaultPlan, type FaultPlan } from './fault.js';
import { identityIn, parse } from './history/deliveries.js';
import type { HistoryEntry, PhaseEntry } from './history/history.js';
import { createJournal, type Journal } from './history/journal.js';
import { createWriteContext, type WriteContext } from './history/observe-client.js';
import type { OperatorParts, Surroundings } from './operator-instance.js';
import { createLives, type SimulatedOperator } from './operator-lives.js';
import type { ScheduleOrder } from './schedules/order.js';
import { createScheduler, type Scheduler } from './scheduler.js';

export interface SimulationOptions {
  /** By name; each makes the configuration of every life of its operator. Put `parts.transport` into its cluster client. */
  readonly operators: Readonly<Record<string, (parts: OperatorParts) => OperatorConfig>>;
  /** Chooses the interleaving; default 1. Print it when a test fails. */
  readonly seed?: number | undefined;
  /** The wall clock at the beginning; default 2024-01-01T00:00:00Z. */
  readonly now?: Instant | undefined;
  /** How often engines take ways that are legal and rare, of the times that they could: 0 to 1; default 0, as in production. */
  readonly rarely?: number | undefined;
  /** Chooses the interleaving in the place of the seed. */
  readonly order?: ScheduleOrder | undefined;
  /** What the server begins with; default: nothing but its own namespaces. */
  readonly snapshot?: ServerSnapshot | undefined;
  /** Applied before anything else: definitions of kinds, see `customResourceDefinition`. */
  readonly crds?: readonly JsonObject[] | undefined;
  /** Applied after them. */
  readonly objects?: readonly NewObject[] | undefined;
  /** Handlers of its operators can be exchanged while they run (`operator.replaceHandlers`); default false. */
  readonly replaceable?: boolean | undefined;
}

/** What operators, a server and their time have in common. What somebody else does to the cluster is here, too: `create`, `patch`, … */
export interface World extends ClusterDriver {
  /** Runs until nothing can happen without time passing. */
  settle(): Promise<void>;
  /** Lets time pass: seconds, or text with a unit. */
  advance(duration: Duration): Promise<void>;
  /** Lets time pass until the condition holds; fails when it does not within that time (default 60 seconds). */
  until(what: string, condition: () => boolean | Promise<boolean>, within?: Duration): Promise<void>;
  /** All requests of the operators, over all their lives. */
  readonly calls: readonly RecordedCall[];
  /** Those that changed something, or may have. */
  writes(): readonly RecordedCall[];
  /** Everything that happened, written down outside of the operators: what the invariants are checked on. */
  readonly history: readonly HistoryEntry[];
  /** Marks a moment of the history. */
  notePhase(phase: PhaseEntry['phase']): void;
  /** What the engines said, over all their lives. */
  readonly facts: readonly Fact[];
  /** Those of one kind. */
  factsOf<Kind extends Fact['kind']>(kind: Kind): readonly Extract<Fact, { readonly kind: Kind }>[];
  /** What will go wrong. */
  readonly faults: FaultPlan;
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  readonly server: ApiServer;
  /** Ends all. */
  close(): Promise<void>;
}

/** Several operators, an API server, and their time, in one object. */
export interface Simulation extends World {
  /** @throws HarnessMisuseError if there is none of this name. */
  readonly operator: (name: string) => SimulatedOperator;
}

/** Creates a world: the server has the kinds and objects, no operator runs yet. */
export async function createSimulation(options: SimulationOptions): Promise<Simulation> {
  const seed = options.seed ?? 1;
  const scheduler = createScheduler({ seed, now: options.now, order: options.order });
  const { clock } = scheduler;
  const journal = createJournal(() => clock.monotonicMs());
  const context = createWriteContext();
  const server = createApiServer({
    seed,
    clock: { now: () => clock.now(), setTimer: (ms, fire) => scheduler.setTimer(ms, fire) },
    audit: (entry) => noteCommits(journal, entry),
  });
  const sink = createRecordingFactSink();
  const calls = createCallRecorder(createCallNotes(journal, context));
  const faults = createFaultPlan();
  if (options.snapshot !== undefined) server.restore(options.snapshot);
  const cluster = createClusterDriver(server);
  for (const object of [...(options.crds ?? []), ...(options.objects ?? [])]) await cluster.create(object as NewObject);
  const { rarely: share = 0, replaceable = false } = options;
  const chance = scheduler.random('rare ways');
  const rarely = share === 0 ? undefined : (): boolean => chance.next() < share;
  const surroundings: Surroundings = { scheduler, server, calls, faults, journal, context, sink, replaceable, rarely };
  const operators = new Map(Object.entries(options.operators).map(([name, config]) => [name, createLives(surroundings, name, config)]));
  return {
    ...cluster,
    operator: (name) => {
      const found = operators.get(name);
      if (found) return found;
      throw new HarnessMisuseError(`There is no operator '${name}'.`, `Name one of ${[...operators.keys()].join(', ')}.`);
    },
    settle: () => scheduler.settle(),
    advance: (duration) => scheduler.advance(durationMs(duration, 'duration')),
    until: (what, condition, within = 60) => waitUntil(scheduler, condition, { what, withinMs: durationMs(within, 'within') }),
    calls: calls.calls,
    writes: () => calls.writes(),
    history: journal.entries,
    notePhase: (phase) => journal.note({ kind: 'phase', phase }),
    facts: sink.facts,
    factsOf: (kind) => sink.of(kind),
    faults,
    clock,
    scheduler,
    server,
    close: async () => {
      for (const operator of operators.values()) {
        operator.letDie();
        operator.kill();
      }
      await server.close();
    },
  };
}

/** Every change of the cluster, in the moment it is made. */
function noteCommits(journal: Journal, { code, commits, userAgent }: AuditEntry): void {
  const call = journal.carried;
  if (code >= 400 && call !== undefined) journal.note({ kind: 'reject', call, code });
  for (const { type, collection, namespace, name, uid, resourceVersion, before, after } of commits) {
    journal.note({
      kind: 'commit',
      type,
      collection,
      namespace,
      name,
      uid,
      resourceVersion,
      actor: userAgent,
      call,
      before: before as ObjectBody | undefined,
      after: after as ObjectBody | undefined,
    });
  }
}

/** Every request of an operator, and how it ended. */
function createCallNotes(journal: Journal, context: WriteContext): CallObserver {
  return {
    began: ({ instance, index, method, path, contentType, body }, signal) =>
      journal.note({
        kind: 'call',
        instance,
        call: index,
        contextUid: context.current(signal),
        method,
        path,
        contentType,
        body: body as JsonObject | undefined,
      }),
    ended: ({ instance, index, method }, result, answer) => {
      const object = method === 'GET' || answer === undefined ? undefined : identityIn(parse(Buffer.from(answer).toString('utf8')));
      journal.note({ kind: 'return', instance, call: index, result, object });
    },
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
