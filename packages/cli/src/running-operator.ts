import { startOperator } from '@kopfts/core';
import type { ClusterSelection, FactSink, Operator, OperatorConfig } from '@kopfts/core';

export interface OperatorRun {
  readonly config: OperatorConfig;
  readonly cluster: ClusterSelection | undefined;
  readonly factSinks: readonly FactSink[];
  readonly signal: AbortSignal;
  /** Its handlers may be exchanged. Default: false. */
  readonly replaceable?: boolean;
}

/** An operator that is run to its end. */
export interface WholeRun extends OperatorRun {
  /** It serves everything, and its handlers may be called. */
  readonly onReady?: () => void;
}

/** Starts an operator. `undefined` if it was asked to end before it stood. */
export async function openOperator({ config, cluster, factSinks, signal, replaceable }: OperatorRun): Promise<Operator | undefined> {
  try {
    return await startOperator(config, { signal, factSinks, replaceable, ...(cluster === undefined ? {} : { cluster }) });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Runs an operator until it is asked to end, or has to. @throws the coded error for which it had to. */
export async function runOperator({ onReady, ...run }: WholeRun): Promise<void> {
  const operator = await openOperator(run);
  if (operator === undefined) return;
  // A failure of `ready` is one of `stopped`, too.
  operator.ready.then(onReady, () => undefined);
  await operator.stopped;
}
