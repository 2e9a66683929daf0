import { startOperator, type OperatorConfig } from '@kopfts/core';

export async function startAndStop(config: OperatorConfig, signal: AbortSignal): Promise<void> {
  const operator = await startOperator(config, { signal });
  await operator.ready;
  await operator.stop();
}
