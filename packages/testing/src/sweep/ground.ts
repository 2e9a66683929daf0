// What many worlds begin with, made once: a server with its kinds. A definition costs more than most requests of a story.
import { createApiServer, type ServerSnapshot } from '@kopfts/apiserver';
import type { JsonObject } from '@kopfts/core';
import { createClusterDriver, type NewObject } from '../cluster-driver.js';

/** As the worlds that begin there. */
const BEGINNING_MS = Date.UTC(2024, 0, 1);

/** The content of a server that has these definitions: always the same one. */
export async function prepareGround(crds: readonly JsonObject[]): Promise<ServerSnapshot> {
  const server = createApiServer({ seed: 1, clock: { now: () => BEGINNING_MS, setTimer: () => () => undefined } });
  const cluster = createClusterDriver(server);
  for (const crd of crds) await cluster.create(crd as NewObject);
  const ground = server.snapshot();
  await server.close();
  return ground;
}
