// The cluster of a configuration, without an operator.
import { checkConfig, openClusterClient, type ClusterClient, type ClusterSelection, type OperatorConfig } from '@kopfts/core';

/** Which cluster: the one of the configuration, unless the command line names another. */
export interface ClusterOf {
  readonly config: OperatorConfig;
  readonly cluster: ClusterSelection | undefined;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Opens the cluster client for as long as the work lasts; no store is opened. @throws KopfError as the operator would at its start. */
export async function withCluster<T>({ config, cluster, signal }: ClusterOf, work: (client: ClusterClient) => Promise<T>): Promise<T> {
  checkConfig(config);
  const opened = await openClusterClient(config, { cluster, signal });
  try {
    return await work(opened.client);
  } finally {
    await opened.close();
  }
}
