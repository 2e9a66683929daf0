import type { ApiServer } from '@kopfts/apiserver';
import { type Clock, type FactSink, type Operator, type OperatorConfig, type Random, startOperator } from '@kopfts/core';
import type { CallRecorder } from './call-history.js';
import type { FaultPlan } from './fault.js';
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
export interface World {
  readonly scheduler: Scheduler;
  readonly server: Pick<ApiServer, 'handle'>;
  readonly history: CallRecorder;
  readonly faults: FaultPlan;
  readonly sink: FactSink;
}

/** One life of an operator, from its start to its stop or its violent end. */
export interface OperatorInstance {
  readonly name: string;
  readonly life: Life;
  readonly transport: InProcessTransport;
  /** Resolves when everything served was listed. */
  start(): Promise<void>;
  /** Asks it to end and waits for it. */
  stop(): Promise<void>;
}

/** Prepares an operator; nothing runs before `start`. */
export function createOperatorInstance(world: World, name: string, config: (parts: OperatorParts) => OperatorConfig): OperatorInstance {
  const { scheduler, sink } = world;
  const life = createLife();
  const clock = createInstanceClock(scheduler, life);
  const random = scheduler.random(name);
  const transport = createInProcessTransport({ ...world, instance: name, life });
  const living: FactSink = {
    accept: (fact) => {
      if (!life.isOver) sink.accept(fact);
    },
  };
  let operator: Operator | undefined;
  return {
    name,
    life,
    transport,
    start: async () => {
      operator = await startOperator(config({ transport, clock, random }), { runtime: { clock, random }, factSinks: [living] });
      await operator.ready;
    },
    stop: async () => {
      await operator?.stop();
      life.end();
    },
  };
}
