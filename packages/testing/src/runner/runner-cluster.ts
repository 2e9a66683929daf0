import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, createApiServer } from '@kopfts/apiserver';
import type { ClusterSelection, JsonObject } from '@kopfts/core';
import { type ClusterDriver, createClusterDriver, type NewObject } from '../cluster-driver.js';
import { HarnessMisuseError } from '../errors.js';

/** Where the operator of a runner runs. */
export interface RunnerCluster {
  readonly selection: ClusterSelection;
  /** `undefined` for a cluster that was given. */
  readonly server: ApiServer | undefined;
  readonly driver: ClusterDriver;
  close(): Promise<void>;
}

/** An in-memory API server over real HTTP, which the operator finds by a kubeconfig that only this user can read. */
export async function openServer(objects: readonly (JsonObject | NewObject)[]): Promise<RunnerCluster> {
  const server = createApiServer();
  const driver = createClusterDriver(server);
  const listening = await server.listen();
  const folder = await mkdtemp(join(tmpdir(), 'kopf-test-'));
  const close = async (): Promise<void> => {
    await listening.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const object of objects) await driver.create(object as NewObject);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(listening.url)), { mode: 0o600 });
    return { selection: { kubeconfig }, server, driver, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A cluster of somebody else's, to which the runner does nothing. */
export function givenCluster(selection: ClusterSelection): RunnerCluster {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new HarnessMisuseError('The runner does nothing to a cluster that is not its own.', 'Use kubectl, or a client of yours.'),
    );
  const driver = { create: refuse, get: refuse, patch: refuse, mergeStatus: refuse, delete: refuse, list: refuse };
  return { selection, server: undefined, driver, close: () => Promise.resolve() };
}
