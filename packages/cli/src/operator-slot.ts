import type { ClusterSelection, FactSink, Operator, OperatorConfig } from '@kopfts/core';
import { openOperator } from './running-operator.js';

/** Holds the one operator of `kopf dev`, which is replaced at every reload. */
export interface OperatorSlot {
  /** Ends the running operator, if any, and starts another. Calls of this and of `exchange` never overlap. */
  replace(config: OperatorConfig): Promise<void>;
  /** Gives the running operator these handlers. False: it is not ready for that, and has to be replaced. */
  exchange(handlers: OperatorConfig['handlers']): Promise<boolean>;
  /** Settles when the operator ended without being replaced; rejects with the reason why it had to. */
  readonly ended: Promise<void>;
}

export interface SlotSurroundings {
  readonly cluster: ClusterSelection | undefined;
  readonly factSinks: readonly FactSink[];
  /** Ends the operator for good. */
  readonly signal: AbortSignal;
}

/** An empty slot. */
export function createOperatorSlot(surroundings: SlotSurroundings): OperatorSlot {
  const { promise: ended, resolve, reject } = withResolvers();
  ended.catch(() => undefined); // Whoever waits for it gets the error; nobody may wait for it yet.
  let current: Operator | undefined;
  let ready: Operator | undefined;

  async function replace(config: OperatorConfig): Promise<void> {
    const old = current;
    current = undefined;
    await old?.stop();
    const operator = await openOperator({ ...surroundings, config, replaceable: true });
    if (operator === undefined) {
      resolve();
      return;
    }
    current = operator;
    operator.ready.then(
      () => (ready = operator),
      () => undefined, // It is one of `stopped`, too.
    );
    operator.stopped.then(
      () => current === operator && resolve(),
      (error: unknown) => current === operator && reject(error),
    );
  }
  async function exchange(handlers: OperatorConfig['handlers']): Promise<boolean> {
    if (current === undefined || ready !== current) return false;
    await current.replaceHandlers(handlers);
    return true;
  }
  return { replace, exchange, ended };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let settle: { resolve: () => void; reject: (error: unknown) => void } = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
