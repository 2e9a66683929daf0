import type { FrontEnd } from '@kopfts/apiserver';
import { type Duration, durationMs, type OperatorConfig } from '@kopfts/core';
import { HarnessMisuseError } from './errors.js';
import { pauseFor } from './exchange.js';
import { createOperatorInstance, type OperatorInstance, type OperatorParts, type Surroundings } from './operator-instance.js';

/** Cleanup handlers have ten minutes, unless the settings say something else. */
const ENDING_MS = 900_000;

/** One operator of a world: one life at a time, any number one after another. */
export interface SimulatedOperator {
  /** Starts it; resolves when it has listed everything, or died on the way. Rejects with the error that ended it. */
  start(): Promise<void>;
  /** Asks it to end; resolves when it has ended, or died on the way. */
  stop(): Promise<void>;
  /** It dies, at once: nothing of it acts any more. What the server has, the server keeps. */
  kill(): void;
  /** Another life: `stop()` if it runs, then `start()`. */
  restart(): Promise<void>;
  /** Stops it, as SIGSTOP does, and lets it go on that much later; what comes meanwhile waits. */
  pause(duration: Duration): void;
  /** From now on it is started whenever it does not run, that much after its end, as a supervisor does. */
  keepAlive(after: Duration): void;
  /** Ends what `keepAlive` began; the operator runs on. */
  letDie(): void;
  /** Whether it lives. */
  readonly running: boolean;
  /** Exchanges its handlers while it runs, see `Operator.replaceHandlers`; the world has to be made with `replaceable: true`. */
  replaceHandlers(handlers: OperatorConfig['handlers']): Promise<void>;
  /** Breaks off all its watches. */
  breakWatches(): void;
  /** Its requests go to this front end of the server from now on: a replica, for example. Streams that are open stay where they are. */
  connectTo(frontEnd: Pick<FrontEnd, 'handle'>): void;
  /** Writes down what it holds, if it runs. */
  noteHolding(): void;
}

/** Prepares the lives of an operator; `name#1` is the first one. */
export function createLives(cluster: Surroundings, name: string, config: (parts: OperatorParts) => OperatorConfig): SimulatedOperator {
  const { scheduler, journal } = cluster;
  let frontEnd = cluster.server;
  const world: Surroundings = { ...cluster, server: { handle: (request) => frontEnd.handle(request) } };
  const lives = createSuccession(world, name, config);
  const { current } = lives;
  const start = async (): Promise<void> => {
    if (current() !== undefined) throw new HarnessMisuseError('The operator runs already.', 'Call restart(), or stop() before.');
    const { instance, outcome } = lives.begin();
    try {
      await scheduler.drive(outcome, 'the start of the operator');
    } catch (error) {
      // It ended by itself, or hangs: either way the next start is another life.
      instance.life.end();
      throw error;
    }
  };
  const stop = async (): Promise<void> => {
    const instance = current();
    if (instance === undefined) return;
    // It may die before it has ended.
    const over = new Promise<void>((resolve) => instance.life.onEnd(resolve));
    await scheduler.drive(Promise.race([instance.stop(), over]), 'the end of the operator', ENDING_MS);
  };
  return {
    start,
    stop,
    kill: () => current()?.life.end(),
    restart: async () => {
      await stop();
      await start();
    },
    pause: (duration) => {
      const instance = current();
      if (instance) pauseFor({ ...world, instance: instance.name, life: instance.life }, durationMs(duration, 'duration'));
    },
    keepAlive: (after) => lives.keepAlive(durationMs(after, 'after')),
    letDie: () => lives.letDie(),
    get running() {
      return current() !== undefined;
    },
    replaceHandlers: async (handlers) => {
      const instance = current();
      if (instance !== undefined) await scheduler.drive(instance.replaceHandlers(handlers), 'the exchange of handlers');
    },
    breakWatches: () => current()?.transport.breakStreams(),
    connectTo: (chosen) => {
      frontEnd = chosen;
    },
    noteHolding: () => {
      const instance = current();
      if (instance) journal.note({ kind: 'holding', ...instance.holding() });
    },
  };
}

/** One life after another, and, if it is wanted, a supervisor that begins the next one. */
interface Succession {
  begin(): { readonly instance: OperatorInstance; readonly outcome: Promise<void> };
  readonly current: () => OperatorInstance | undefined;
  keepAlive(afterMs: number): void;
  letDie(): void;
}

function createSuccession(world: Surroundings, name: string, config: (parts: OperatorParts) => OperatorConfig): Succession {
  let count = 0;
  let latest: OperatorInstance | undefined;
  let restartAfterMs: number | undefined;
  const current = (): OperatorInstance | undefined => (latest?.life.isOver === false ? latest : undefined);
  const begin: Succession['begin'] = () => {
    count += 1;
    const instance = createOperatorInstance(world, `${name}#${String(count)}`, config);
    latest = instance;
    const died = new Promise<void>((resolve) => instance.life.onEnd(resolve));
    instance.life.onEnd(supervise);
    return { instance, outcome: Promise.race([instance.start(), died]) };
  };
  const supervise = (): void => {
    if (restartAfterMs === undefined) return;
    world.scheduler.setTimer(restartAfterMs, () => {
      if (restartAfterMs === undefined || current() !== undefined) return;
      const { instance, outcome } = begin();
      // What cannot start has ended; it is started again later.
      outcome.catch(() => instance.life.end());
    });
  };
  return {
    begin,
    current,
    keepAlive: (afterMs) => {
      restartAfterMs = afterMs;
      if (current() === undefined) supervise();
    },
    letDie: () => {
      restartAfterMs = undefined;
    },
  };
}
