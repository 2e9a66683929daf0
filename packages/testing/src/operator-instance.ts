import type { ApiServer } from '@kopfts/apiserver';
import { type Clock, type FactSink, type Operator, type OperatorConfig, type Random, type Rarely, startOperator } from '@kopfts/core';
import type { CallRecorder } from './call-history.js';
import type { FaultPlan } from './fault.js';
import type { HoldingEntry } from './history/history.js';
import type { Journal } from './history/journal.js';
import type { WriteContext } from './history/observe-client.js';
import { type InvocationRecorder, observeIfRegistry } from './history/observe-handlers.js';
import { createInProcessTransport, type InProcessTransport } from './in-process-transport.js';
import { createInstanceClock } from './instance-clock.js';
import { createLife, type Life } from './life.js';
import type { Scheduler } from './scheduler.js';

/** What one life of an operator may be built of. */
export interface OperatorParts {
  /** Give it to `kubernetes({ transport })`. */
  readonly transport: InProcessTransport;
  /** For plugins of your own that need time and chance. */
  readonly clock: Clock;
  readonly random: Random;
}

/** The world an operator is put into. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly server: Pick<ApiServer, 'handle'>;
  readonly calls: CallRecorder;
  readonly faults: FaultPlan;
  readonly journal: Journal;
  readonly context: WriteContext;
  readonly sink: FactSink;
  /** Its handlers may be exchanged. */
  readonly replaceable: boolean;
  /** Whether an engine takes a way that is legal and rare; default: never. */
  readonly rarely?: Rarely | undefined;
}

/** One life of an operator, from its start to its stop or its violent end. */
export interface OperatorInstance {
  readonly name: string;
  readonly life: Life;
  readonly transport: InProcessTransport;
  /** Resolves when everything served was listed. */
  start(): Promise<void>;
  /** Exchanges its handlers while it runs. */
  replaceHandlers(handlers: OperatorConfig['handlers']): Promise<void>;
  /** Asks it to end and waits for it. */
  stop(): Promise<void>;
  /** What it holds now, in memory and on the wire. */
  holding(): Omit<HoldingEntry, 'kind'>;
}

/** Prepares an operator; nothing runs before `start`. */
export function createOperatorInstance(
  world: Surroundings,
  name: string,
  config: (parts: OperatorParts) => OperatorConfig,
): OperatorInstance {
  const { scheduler, sink, journal, replaceable } = world;
  const life = createLife();
  const clock = createInstanceClock(scheduler, life);
  const random = scheduler.random(name);
  const transport = createInProcessTransport({ ...world, instance: name, life });
  const living: FactSink = {
    accept: (fact) => {
      if (!life.isOver) sink.accept(fact);
    },
  };
  const observe = observeOnce(invocationsOf(world, name, life));
  let operator: Operator | undefined;
  life.onEnd(() => journal.note({ kind: 'life', instance: name, change: operator === undefined || !stopping ? 'killed' : 'stopped' }));
  let stopping = false;
  return {
    name,
    life,
    transport,
    start: async () => {
      journal.note({ kind: 'life', instance: name, change: 'started' });
      const made = config({ transport, clock, random });
      const plugins = made.plugins.map((plugin) => world.context.observe(plugin));
      const observed = { ...made, handlers: made.handlers.map(observe), plugins };
      const runtime = { clock, random, rarely: world.rarely };
      operator = await startOperator(observed, { runtime, factSinks: [living], replaceable });
      await operator.ready;
    },
    replaceHandlers: async (handlers) => operator?.replaceHandlers(handlers.map(observe)),
    stop: async () => {
      stopping = true;
      if (!life.isOver) journal.note({ kind: 'life', instance: name, change: 'stopping' });
      await operator?.stop();
      life.end();
    },
    holding: () => holdingOf(name, operator, transport),
  };
}

type Handlers = OperatorConfig['handlers'][number];

/** The same handlers, seen by the journal; a registry that is given again is the same one again. */
function observeOnce(recorder: InvocationRecorder): (handlers: Handlers) => Handlers {
  const known = new Map<Handlers, Handlers>();
  return (handlers) => {
    const observed = known.get(handlers) ?? observeIfRegistry(handlers, recorder);
    known.set(handlers, observed);
    return observed;
  };
}

/** What the dead do is not seen by anybody. */
function invocationsOf({ journal }: Surroundings, instance: string, life: Life): InvocationRecorder {
  return {
    started: (entry) => {
      const invocation = journal.entries.length;
      if (!life.isOver) journal.note({ kind: 'handler-start', instance, invocation, ...entry });
      return invocation;
    },
    ended: (entry) => {
      if (!life.isOver) journal.note({ kind: 'handler-end', instance, ...entry });
    },
  };
}

function holdingOf(instance: string, operator: Operator | undefined, transport: InProcessTransport): Omit<HoldingEntry, 'kind'> {
  const held = operator?.inspect();
  const objects = held?.collections.flatMap((collection) => collection.objects) ?? [];
  const { inFlight, streams } = transport.stats();
  return {
    instance,
    objects: objects.map(({ uid }) => uid).sort(),
    timers: objects.flatMap(({ uid, timers, daemons }) => [...timers, ...daemons].map(() => uid as string)).sort(),
    abandoned: held?.abandoned.length ?? 0,
    longestQueue: Math.max(0, ...objects.map(({ queuedEvents }) => queuedEvents)),
    requestsInFlight: inFlight,
    streams,
  };
}
